/* SPDX-License-Identifier: Apache-2.0
 *
 * Failing cryptography is reported, and never mistaken for a wrong key.
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
        CHECK_AG_OK(ag_api_key_restrict(key, SLICE(""), &child));
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
        static const uint8_t nonce[GCM_NONCE_SIZE];
        uint8_t sealed[3 + GCM_TAG_SIZE], plain[3];
        struct slice whole = SLICE_ARRAY(sealed), none = {0};
        enum primitive result = PRIMITIVE_FAILED;
        size_t n = 0;

        CHECK_INT(primitive_seal(some_bytes, nonce, none, SLICE("abc"), sealed), PRIMITIVE_OK);
        for (; result && n < 100; n++) {
                n_calls_left = n;
                result = primitive_open(some_bytes, nonce, none, whole, plain);
                CHECK(result == PRIMITIVE_OK || result == PRIMITIVE_FAILED);
        }
        n_calls_left = SIZE_MAX;
        CHECK_INT(result, PRIMITIVE_OK);
        CHECK_INT(n, 5);
        CHECK_TEXT(SLICE_ARRAY(plain), "abc");
        sealed[0] ^= 1;
        CHECK_INT(primitive_open(some_bytes, nonce, none, whole, plain), PRIMITIVE_NOT_AUTHENTIC);
        CHECK_INT(plain[0] | plain[1] | plain[2], 0);
        whole.size = GCM_TAG_SIZE - 1;
        CHECK_INT(primitive_open(some_bytes, nonce, none, whole, plain), PRIMITIVE_NOT_AUTHENTIC);
}

TEST(different_sizes_are_unequal)
{
        CHECK(primitive_equal(SLICE("abc"), SLICE("abc")));
        CHECK(!primitive_equal(SLICE("abc"), SLICE("abd")));
        CHECK(!primitive_equal(SLICE("abc"), SLICE("ab")));
        CHECK(primitive_equal((struct slice){0}, SLICE("")));
}
