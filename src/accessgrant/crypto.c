/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256, HMAC and AES-256-GCM over libcrypto.
 */
#include "accessgrant/crypto.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "accessgrant/macros.h"
#include "accessgrant/memory.h"

/* To libcrypto a NULL key means "the previous key", and NULL data is not always empty data. */
static const uint8_t *never_null(struct ag_bytes bytes)
{
        static const uint8_t none[1];

        return bytes.data ? bytes.data : none;
}

enum ag_error ag_sha256(struct ag_bytes data, uint8_t ret_digest[AG_SHA256_SIZE])
{
        uint8_t digest[EVP_MAX_MD_SIZE];

        if (EVP_Digest(never_null(data), data.size, digest, NULL, EVP_sha256(), NULL) != 1)
                return AG_ERR_CRYPTO;
        memcpy(ret_digest, digest, AG_SHA256_SIZE);
        return AG_OK;
}

/* `size` bytes of the MAC are given. */
static enum ag_error hmac(const EVP_MD *digest, struct ag_bytes key, struct ag_bytes data,
                          size_t size, uint8_t *ret_mac)
{
        uint8_t mac[EVP_MAX_MD_SIZE];
        bool good = key.size <= INT_MAX && HMAC(digest, never_null(key), (int)key.size,
                                                never_null(data), data.size, mac, NULL) != NULL;

        if (good)
                memcpy(ret_mac, mac, size);
        ag_wipe(mac, sizeof(mac));
        return good ? AG_OK : AG_ERR_CRYPTO;
}

enum ag_error ag_hmac_sha256(struct ag_bytes key, struct ag_bytes data,
                             uint8_t ret_mac[AG_SHA256_SIZE])
{
        return hmac(EVP_sha256(), key, data, AG_SHA256_SIZE, ret_mac);
}

enum ag_error ag_hmac_sha512(struct ag_bytes key, struct ag_bytes data,
                             uint8_t ret_mac[AG_SHA512_SIZE])
{
        return hmac(EVP_sha512(), key, data, AG_SHA512_SIZE, ret_mac);
}

static void cipher_freep(EVP_CIPHER_CTX **cipher)
{
        EVP_CIPHER_CTX_free(*cipher);
}

enum ag_error ag_gcm_seal(const uint8_t key[AG_KEY_SIZE], const uint8_t nonce[AG_GCM_NONCE_SIZE],
                          struct ag_bytes plain, uint8_t *ret_sealed)
{
        EVP_CIPHER_CTX *cipher CLEANUP(cipher_freep) = EVP_CIPHER_CTX_new();
        uint8_t *tag = ret_sealed + plain.size;
        int size;

        if (!cipher || plain.size > INT_MAX ||
            EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce) != 1 ||
            EVP_EncryptUpdate(cipher, ret_sealed, &size, never_null(plain), (int)plain.size) != 1 ||
            EVP_EncryptFinal_ex(cipher, tag, &size) != 1 ||
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, AG_GCM_TAG_SIZE, tag) != 1)
                return AG_ERR_CRYPTO;
        return AG_OK;
}

enum ag_error ag_gcm_open(const uint8_t key[AG_KEY_SIZE], const uint8_t nonce[AG_GCM_NONCE_SIZE],
                          struct ag_bytes sealed, uint8_t *ret_plain)
{
        EVP_CIPHER_CTX *cipher CLEANUP(cipher_freep) = EVP_CIPHER_CTX_new();
        uint8_t tag[AG_GCM_TAG_SIZE];
        int size, plain_size;

        if (sealed.size < sizeof(tag))
                return AG_ERR_WRONG_KEY;
        if (!cipher || sealed.size > INT_MAX)
                return AG_ERR_CRYPTO;
        plain_size = (int)(sealed.size - sizeof(tag));
        memcpy(tag, sealed.data + plain_size, sizeof(tag));
        if (EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce) != 1 ||
            EVP_DecryptUpdate(cipher, ret_plain, &size, sealed.data, plain_size) != 1 ||
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, sizeof(tag), tag) != 1)
                return AG_ERR_CRYPTO;
        return EVP_DecryptFinal_ex(cipher, ret_plain + plain_size, &size) == 1 ? AG_OK
                                                                               : AG_ERR_WRONG_KEY;
}

bool ag_crypto_equal(struct ag_bytes a, struct ag_bytes b)
{
        return a.size == b.size && CRYPTO_memcmp(never_null(a), never_null(b), a.size) == 0;
}
