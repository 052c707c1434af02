/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests, MACs, key derivation and sealing over libcrypto. A failure of a digest or MAC can only
 * mean that the library is broken or memory is gone; going on would be unsafe, so it ends the
 * process.
 */
#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/macros.h"

static void crypto_must(bool good)
{
        if (good)
                return;
        fputs("grantd: libcrypto failed\n", stderr);
        abort();
}

bool crypto_equal(struct slice a, struct slice b)
{
        return a.size == b.size && (a.size == 0 || CRYPTO_memcmp(a.data, b.data, a.size) == 0);
}

bool secret_equal(struct secret a, struct secret b)
{
        return a.hidden.size > 0 && crypto_equal(a.hidden, b.hidden);
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
        return CRYPTO_memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void crypto_sha256(struct slice data, struct digest *ret_digest)
{
        crypto_must(SHA256(data.data ? data.data : (const uint8_t *)"", data.size,
                           ret_digest->bytes) != NULL);
}

/* A NULL key would mean "reuse the previous key" to libcrypto, so an empty key is not NULL. */
void crypto_hmac_sha256(struct slice key, struct slice data, struct digest *ret_mac)
{
        static const uint8_t none[1];
        unsigned int size = 0;

        crypto_must(key.size <= INT32_MAX &&
                    HMAC(EVP_sha256(), key.data ? key.data : none, (int)key.size,
                         data.data ? data.data : none, data.size, ret_mac->bytes, &size) &&
                    size == sizeof(ret_mac->bytes));
}

void crypto_hkdf(struct slice input, struct slice salt, struct slice info,
                 struct crypto_key *ret_key)
{
        static const uint8_t zeros[sizeof(struct digest)];
        struct digest prk, okm;
        uint8_t expand[256];

        crypto_must(info.size < sizeof(expand));
        crypto_hmac_sha256(salt.size ? salt : slice_new(zeros, sizeof(zeros)), input, &prk);
        if (info.size)
                memcpy(expand, info.data, info.size);
        expand[info.size] = 1;
        crypto_hmac_sha256(SLICE_ARRAY(prk.bytes), slice_new(expand, info.size + 1), &okm);
        memcpy(ret_key->bytes, okm.bytes, sizeof(ret_key->bytes));
        wipe(&prk, sizeof(prk));
        wipe(&okm, sizeof(okm));
}

static void cipher_freep(EVP_CIPHER_CTX **cipher)
{
        EVP_CIPHER_CTX_free(*cipher);
}

enum err crypto_seal(const struct crypto_key *key, const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct slice associated, struct slice plaintext, uint8_t *ret_sealed)
{
        EVP_CIPHER_CTX *cipher CLEANUP(cipher_freep) = EVP_CIPHER_CTX_new();
        int size = 0;

        if (!cipher || plaintext.size > INT32_MAX || associated.size > INT32_MAX ||
            EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key->bytes, nonce) != 1 ||
            (associated.size &&
             EVP_EncryptUpdate(cipher, NULL, &size, associated.data, (int)associated.size) != 1) ||
            (plaintext.size && EVP_EncryptUpdate(cipher, ret_sealed, &size, plaintext.data,
                                                 (int)plaintext.size) != 1) ||
            EVP_EncryptFinal_ex(cipher, ret_sealed + plaintext.size, &size) != 1 ||
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, CRYPTO_TAG_SIZE,
                                ret_sealed + plaintext.size) != 1)
                return ERR_INTERNAL;
        return ERR_OK;
}

enum err crypto_open(const struct crypto_key *key, const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct slice associated, struct slice sealed, uint8_t *ret_plaintext)
{
        EVP_CIPHER_CTX *cipher CLEANUP(cipher_freep) = EVP_CIPHER_CTX_new();
        uint8_t tag[CRYPTO_TAG_SIZE];
        size_t plain_size;
        int size = 0;

        if (!cipher)
                return ERR_INTERNAL;
        if (sealed.size < CRYPTO_TAG_SIZE || sealed.size > INT32_MAX || associated.size > INT32_MAX)
                return ERR_NOT_AUTHENTIC;
        plain_size = sealed.size - CRYPTO_TAG_SIZE;
        memcpy(tag, sealed.data + plain_size, sizeof(tag));
        if (EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key->bytes, nonce) != 1 ||
            (associated.size &&
             EVP_DecryptUpdate(cipher, NULL, &size, associated.data, (int)associated.size) != 1) ||
            (plain_size &&
             EVP_DecryptUpdate(cipher, ret_plaintext, &size, sealed.data, (int)plain_size) != 1) ||
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, CRYPTO_TAG_SIZE, tag) != 1 ||
            EVP_DecryptFinal_ex(cipher, tag, &size) != 1) {
                wipe(ret_plaintext, plain_size);
                return ERR_NOT_AUTHENTIC;
        }
        return ERR_OK;
}
