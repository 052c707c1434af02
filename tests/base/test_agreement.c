/* SPDX-License-Identifier: Apache-2.0
 *
 * X25519: the example of its RFC, and keys that are none.
 */
#include "base/agreement.h"

#include "base/macros.h"
#include "test.h"

/* RFC 7748 section 6.1 */
static const uint8_t alice[] = {0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1,
                                0x72, 0x51, 0xb2, 0x66, 0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0,
                                0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9, 0x2c, 0x2a};
static const uint8_t alices_public[] = {0x85, 0x20, 0xf0, 0x09, 0x89, 0x30, 0xa7, 0x54,
                                        0x74, 0x8b, 0x7d, 0xdc, 0xb4, 0x3e, 0xf7, 0x5a,
                                        0x0d, 0xbf, 0x3a, 0x0d, 0x26, 0x38, 0x1a, 0xf4,
                                        0xeb, 0xa4, 0xa9, 0x8e, 0xaa, 0x9b, 0x4e, 0x6a};
static const uint8_t bobs_public[] = {0xde, 0x9e, 0xdb, 0x7d, 0x7b, 0x7d, 0xc1, 0xb4,
                                      0xd3, 0x5b, 0x61, 0xc2, 0xec, 0xe4, 0x35, 0x37,
                                      0x3f, 0x83, 0x43, 0xc8, 0x5b, 0x78, 0x67, 0x4d,
                                      0xad, 0xfc, 0x7e, 0x14, 0x6f, 0x88, 0x2b, 0x4f};
static const uint8_t shared_secret[] = {0x4a, 0x5d, 0x9d, 0x5b, 0xa4, 0xce, 0x2d, 0xe1,
                                        0x72, 0x8e, 0x3b, 0xf4, 0x80, 0x35, 0x0f, 0x25,
                                        0xe0, 0x7e, 0x21, 0xc9, 0x47, 0xd1, 0x9e, 0x33,
                                        0x76, 0xf0, 0x9b, 0x3c, 0x1e, 0x16, 0x17, 0x42};

TEST(the_example_of_the_rfc)
{
        uint8_t public_key[X25519_SIZE], shared[X25519_SIZE];

        CHECK_OK(x25519_public(alice, public_key));
        CHECK(slice_equal(SLICE_ARRAY(public_key), SLICE_ARRAY(alices_public)));
        CHECK_OK(x25519_agree(alice, SLICE_ARRAY(bobs_public), shared));
        CHECK(slice_equal(SLICE_ARRAY(shared), SLICE_ARRAY(shared_secret)));
}

/* The point of order 1, and of order 4. */
TEST(a_public_key_that_gives_the_same_with_any_private_key_is_refused)
{
        static const uint8_t zero[X25519_SIZE], one[X25519_SIZE] = {1};
        uint8_t shared[X25519_SIZE];

        CHECK_ERR(x25519_agree(alice, SLICE_ARRAY(zero), shared), ERR_NOT_AUTHENTIC);
        CHECK_ERR(x25519_agree(alice, SLICE_ARRAY(one), shared), ERR_NOT_AUTHENTIC);
}

TEST(a_public_key_of_another_size_is_none)
{
        uint8_t shared[X25519_SIZE];

        CHECK_ERR(x25519_agree(alice, slice_to(SLICE_ARRAY(bobs_public), 31), shared),
                  ERR_NOT_AUTHENTIC);
        CHECK_ERR(x25519_agree(alice, (struct slice){0}, shared), ERR_NOT_AUTHENTIC);
}
