/* SPDX-License-Identifier: Apache-2.0
 *
 * The primitives from libcrypto.
 */
#include "base/primitives.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdatomic.h>

#include "base/macros.h"

/* A key for HMAC, with zeros up to the block of its digest. */
struct hmac_block {
        uint8_t bytes[128]; /* SHA-512's */
        size_t size;
};

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

/* --- SHA and HMAC --- */

/* Looking an algorithm up by its name takes longer than a short digest, so each is kept for the
 * life of the program. NULL: libcrypto has not found it now, perhaps for want of memory. */
static const EVP_MD *digest_kept(_Atomic(EVP_MD *) *kept, const char *name)
{
        EVP_MD *digest = atomic_load(kept), *none = NULL;

        if (digest)
                return digest;
        digest = EVP_MD_fetch(NULL, name, NULL);
        if (!digest || atomic_compare_exchange_strong(kept, &none, digest))
                return digest;
        EVP_MD_free(digest); /* another thread was first */
        return none;
}

static const EVP_MD *sha1(void)
{
        static _Atomic(EVP_MD *) kept;

        return digest_kept(&kept, "SHA1");
}

static const EVP_MD *sha256(void)
{
        static _Atomic(EVP_MD *) kept;

        return digest_kept(&kept, "SHA256");
}

static const EVP_MD *sha512(void)
{
        static _Atomic(EVP_MD *) kept;

        return digest_kept(&kept, "SHA512");
}

static bool digest_make(const EVP_MD *digest, struct slice data, uint8_t *ret_digest)
{
        return digest &&
               EVP_Digest(never_null(data), data.size, ret_digest, NULL, digest, NULL) == 1;
}

enum primitive primitive_sha256(struct slice data, uint8_t ret_digest[SHA256_SIZE])
{
        return digest_make(sha256(), data, ret_digest) ? PRIMITIVE_OK : PRIMITIVE_FAILED;
}

/* The digest of a block and a text. */
static bool blocks_digest(EVP_MD_CTX *context, const EVP_MD *digest, struct slice block,
                          struct slice text, uint8_t *ret_digest)
{
        return EVP_DigestInit_ex(context, digest, NULL) == 1 &&
               EVP_DigestUpdate(context, block.data, block.size) == 1 &&
               EVP_DigestUpdate(context, never_null(text), text.size) == 1 &&
               EVP_DigestFinal_ex(context, ret_digest, NULL) == 1;
}

static void block_xor(struct hmac_block *block, uint8_t byte)
{
        for (size_t i = 0; i < block->size; i++)
                block->bytes[i] ^= byte;
}

/* RFC 2104 section 2, over one context: libcrypto's own HMAC() looks both algorithms up by their
 * names each time, which takes longer than the digests do. */
static bool hmac_digest(EVP_MD_CTX *context, const EVP_MD *digest, struct hmac_block *block,
                        struct slice data, uint8_t *ret_mac)
{
        struct slice key = {block->bytes, block->size};
        struct slice inner = {ret_mac, (size_t)EVP_MD_get_size(digest)};

        block_xor(block, 0x36);
        if (!blocks_digest(context, digest, key, data, ret_mac))
                return false;
        block_xor(block, 0x36 ^ 0x5c);
        return blocks_digest(context, digest, key, inner, ret_mac);
}

/* A key that is longer than a block is digested. */
static bool hmac_key(const EVP_MD *digest, struct slice key, struct hmac_block *ret)
{
        ret->size = (size_t)EVP_MD_get_block_size(digest);
        if (key.size > ret->size)
                return digest_make(digest, key, ret->bytes);
        memcpy(ret->bytes, never_null(key), key.size);
        return true;
}

static void context_freep(EVP_MD_CTX **context)
{
        EVP_MD_CTX_free(*context); /* and wipes what it held */
}

static enum primitive hmac(const EVP_MD *digest, struct slice key, struct slice data,
                           uint8_t *ret_mac)
{
        EVP_MD_CTX *context CLEANUP(context_freep) = digest ? EVP_MD_CTX_new() : NULL;
        struct hmac_block block = {0};
        bool good = context && hmac_key(digest, key, &block) &&
                    hmac_digest(context, digest, &block, data, ret_mac);

        explicit_bzero(&block, sizeof(block));
        return good ? PRIMITIVE_OK : PRIMITIVE_FAILED;
}

enum primitive primitive_hmac_sha256(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA256_SIZE])
{
        return hmac(sha256(), key, data, ret_mac);
}

enum primitive primitive_hmac_sha512(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA512_SIZE])
{
        return hmac(sha512(), key, data, ret_mac);
}

enum primitive primitive_hmac_sha1(struct slice key, struct slice data, uint8_t ret_mac[SHA1_SIZE])
{
        return hmac(sha1(), key, data, ret_mac);
}

/* --- AES-256-GCM --- */

/* As digest_kept(). */
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
