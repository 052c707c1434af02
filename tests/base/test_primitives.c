/* SPDX-License-Identifier: Apache-2.0
 *
 * HMAC, judged by its RFC and by libcrypto's own.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/primitives.h"
#include "test.h"

static const uint8_t twenty[] = {11, 11, 11, 11, 11, 11, 11, 11, 11, 11,
                                 11, 11, 11, 11, 11, 11, 11, 11, 11, 11};

TEST(hmac_is_that_of_rfc_4231)
{
        uint8_t short_mac[SHA256_SIZE], long_mac[SHA512_SIZE];

        CHECK_INT(primitive_hmac_sha256(SLICE_ARRAY(twenty), SLICE("Hi There"), short_mac),
                  PRIMITIVE_OK);
        CHECK_HEX(SLICE_ARRAY(short_mac),
                  "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        CHECK_INT(primitive_hmac_sha512(SLICE("Jefe"), SLICE("what do ya want for nothing?"),
                                        long_mac),
                  PRIMITIVE_OK);
        CHECK_HEX(SLICE_ARRAY(long_mac),
                  "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                  "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

/* Around the blocks of both digests, and the part of the last block that padding takes. */
TEST(hmac_is_that_of_libcrypto_for_keys_and_texts_of_any_size)
{
        uint8_t bytes[300], mac[SHA512_SIZE], theirs[SHA512_SIZE];

        for (size_t i = 0; i < sizeof(bytes); i++)
                bytes[i] = (uint8_t)(i * 31 + 7);
        for (size_t key = 0; key < sizeof(bytes); key++)
                for (size_t text = 0; text < sizeof(bytes); text += 1 + key % 13) {
                        struct slice data = slice_new(bytes, text);

                        CHECK_INT(primitive_hmac_sha256(slice_new(bytes, key), data, mac),
                                  PRIMITIVE_OK);
                        CHECK(HMAC(EVP_sha256(), bytes, (int)key, bytes, text, theirs, NULL));
                        CHECK(slice_equal(slice_new(mac, SHA256_SIZE),
                                          slice_new(theirs, SHA256_SIZE)));
                        CHECK_INT(primitive_hmac_sha512(slice_new(bytes, key), data, mac),
                                  PRIMITIVE_OK);
                        CHECK(HMAC(EVP_sha512(), bytes, (int)key, bytes, text, theirs, NULL));
                        CHECK(slice_equal(slice_new(mac, SHA512_SIZE),
                                          slice_new(theirs, SHA512_SIZE)));
                }
}

TEST(a_mac_may_replace_its_key_or_its_text)
{
        uint8_t mac[SHA256_SIZE], key[SHA256_SIZE] = "key", text[SHA256_SIZE] = "text",
                                  other[SHA256_SIZE] = "text";

        CHECK_INT(primitive_hmac_sha256(SLICE_ARRAY(key), SLICE_ARRAY(text), mac), PRIMITIVE_OK);
        CHECK_INT(primitive_hmac_sha256(SLICE_ARRAY(key), SLICE_ARRAY(text), text), PRIMITIVE_OK);
        CHECK(slice_equal(SLICE_ARRAY(text), SLICE_ARRAY(mac)));
        CHECK_INT(primitive_hmac_sha256(SLICE_ARRAY(key), SLICE_ARRAY(other), key), PRIMITIVE_OK);
        CHECK(slice_equal(SLICE_ARRAY(key), SLICE_ARRAY(mac)));
}
