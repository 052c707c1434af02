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

#define EVP_Digest(...)          (fails() ? 0 : (EVP_Digest)(__VA_ARGS__))
#define HMAC(...)                (fails() ? NULL : (HMAC)(__VA_ARGS__))
#define EVP_CIPHER_CTX_new()     (fails() ? NULL : (EVP_CIPHER_CTX_new)())
#define EVP_EncryptInit_ex(...)  (fails() ? 0 : (EVP_EncryptInit_ex)(__VA_ARGS__))
#define EVP_EncryptUpdate(...)   (fails() ? 0 : (EVP_EncryptUpdate)(__VA_ARGS__))
#define EVP_EncryptFinal_ex(...) (fails() ? 0 : (EVP_EncryptFinal_ex)(__VA_ARGS__))
#define EVP_CIPHER_CTX_ctrl(...) (fails() ? 0 : (EVP_CIPHER_CTX_ctrl)(__VA_ARGS__))
#define EVP_DecryptInit_ex(...)  (fails() ? 0 : (EVP_DecryptInit_ex)(__VA_ARGS__))
#define EVP_DecryptUpdate(...)   (fails() ? 0 : (EVP_DecryptUpdate)(__VA_ARGS__))
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
