/* SPDX-License-Identifier: Apache-2.0
 *
 * What is read of an authenticator's data.
 */
#include "base/webauthn.h"

#include "base/macros.h"
#include "test.h"

static const uint8_t head[37] = {[0] = 0xaa, [31] = 0xbb, [32] = 0x45, [33] = 1, 2, 3, 4};

TEST(the_head_has_the_host_the_flags_and_the_counter)
{
        struct webauthn_head read;

        CHECK(webauthn_head_read(SLICE_ARRAY(head), &read));
        CHECK_INT(read.server.bytes[0], 0xaa);
        CHECK_INT(read.server.bytes[31], 0xbb);
        CHECK_INT(read.flags,
                  WEBAUTHN_USER_PRESENT | WEBAUTHN_USER_VERIFIED | WEBAUTHN_HAS_CREDENTIAL);
        CHECK_INT(read.counter, 0x01020304);
        CHECK(!webauthn_head_read(slice_to(SLICE_ARRAY(head), 36), &read));
        CHECK(!webauthn_head_read((struct slice){0}, &read));
}

TEST(data_without_a_credential_has_none)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct webauthn_credential credential;

        CHECK_ERR(webauthn_credential_read(&arena, SLICE_ARRAY(head), &credential),
                  ERR_NOT_AUTHENTIC);
}

TEST(no_key_has_signed_nothing)
{
        static const uint8_t bytes[259] = {1};
        static const enum webauthn_algorithm algorithms[] = {WEBAUTHN_ES256, WEBAUTHN_EDDSA,
                                                             WEBAUTHN_RS256};
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        const struct webauthn_proof proof = {SLICE("localhost"), SLICE("{}"), SLICE_ARRAY(head),
                                             SLICE("a signature")};

        for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
                struct webauthn_key key = {algorithms[i], SLICE_ARRAY(bytes)};

                CHECK_ERR(webauthn_verify(&arena, &key, &proof), ERR_NOT_AUTHENTIC);
                key.bytes = SLICE("short");
                CHECK_ERR(webauthn_verify(&arena, &key, &proof), ERR_NOT_AUTHENTIC);
        }
}
