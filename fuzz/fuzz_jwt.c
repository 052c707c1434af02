/* SPDX-License-Identifier: Apache-2.0
 *
 * The client-secret JWT: anything an application may send, and, since random bytes never have a
 * valid signature, the same bytes as header and payload of a token that is signed here.
 */
#include "base/crypto.h"
#include "base/encode.h"
#include "base/macros.h"
#include "core/clients/client_secret.h"
#include "fuzz.h"

static const char key[] = "2b4719e00623ad66c4cde8681efc59e9d40bf96cdb43d4b9cf859e27d5252102";

static enum err check(struct arena *arena, struct slice token)
{
        struct secret secret = {.hidden = slice_from_string(key)};
        struct client_assertion assertion;
        size_t which = 9;

        TRY(client_assertion_parse(token, JWT_BIT(JWT_HS256), arena, &assertion));
        TRY(client_secret_verify(&assertion, &(struct client_secrets){&secret, 1, 1}, &which));
        TRY(client_assertion_check(
                &assertion, &(struct assertion_rules){
                                    .client_id = SLICE("e45fa79a-05f5-4f00-bbfe-bd0a14aead0a"),
                                    .issuer = SLICE("http://localhost:10100"),
                                    .now = {1751019061000},
                                    .leeway = 10,
                                    .max_lifetime = 300,
                            }));
        REQUIRE(which == 0 && assertion.exp > 1751019051 && assertion.exp <= 1751019371);
        return ERR_OK;
}

/* An assertion may be signed with a private key, too. */
static void check_wide(struct arena *arena, struct slice token)
{
        const unsigned all = JWT_BIT(JWT_ALGORITHMS) - 2;
        struct client_assertion wide, narrow;

        if (client_assertion_parse(token, all, arena, &wide) != ERR_OK)
                return;
        REQUIRE(wide.jwt.algorithm > JWT_NO_ALGORITHM && wide.jwt.algorithm < JWT_ALGORITHMS);
        REQUIRE(wide.jwt.signing_input.size < token.size &&
                slice_starts_with(token, wide.jwt.signing_input));
        REQUIRE((client_assertion_parse(token, JWT_BIT(JWT_HS256), arena, &narrow) == ERR_OK) ==
                (wide.jwt.algorithm == JWT_HS256));
}

/* The first line is the header, the rest the payload, with or without a space behind it. */
static enum err check_signed(struct arena *arena, struct slice input, bool spaced)
{
        struct buf payload CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        struct buf token CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        struct digest mac;

        base64url_encode(&token, next_line(&input));
        buf_put_byte(&token, '.');
        buf_put(&payload, input);
        if (spaced)
                buf_put_byte(&payload, ' ');
        base64url_encode(&token, buf_slice(&payload));
        crypto_hmac_sha256(slice_from_string(key), buf_slice(&token), &mac);
        buf_put_byte(&token, '.');
        base64url_encode(&token, SLICE_ARRAY(mac.bytes));
        return check(arena, buf_slice(&token));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(8 << 20);
        enum err raw = check(&arena, slice_new(data, size));
        enum err forged = check_signed(&arena, slice_new(data, size), false);
        enum err spaced = check_signed(&arena, slice_new(data, size), true);

        check_wide(&arena, slice_new(data, size));
        (void)raw;
        /* With a space, the claims are read by another reader. */
        REQUIRE(forged == spaced || spaced == ERR_JWT_TOO_LONG);
        return 0;
}
