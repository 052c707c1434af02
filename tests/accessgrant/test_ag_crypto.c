/* SPDX-License-Identifier: Apache-2.0
 *
 * Cryptography that fails: that it is told, and never taken for a wrong key.
 */
#include "ag_life.h"
#include "ag_test.h"
#include "failing_crypto.h"

#include "accessgrant/api_key.h"

TEST(cryptography_that_fails_is_told_wherever_it_happens)
{
        enum ag_error error = AG_ERR_CRYPTO;
        size_t n = 0;

        for (; error && n < 10000; n++) {
                n_calls_left = n;
                error = live();
                CHECK(error == AG_OK || error == AG_ERR_CRYPTO);
        }
        n_calls_left = SIZE_MAX;
        CHECK_AG_OK(error);
        CHECK(n > 50);
}

TEST(a_chain_that_cannot_be_computed_is_no_bad_one)
{
        struct ag_bytes any = {some_bytes, sizeof(some_bytes)};
        uint8_t tails[AG_MAX_CAVEATS + 1][AG_TAIL_SIZE];
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_api_key *child CLEANUP(ag_api_key_freep) = NULL;

        CHECK_AG_OK(ag_api_key_new(any, any, &key));
        CHECK_AG_OK(ag_api_key_restrict(key, text_bytes(""), &child));
        for (size_t n = 0; n < 2; n++) {
                n_calls_left = n;
                CHECK_AG(ag_api_key_verify(child, any, tails), AG_ERR_CRYPTO);
        }
        n_calls_left = SIZE_MAX;
        CHECK_AG_OK(ag_api_key_verify(child, any, tails));
        CHECK_AG(ag_api_key_verify(child, text_bytes("another secret"), tails), AG_ERR_SIGNATURE);
}

TEST(a_root_key_whose_salt_cannot_be_mixed_is_none)
{
        uint8_t key[AG_KEY_SIZE] = {0};

        for (size_t n = 0; n < 2; n++) {
                n_calls_left = n;
                CHECK_AG(ag_root_key(text_bytes("testing"), text_bytes("salt"), NULL, key),
                         AG_ERR_CRYPTO);
        }
        n_calls_left = SIZE_MAX;
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
                n_calls_left = n;
                error = ag_gcm_open(some_bytes, nonce, whole, plain);
                CHECK(error == AG_OK || error == AG_ERR_CRYPTO);
        }
        n_calls_left = SIZE_MAX;
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
