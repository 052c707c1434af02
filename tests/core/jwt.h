/* SPDX-License-Identifier: Apache-2.0
 *
 * Client-secret JWTs of the demonstration's client, genuine and forged, checked as in the server.
 */
#pragma once

#include "base/crypto.h"
#include "base/limits.h"
#include "core/clients/client_secret.h"
#include "test.h"

static const char client_id[] = "e45fa79a-05f5-4f00-bbfe-bd0a14aead0a";
static const char client_secret[] =
        "2b4719e00623ad66c4cde8681efc59e9d40bf96cdb43d4b9cf859e27d5252102";
static const char seed_token[] =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJjbGllbnRfaWQiOiJlNDVmYTc5YS0wNWY1LTRmMDAtYmJmZS1i"
        "ZDBhMTRhZWFkMGEiLCJleHAiOjE3NTEwMTkzNjF9.2USHN3Ad7nu7hoHY1keDqst1sI9R-ONHsx_GJotsPvI";
static const char other_secret[] =
        "0000000000000000000000000000000000000000000000000000000000000001";
static const char good_header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

enum { SEED_EXP = 1751019361, NOW = SEED_EXP - 300 };

static inline struct secret secret_of(const char *text)
{
        return (struct secret){.hidden = slice_from_string(text)};
}

/* A token over any header and payload. */
static inline struct slice forge(struct arena *arena, struct slice head, struct slice payload)
{
        struct buf token CLEANUP(buf_deinit) = BUF_INIT(1 << 14);
        struct digest mac;

        base64url_encode(&token, head);
        buf_put_byte(&token, '.');
        base64url_encode(&token, payload);
        crypto_hmac_sha256(slice_from_string(client_secret), buf_slice(&token), &mac);
        buf_put_byte(&token, '.');
        base64url_encode(&token, SLICE_ARRAY(mac.bytes));
        return arena_copy(arena, buf_slice(&token));
}

/* Checks a token as the server would, at the given second, against two secrets. */
static inline enum err check_against(const struct secret secrets[2], struct slice token,
                                     int64_t now, size_t n_real, size_t *ret_secret)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct client_assertion assertion;

        TRY(client_assertion_parse(token, JWT_BIT(JWT_HS256), &arena, &assertion));
        TRY(client_secret_verify(&assertion, &(struct client_secrets){secrets, 2, n_real},
                                 ret_secret));
        return client_assertion_check(&assertion, &(struct assertion_rules){
                                                          .client_id = slice_from_string(client_id),
                                                          .issuer = SLICE("http://localhost:10100"),
                                                          .now = {now * 1000},
                                                          .leeway = 10,
                                                          .max_lifetime = 300,
                                                  });
}

static inline enum err check_at(struct slice token, int64_t now, size_t n_real, size_t *ret_secret)
{
        const struct secret secrets[] = {secret_of(client_secret), secret_of(other_secret)};

        return check_against(secrets, token, now, n_real, ret_secret);
}

static inline enum err check(struct slice token)
{
        size_t secret;

        return check_at(token, NOW, 2, &secret);
}

static inline enum err check_head(const char *head)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        return check(forge(&arena, slice_from_string(head),
                           SLICE("{\"client_id\":\"e45fa79a-05f5-4f00-bbfe-bd0a14aead0a\","
                                 "\"exp\":1751019361}")));
}

/* A payload whose claims follow the right client_id. */
static inline enum err check_claims(const char *claims)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct buf payload CLEANUP(buf_deinit) = BUF_INIT(1 << 13);

        buf_put_string(&payload, "{\"client_id\":\"e45fa79a-05f5-4f00-bbfe-bd0a14aead0a\"");
        buf_put_string(&payload, claims);
        buf_put_byte(&payload, '}');
        return check(forge(&arena, slice_from_string(good_header), buf_slice(&payload)));
}

static inline enum err check_payload(struct slice payload)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        return check(forge(&arena, slice_from_string(good_header), payload));
}
