/* SPDX-License-Identifier: Apache-2.0
 *
 * The primitives from libcrypto.
 */
#include "base/primitives.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdatomic.h>

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

/* --- SHA and HMAC ---
 *
 * By the functions that each digest has of its own. libcrypto 3 recommends EVP_Digest() and HMAC()
 * instead, which end in the same code, but allocate, count and look algorithms up each time. That
 * takes longer than a short digest, and can fail for want of memory (docs/decisions/0022). */

/* The digest of one text after another. */
typedef bool digest_fn(struct slice first, struct slice second, uint8_t *ret_digest);

#define DIGEST(name, SHA, state_type)                                                              \
        static bool name(struct slice first, struct slice second, uint8_t *ret_digest)             \
        {                                                                                          \
                state_type state;                                                                  \
                bool good = SHA##_Init(&state) == 1 &&                                             \
                            SHA##_Update(&state, never_null(first), first.size) == 1 &&            \
                            SHA##_Update(&state, never_null(second), second.size) == 1 &&          \
                            SHA##_Final(ret_digest, &state) == 1;                                  \
                                                                                                   \
                explicit_bzero(&state, sizeof(state));                                             \
                return good;                                                                       \
        }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

DIGEST(sha1_digest, SHA1, SHA_CTX)
DIGEST(sha256_digest, SHA256, SHA256_CTX)
DIGEST(sha512_digest, SHA512, SHA512_CTX)

#pragma GCC diagnostic pop
#undef DIGEST

struct hash {
        digest_fn *digest;
        size_t size, block_size; /* bytes */
};

static const struct hash sha1 = {sha1_digest, SHA1_SIZE, SHA_CBLOCK};
static const struct hash sha256 = {sha256_digest, SHA256_SIZE, SHA256_CBLOCK};
static const struct hash sha512 = {sha512_digest, SHA512_SIZE, SHA512_CBLOCK};

enum primitive primitive_sha256(struct slice data, uint8_t ret_digest[SHA256_SIZE])
{
        return sha256_digest(data, (struct slice){0}, ret_digest) ? PRIMITIVE_OK : PRIMITIVE_FAILED;
}

static void block_xor(uint8_t block[SHA512_CBLOCK], uint8_t byte)
{
        for (size_t i = 0; i < SHA512_CBLOCK; i++)
                block[i] ^= byte;
}

/* The key with zeros up to the block of its digest; a key that is longer is digested. */
static bool hmac_key(const struct hash *hash, struct slice key, uint8_t ret_block[SHA512_CBLOCK])
{
        memset(ret_block, 0, SHA512_CBLOCK);
        if (key.size > hash->block_size)
                return hash->digest(key, (struct slice){0}, ret_block);
        memcpy(ret_block, never_null(key), key.size);
        return true;
}

/* RFC 2104 section 2. */
static enum primitive hmac(const struct hash *hash, struct slice key, struct slice data,
                           uint8_t *ret_mac)
{
        uint8_t block[SHA512_CBLOCK];
        struct slice padded = {block, hash->block_size}, inner = {ret_mac, hash->size};
        bool good = hmac_key(hash, key, block);

        block_xor(block, 0x36);
        good = good && hash->digest(padded, data, ret_mac);
        block_xor(block, 0x36 ^ 0x5c);
        good = good && hash->digest(padded, inner, ret_mac);
        explicit_bzero(block, sizeof(block));
        return good ? PRIMITIVE_OK : PRIMITIVE_FAILED;
}

enum primitive primitive_hmac_sha256(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA256_SIZE])
{
        return hmac(&sha256, key, data, ret_mac);
}

enum primitive primitive_hmac_sha512(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA512_SIZE])
{
        return hmac(&sha512, key, data, ret_mac);
}

enum primitive primitive_hmac_sha1(struct slice key, struct slice data, uint8_t ret_mac[SHA1_SIZE])
{
        return hmac(&sha1, key, data, ret_mac);
}

/* --- AES-256-GCM --- */

/* Looking it up by its name takes longer than sealing a short text, so it is kept for the life of
 * the program. NULL: libcrypto has not found it now, perhaps for want of memory. */
static const EVP_CIPHER *aes_256_gcm(void)
{
        static _Atomic(EVP_CIPHER *) kept;
        EVP_CIPHER *cipher = atomic_load(&kept), *none = NULL;

        if (cipher)
                return cipher;
        cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
        if (!cipher || atomic_compare_exchange_strong(&kept, &none, cipher))
                return cipher;
        EVP_CIPHER_free(cipher);
        return none;
}

static void cipher_freep(EVP_CIPHER_CTX **cipher)
{
        EVP_CIPHER_CTX_free(*cipher);
}

enum primitive primitive_seal(const uint8_t key[GCM_KEY_SIZE], const uint8_t nonce[GCM_NONCE_SIZE],
                              struct slice associated, struct slice plain, uint8_t *ret_sealed)
{
        EVP_CIPHER_CTX *cipher CLEANUP(cipher_freep) = EVP_CIPHER_CTX_new();
        const EVP_CIPHER *algorithm = aes_256_gcm();
        uint8_t *tag = ret_sealed + plain.size;
        int size;

        if (!cipher || !algorithm || plain.size > INT_MAX || associated.size > INT_MAX ||
            EVP_EncryptInit_ex(cipher, algorithm, NULL, key, nonce) != 1 ||
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
        const EVP_CIPHER *algorithm = aes_256_gcm();
        enum primitive result = PRIMITIVE_FAILED;
        uint8_t tag[GCM_TAG_SIZE];
        size_t size = sealed.size - sizeof(tag);

        if (sealed.size < sizeof(tag) || sealed.size > INT_MAX || associated.size > INT_MAX)
                return PRIMITIVE_NOT_AUTHENTIC;
        memcpy(tag, sealed.data + size, sizeof(tag));
        if (cipher && algorithm && EVP_DecryptInit_ex(cipher, algorithm, NULL, key, nonce) == 1)
                result = gcm_open(cipher, associated, slice_to(sealed, size), tag, ret_plain);
        if (result)
                explicit_bzero(ret_plain, size);
        return result;
}
