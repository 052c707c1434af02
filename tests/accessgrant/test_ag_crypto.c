/* SPDX-License-Identifier: Apache-2.0
 *
 * Cryptography that fails: that it is told, and never taken for a wrong key. This program brings
 * the library's cryptography along itself, over a libcrypto that fails on command, so the linker
 * takes this one.
 */
#include "ag_life.h"
#include "ag_test.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static size_t n_left = SIZE_MAX; /* calls that still succeed */

static bool fails(void)
{
        if (n_left == 0)
                return true;
        n_left--;
        return false;
}

static int failing_digest(const void *data, size_t size, unsigned char *digest,
                          unsigned *digest_size, const EVP_MD *type, ENGINE *engine)
{
        return fails() ? 0 : EVP_Digest(data, size, digest, digest_size, type, engine);
}

static unsigned char *failing_hmac(const EVP_MD *type, const void *key, int key_size,
                                   const unsigned char *data, size_t size, unsigned char *mac,
                                   unsigned *mac_size)
{
        return fails() ? NULL : HMAC(type, key, key_size, data, size, mac, mac_size);
}

static EVP_CIPHER_CTX *failing_new(void)
{
        return fails() ? NULL : EVP_CIPHER_CTX_new();
}

static int failing_encrypt_init(EVP_CIPHER_CTX *cipher, const EVP_CIPHER *type, ENGINE *engine,
                                const unsigned char *key, const unsigned char *nonce)
{
        return fails() ? 0 : EVP_EncryptInit_ex(cipher, type, engine, key, nonce);
}

static int failing_encrypt(EVP_CIPHER_CTX *cipher, unsigned char *out, int *out_size,
                           const unsigned char *in, int size)
{
        return fails() ? 0 : EVP_EncryptUpdate(cipher, out, out_size, in, size);
}

static int failing_encrypt_final(EVP_CIPHER_CTX *cipher, unsigned char *out, int *size)
{
        return fails() ? 0 : EVP_EncryptFinal_ex(cipher, out, size);
}

static int failing_control(EVP_CIPHER_CTX *cipher, int type, int size, void *data)
{
        return fails() ? 0 : EVP_CIPHER_CTX_ctrl(cipher, type, size, data);
}

static int failing_decrypt_init(EVP_CIPHER_CTX *cipher, const EVP_CIPHER *type, ENGINE *engine,
                                const unsigned char *key, const unsigned char *nonce)
{
        return fails() ? 0 : EVP_DecryptInit_ex(cipher, type, engine, key, nonce);
}

static int failing_decrypt(EVP_CIPHER_CTX *cipher, unsigned char *out, int *out_size,
                           const unsigned char *in, int size)
{
        return fails() ? 0 : EVP_DecryptUpdate(cipher, out, out_size, in, size);
}

#define EVP_Digest          failing_digest
#define HMAC                failing_hmac
#define EVP_CIPHER_CTX_new  failing_new
#define EVP_EncryptInit_ex  failing_encrypt_init
#define EVP_EncryptUpdate   failing_encrypt
#define EVP_EncryptFinal_ex failing_encrypt_final
#define EVP_CIPHER_CTX_ctrl failing_control
#define EVP_DecryptInit_ex  failing_decrypt_init
#define EVP_DecryptUpdate   failing_decrypt
#undef TRY /* the library has its own */
#include "accessgrant/crypto.c"

TEST(cryptography_that_fails_is_told_wherever_it_happens)
{
        enum ag_error error = AG_ERR_CRYPTO;
        size_t n = 0;

        for (; error && n < 10000; n++) {
                n_left = n;
                error = live();
                CHECK(error == AG_OK || error == AG_ERR_CRYPTO);
        }
        n_left = SIZE_MAX;
        CHECK_AG_OK(error);
        CHECK(n > 50);
}

TEST(a_root_key_whose_salt_cannot_be_mixed_is_none)
{
        uint8_t key[AG_KEY_SIZE] = {0};

        for (size_t n = 0; n < 2; n++) {
                n_left = n;
                CHECK_AG(ag_root_key(text_bytes("testing"), text_bytes("salt"), NULL, key),
                         AG_ERR_CRYPTO);
        }
        n_left = SIZE_MAX;
        CHECK_INT(key[0], 0);
}

TEST(opening_that_fails_is_no_wrong_key)
{
        static const uint8_t nonce[AG_GCM_NONCE_SIZE];
        uint8_t sealed[3 + AG_GCM_TAG_SIZE], plain[3];
        struct ag_bytes whole = {sealed, sizeof(sealed)};
        enum ag_error error = AG_ERR_CRYPTO;
        size_t n = 0;

        CHECK_AG_OK(ag_gcm_seal(some_bytes, nonce, text_bytes("abc"), sealed));
        for (; error && n < 100; n++) {
                n_left = n;
                error = ag_gcm_open(some_bytes, nonce, whole, plain);
                CHECK(error == AG_OK || error == AG_ERR_CRYPTO);
        }
        n_left = SIZE_MAX;
        CHECK_AG_OK(error);
        CHECK_INT(n, 5);
        sealed[0] ^= 1;
        CHECK_AG(ag_gcm_open(some_bytes, nonce, whole, plain), AG_ERR_WRONG_KEY);
        whole.size = AG_GCM_TAG_SIZE - 1;
        CHECK_AG(ag_gcm_open(some_bytes, nonce, whole, plain), AG_ERR_WRONG_KEY);
}

TEST(different_sizes_are_unequal)
{
        CHECK(ag_crypto_equal(text_bytes("abc"), text_bytes("abc")));
        CHECK(!ag_crypto_equal(text_bytes("abc"), text_bytes("abd")));
        CHECK(!ag_crypto_equal(text_bytes("abc"), text_bytes("ab")));
        CHECK(ag_crypto_equal((struct ag_bytes){0}, text_bytes("")));
}
