/* SPDX-License-Identifier: Apache-2.0
 *
 * The client-secret JWT: the seed's token first, then rules 38 to 48.
 */
#include "core/clients/client_secret.h"

#include "base/crypto.h"
#include "base/limits.h"
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

static struct secret secret_of(const char *text)
{
        return (struct secret){.hidden = slice_from_string(text)};
}

/* A token over any header and payload. */
static struct slice forge(struct arena *arena, struct slice head, struct slice payload)
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
static enum err check_against(const struct secret secrets[2], struct slice token, int64_t now,
                              size_t n_real, size_t *ret_secret)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct client_assertion assertion;

        TRY(client_secret_parse(token, &arena, &assertion));
        return client_secret_verify(&assertion,
                                    &(struct client_secret_rules){
                                            .client_id = slice_from_string(client_id),
                                            .secrets = secrets,
                                            .n_secrets = 2,
                                            .n_real = n_real,
                                            .issuer = SLICE("http://localhost:10100"),
                                            .now = {now * 1000},
                                            .leeway = 10,
                                            .max_lifetime = 300,
                                    },
                                    ret_secret);
}

static enum err check_at(struct slice token, int64_t now, size_t n_real, size_t *ret_secret)
{
        const struct secret secrets[] = {secret_of(client_secret), secret_of(other_secret)};

        return check_against(secrets, token, now, n_real, ret_secret);
}

static enum err check(struct slice token)
{
        size_t secret;

        return check_at(token, NOW, 2, &secret);
}

static enum err check_head(const char *head)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        return check(forge(&arena, slice_from_string(head),
                           SLICE("{\"client_id\":\"e45fa79a-05f5-4f00-bbfe-bd0a14aead0a\","
                                 "\"exp\":1751019361}")));
}

/* A payload whose claims follow the right client_id. */
static enum err check_claims(const char *claims)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct buf payload CLEANUP(buf_deinit) = BUF_INIT(1 << 13);

        buf_put_string(&payload, "{\"client_id\":\"e45fa79a-05f5-4f00-bbfe-bd0a14aead0a\"");
        buf_put_string(&payload, claims);
        buf_put_byte(&payload, '}');
        return check(forge(&arena, slice_from_string(good_header), buf_slice(&payload)));
}

static enum err check_payload(struct slice payload)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        return check(forge(&arena, slice_from_string(good_header), payload));
}

TEST(the_seeds_own_token_is_signed_to_the_byte)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct client_secret_claims claims = {.client_id = slice_from_string(client_id),
                                              .exp = SEED_EXP};

        CHECK_TEXT(secret_reveal(client_secret_sign(&arena, secret_of(client_secret), &claims)),
                   seed_token);
}

TEST(the_seeds_own_token_is_accepted_in_its_time)
{
        size_t secret = 9;

        CHECK_OK(check_at(slice_from_string(seed_token), NOW, 1, &secret));
        CHECK_INT(secret, 0);
}

TEST(iat_and_jti_follow_in_this_order)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct client_secret_claims claims = {.client_id = slice_from_string(client_id),
                                              .exp = 2,
                                              .iat = 1,
                                              .jti = SLICE("a\"b")};

        CHECK_TEXT(client_secret_payload(&arena, &claims),
                   "{\"client_id\":\"e45fa79a-05f5-4f00-bbfe-bd0a14aead0a\",\"exp\":2,\"iat\":1,"
                   "\"jti\":\"a\\\"b\"}");
}

TEST(the_hmac_agrees_with_rfc_7515_appendix_a_1)
{
        struct buf key CLEANUP(buf_deinit) = BUF_INIT(256);
        struct buf mac_text CLEANUP(buf_deinit) = BUF_INIT(256);
        struct digest mac;

        CHECK(base64url_decode(SLICE("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3"
                                     "Yj0iPS4hcgUuTwjAzZr1Z9CAow"),
                               &key));
        crypto_hmac_sha256(
                buf_slice(&key),
                SLICE("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMD"
                      "A4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"),
                &mac);
        base64url_encode(&mac_text, SLICE_ARRAY(mac.bytes));
        CHECK_TEXT(buf_slice(&mac_text), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST(rule_38_the_algorithm_is_exactly_hs256)
{
        static const char *const heads[] = {
                "{\"alg\":\"none\"}",    "{\"alg\":\"HS384\"}",
                "{\"alg\":\"HS512\"}",   "{\"alg\":\"RS256\"}",
                "{\"alg\":\"hs256\"}",   "{\"alg\":\"HS256 \"}",
                "{\"alg\":[\"HS256\"]}", "{\"alg\":null}",
                "{\"alg\":1}",           "{\"typ\":\"JWT\"}",
                "{\"ALG\":\"HS256\"}",   "{}",
                "{\"alg\":\"\"}",        "{\"alg\":\"HS256\\u0000\"}",
        };

        for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
                CHECK(check_head(heads[i]) == ERR_JWT_ALGORITHM ||
                      check_head(heads[i]) == ERR_JWT_MALFORMED);
        CHECK_ERR(check_head("{\"alg\":\"none\"}"), ERR_JWT_ALGORITHM);
        CHECK_OK(check_head("{\"alg\":\"HS256\"}"));
        CHECK_OK(check_head("{\"alg\":\"HS256\",\"kid\":\"1\"}"));
}

TEST(rule_38_none_without_a_signature_is_refused)
{
        CHECK_ERR(check(SLICE("eyJhbGciOiJub25lIn0.e30.")), ERR_JWT_ALGORITHM);
}

TEST(rule_39_exp_is_an_integer_within_bounds)
{
        CHECK_ERR(check_claims(""), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":\"1751019361\""), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":1751019361.0"), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":1e308"), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":-1"), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":null"), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":[1751019361]"), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":9999999999999999999999"), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":9223372036854775807"), ERR_JWT_EXP_TOO_FAR);
        CHECK_ERR(check_claims(",\"exp\":0"), ERR_JWT_EXPIRED);
}

TEST(rule_39_the_skew_is_ten_seconds_both_ways)
{
        size_t secret;

        CHECK_OK(check_at(slice_from_string(seed_token), SEED_EXP + 9, 1, &secret));
        CHECK_ERR(check_at(slice_from_string(seed_token), SEED_EXP + 10, 1, &secret),
                  ERR_JWT_EXPIRED);
        CHECK_OK(check_at(slice_from_string(seed_token), SEED_EXP - 310, 1, &secret));
        CHECK_ERR(check_at(slice_from_string(seed_token), SEED_EXP - 311, 1, &secret),
                  ERR_JWT_EXP_TOO_FAR);
}

TEST(rule_40_iat_and_nbf_are_not_far_ahead)
{
        CHECK_OK(check_claims(",\"exp\":1751019361,\"iat\":1751019061,\"nbf\":1751019071"));
        CHECK_OK(check_claims(",\"exp\":1751019361,\"iat\":1751019061.5"));
        CHECK_OK(check_claims(",\"exp\":1751019361,\"iat\":-5"));
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"iat\":1751019072"), ERR_JWT_NOT_YET);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"nbf\":1751019072"), ERR_JWT_NOT_YET);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"nbf\":1e300"), ERR_JWT_NOT_YET);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"iat\":\"1\""), ERR_JWT_NOT_YET);
}

TEST(rule_41_a_claim_that_is_there_must_be_right)
{
        CHECK_OK(check_claims(",\"exp\":1751019361,"
                              "\"iss\":\"e45fa79a-05f5-4f00-bbfe-bd0a14aead0a\","
                              "\"sub\":\"e45fa79a-05f5-4f00-bbfe-bd0a14aead0a\""));
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"iss\":\"x\""), ERR_JWT_CLIENT_MISMATCH);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"sub\":1"), ERR_JWT_CLIENT_MISMATCH);
        CHECK_ERR(check_payload(SLICE("{\"exp\":1751019361}")), ERR_JWT_CLIENT_MISMATCH);
        CHECK_ERR(check_payload(SLICE("{\"client_id\":\"E45FA79A-05F5-4F00-BBFE-BD0A14AEAD0A\","
                                      "\"exp\":1751019361}")),
                  ERR_JWT_CLIENT_MISMATCH);
}

TEST(rule_42_the_audience_is_the_issuer_alone)
{
        CHECK_OK(check_claims(",\"exp\":1751019361,\"aud\":\"http://localhost:10100\""));
        CHECK_OK(check_claims(",\"exp\":1751019361,\"aud\":[\"http://localhost:10100\"]"));
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"aud\":\"http://localhost:10100/\""),
                  ERR_JWT_CLIENT_MISMATCH);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"aud\":[\"http://localhost:10100\",\"x\"]"),
                  ERR_JWT_CLIENT_MISMATCH);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"aud\":[]"), ERR_JWT_CLIENT_MISMATCH);
        CHECK_ERR(check_claims(",\"exp\":1751019361,"
                               "\"aud\":\"http://localhost:10100/api/v0/oauth2/token\""),
                  ERR_JWT_CLIENT_MISMATCH);
}

TEST(rule_43_another_type_is_refused)
{
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}"), ERR_JWT_ALGORITHM);
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"typ\":\"jwt\"}"), ERR_JWT_ALGORITHM);
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"typ\":null}"), ERR_JWT_ALGORITHM);
}

TEST(rule_45_members_that_change_the_meaning_are_refused)
{
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"crit\":[]}"), ERR_JWT_HEADER);
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"jwk\":{}}"), ERR_JWT_HEADER);
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"kid\":1}"), ERR_JWT_HEADER);
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"kid\":null}"), ERR_JWT_HEADER);
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"jku\":\"x\"}"), ERR_JWT_HEADER);
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"x5u\":\"x\"}"), ERR_JWT_HEADER);
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"x5c\":[]}"), ERR_JWT_HEADER);
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"b64\":false}"), ERR_JWT_HEADER);
}

TEST(rule_46_odd_json_is_refused)
{
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"alg\":\"HS256\"}"), ERR_JWT_MALFORMED);
        CHECK_ERR(check_head("{\"alg\":\"HS256\"}x"), ERR_JWT_MALFORMED);
        CHECK_ERR(check_head("[]"), ERR_JWT_MALFORMED);
        CHECK_ERR(check_head(""), ERR_JWT_MALFORMED);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"exp\":1751019361"), ERR_JWT_CLAIMS);
        CHECK_ERR(check_payload(SLICE("{}x")), ERR_JWT_CLAIMS);
        CHECK_ERR(check_payload(SLICE("")), ERR_JWT_CLAIMS);
        CHECK_ERR(check_payload(SLICE("[]")), ERR_JWT_CLAIMS);
        CHECK_ERR(check_payload(SLICE("{\"a\":\"\xff\"}")), ERR_JWT_CLAIMS);
        CHECK_ERR(check_payload(SLICE("{\"a\":\"\xed\xa0\x80\"}")), ERR_JWT_CLAIMS);
        CHECK_ERR(check_payload(SLICE("\xef\xbb\xbf{}")), ERR_JWT_CLAIMS);
        CHECK_ERR(check_payload(SLICE("{}\0")), ERR_JWT_CLAIMS);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"a\":\"\\u0000\"}{"), ERR_JWT_CLAIMS);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"a\\u0000b\":1"), ERR_JWT_CLAIMS);
}

TEST(rule_46_deep_nesting_ends_in_a_refusal)
{
        char deep[1200];

        memset(deep, '[', sizeof(deep));
        CHECK_ERR(check_payload(slice_new(deep, sizeof(deep))), ERR_JWT_CLAIMS);
}

TEST(rule_46_there_are_three_segments_of_canonical_base64url)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(4096);
        static const char *const bad[] = {"",
                                          ".",
                                          "..",
                                          "...",
                                          "....",
                                          "a.b.c",
                                          "a.b",
                                          "x",
                                          "eyJhbGciOiJIUzI1NiJ9",
                                          "eyJhbGciOiJIUzI1NiJ9.e30",
                                          "eyJhbGciOiJIUzI1NiJ9.!.e30",
                                          "eyJhbGciOiJIUzI1NiJ9.e30.!"};

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                CHECK_ERR(check(slice_from_string(bad[i])), ERR_JWT_MALFORMED);
        buf_put_string(&text, seed_token);
        buf_put_byte(&text, '=');
        CHECK_ERR(check(buf_slice(&text)), ERR_JWT_MALFORMED);
        text.data[text.size - 1] = '\n';
        CHECK_ERR(check(buf_slice(&text)), ERR_JWT_MALFORMED);
        text.size -= 2;
        buf_put_byte(&text, 'J'); /* the last letter of the signature, its spare bits not zero */
        CHECK_ERR(check(buf_slice(&text)), ERR_JWT_MALFORMED);
        buf_put_string(&text, ".e30.e30");
        CHECK_ERR(check(buf_slice(&text)), ERR_JWT_MALFORMED);
}

TEST(rule_47_only_real_secrets_match_and_either_of_two_may)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct client_secret_claims claims = {.client_id = slice_from_string(client_id),
                                              .exp = SEED_EXP};
        struct slice by_second =
                secret_reveal(client_secret_sign(&arena, secret_of(other_secret), &claims));
        size_t secret = 9;

        CHECK_OK(check_at(by_second, NOW, 2, &secret));
        CHECK_INT(secret, 1);
        CHECK_ERR(check_at(by_second, NOW, 1, &secret), ERR_CLIENT_UNKNOWN);
        CHECK_ERR(check_at(slice_from_string(seed_token), NOW, 0, &secret), ERR_CLIENT_UNKNOWN);
}

TEST(rule_47_of_two_secrets_that_are_the_same_the_first_has_signed)
{
        const struct secret secrets[] = {secret_of(client_secret), secret_of(client_secret)};
        size_t secret = 9;

        CHECK_OK(check_against(secrets, slice_from_string(seed_token), NOW, 2, &secret));
        CHECK_INT(secret, 0);
}

TEST(rule_47_every_flipped_bit_of_the_signature_is_noticed)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct slice token = arena_copy(&arena, slice_from_string(seed_token));
        struct buf copy CLEANUP(buf_deinit) = BUF_INIT(4096);

        buf_put(&copy, token);
        for (size_t i = token.size - 43; i < token.size; i++) {
                uint8_t kept = copy.data[i];

                copy.data[i] = kept == 'A' ? 'E' : 'A';
                CHECK(check(buf_slice(&copy)) != ERR_OK);
                copy.data[i] = kept;
        }
        CHECK_OK(check(buf_slice(&copy)));
}

TEST(the_raw_secret_is_told_apart)
{
        CHECK_ERR(check(slice_from_string(client_secret)), ERR_JWT_RAW_SECRET);
}

TEST(a_token_has_a_size)
{
        char text[LIMIT_JWT + 1];

        memset(text, 'a', sizeof(text));
        CHECK_ERR(check(slice_new(text, sizeof(text))), ERR_JWT_TOO_LONG);
        CHECK_ERR(check(slice_new(text, LIMIT_JWT)), ERR_JWT_MALFORMED);
}

TEST(a_jti_is_text_of_1_to_128_bytes)
{
        CHECK_OK(check_claims(",\"exp\":1751019361,\"jti\":\"x\""));
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"jti\":\"\""), ERR_JWT_JTI);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"jti\":7"), ERR_JWT_JTI);
        CHECK_ERR(check_claims(",\"exp\":1751019361,\"jti\":null"), ERR_JWT_JTI);
}

TEST(rule_44_the_replay_key_leaves_the_signature_out)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct client_assertion assertion;
        struct digest digest;
        struct slice token = slice_from_string(seed_token);

        CHECK_OK(client_secret_parse(token, &arena, &assertion));
        crypto_sha256(slice_to(token, token.size - 44), &digest);
        CHECK(digest_equal(&digest, &assertion.replay_digest));
}

TEST(a_claim_that_nobody_reads_may_be_any_number)
{
        CHECK_OK(check_claims(",\"exp\":1751019361,\"nonce\":123456789012345678901234567890"));
        CHECK_OK(check_claims(",\"exp\":1751019361,\"x\":{\"y\":[-1e400]}"));
        CHECK(check_claims(",\"exp\":123456789012345678901234567890") != ERR_OK);
        CHECK(check_claims(",\"exp\":1e400") != ERR_OK);
        CHECK(check_claims(",\"exp\":1751019361,\"iat\":1e400") != ERR_OK);
        CHECK(check_claims(",\"exp\":1751019361,\"nbf\":1e400") != ERR_OK);
}
