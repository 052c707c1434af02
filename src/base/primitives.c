/* SPDX-License-Identifier: Apache-2.0
 *
 * The primitives from libcrypto and libargon2.
 */
#include "base/primitives.h"

#include <argon2.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/macros.h"

/* To libcrypto a NULL key means "the previous key", and NULL data is not always empty data. */
static const uint8_t *never_null(struct slice bytes)
{
        static const uint8_t none[1];

        return bytes.data ? bytes.data : none;
}

bool primitive_equal(struct slice a, struct slice b)
{
        return a.size == b.size && CRYPTO_memcmp(never_null(a), never_null(b), a.size) == 0;
}

enum primitive primitive_sha256(struct slice data, uint8_t ret_digest[SHA256_SIZE])
{
        int good = EVP_Digest(never_null(data), data.size, ret_digest, NULL, EVP_sha256(), NULL);

        return good == 1 ? PRIMITIVE_OK : PRIMITIVE_FAILED;
}

static enum primitive hmac(const EVP_MD *digest, struct slice key, struct slice data,
                           uint8_t *ret_mac)
{
        bool good = key.size <= INT_MAX && HMAC(digest, never_null(key), (int)key.size,
                                                never_null(data), data.size, ret_mac, NULL);

        return good ? PRIMITIVE_OK : PRIMITIVE_FAILED;
}

enum primitive primitive_hmac_sha256(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA256_SIZE])
{
        return hmac(EVP_sha256(), key, data, ret_mac);
}

enum primitive primitive_hmac_sha512(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA512_SIZE])
{
        return hmac(EVP_sha512(), key, data, ret_mac);
}

/* --- AES-256-GCM --- */

static void cipher_freep(EVP_CIPHER_CTX **cipher)
{
        EVP_CIPHER_CTX_free(*cipher);
}

enum primitive primitive_seal(const uint8_t key[GCM_KEY_SIZE], const uint8_t nonce[GCM_NONCE_SIZE],
                              struct slice associated, struct slice plain, uint8_t *ret_sealed)
{
        EVP_CIPHER_CTX *cipher CLEANUP(cipher_freep) = EVP_CIPHER_CTX_new();
        uint8_t *tag = ret_sealed + plain.size;
        int size;

        if (!cipher || plain.size > INT_MAX || associated.size > INT_MAX ||
            EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce) != 1 ||
            (associated.size &&
             EVP_EncryptUpdate(cipher, NULL, &size, associated.data, (int)associated.size) != 1) ||
            EVP_EncryptUpdate(cipher, ret_sealed, &size, never_null(plain), (int)plain.size) != 1 ||
            EVP_EncryptFinal_ex(cipher, tag, &size) != 1 ||
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, GCM_TAG_SIZE, tag) != 1)
                return PRIMITIVE_FAILED;
        return PRIMITIVE_OK;
}

/* `tag` is that of `sealed`, which may be where `ret_plain` is. */
static enum primitive gcm_open(EVP_CIPHER_CTX *cipher, struct slice associated, struct slice sealed,
                               uint8_t tag[GCM_TAG_SIZE], uint8_t *ret_plain)
{
        int size;

        if ((associated.size &&
             EVP_DecryptUpdate(cipher, NULL, &size, associated.data, (int)associated.size) != 1) ||
            EVP_DecryptUpdate(cipher, ret_plain, &size, never_null(sealed), (int)sealed.size) !=
                    1 ||
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, GCM_TAG_SIZE, tag) != 1)
                return PRIMITIVE_FAILED;
        return EVP_DecryptFinal_ex(cipher, tag, &size) == 1 ? PRIMITIVE_OK
                                                            : PRIMITIVE_NOT_AUTHENTIC;
}

enum primitive primitive_open(const uint8_t key[GCM_KEY_SIZE], const uint8_t nonce[GCM_NONCE_SIZE],
                              struct slice associated, struct slice sealed, uint8_t *ret_plain)
{
        EVP_CIPHER_CTX *cipher CLEANUP(cipher_freep) = EVP_CIPHER_CTX_new();
        enum primitive result = PRIMITIVE_FAILED;
        uint8_t tag[GCM_TAG_SIZE];
        size_t size = sealed.size - sizeof(tag);

        if (sealed.size < sizeof(tag) || sealed.size > INT_MAX || associated.size > INT_MAX)
                return PRIMITIVE_NOT_AUTHENTIC;
        memcpy(tag, sealed.data + size, sizeof(tag));
        if (cipher && EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce) == 1)
                result = gcm_open(cipher, associated, slice_to(sealed, size), tag, ret_plain);
        if (result)
                explicit_bzero(ret_plain, size);
        return result;
}

/* --- Argon2id --- */

/* What the derivation of this thread works in. libargon2 passes its hooks no context, so they find
 * it here; it is set for the length of the call. */
static _Thread_local const struct argon2id *deriving;

static int memory_lend(uint8_t **ret_memory, size_t size)
{
        *ret_memory = size <= (size_t)deriving->memory_kib * 1024 ? deriving->memory : NULL;
        return *ret_memory ? ARGON2_OK : ARGON2_MEMORY_ALLOCATION_ERROR;
}

/* libargon2 has wiped it already. */
static void memory_return(uint8_t *memory, size_t size)
{
        (void)memory;
        (void)size;
}

/* The number of lanes affects the result; the number of threads does not. */
enum primitive primitive_argon2id(const struct argon2id *input, uint8_t ret_hash[ARGON2ID_SIZE])
{
        argon2_context context = {
                .out = ret_hash,
                .outlen = ARGON2ID_SIZE,
                .pwd = (uint8_t *)(uintptr_t)input->password.data, /* only read, by these flags */
                .pwdlen = (uint32_t)input->password.size,
                .salt = (uint8_t *)(uintptr_t)input->salt.data,
                .saltlen = (uint32_t)input->salt.size,
                .t_cost = input->passes,
                .m_cost = input->memory_kib,
                .lanes = input->lanes,
                .threads = 1,
                .version = ARGON2_VERSION_13,
                .allocate_cbk = memory_lend,
                .free_cbk = memory_return,
                .flags = ARGON2_DEFAULT_FLAGS,
        };
        int result;

        deriving = input;
        result = argon2id_ctx(&context);
        deriving = NULL;
        if (result == ARGON2_MEMORY_ALLOCATION_ERROR)
                return PRIMITIVE_NO_MEMORY;
        return result == ARGON2_OK ? PRIMITIVE_OK : PRIMITIVE_FAILED;
}
