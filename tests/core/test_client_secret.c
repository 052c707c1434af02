/* SPDX-License-Identifier: Apache-2.0
 *
 * The client-secret JWT: the demonstration's token first, then the rules for claims and signatures.
 */
#include "jwt.h"

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

TEST(rule_39_exp_is_a_number_within_bounds)
{
        CHECK_ERR(check_claims(""), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":\"1751019361\""), ERR_JWT_EXP_MISSING);
        CHECK_OK(check_claims(",\"exp\":1751019361.9"));
        CHECK_ERR(check_claims(",\"exp\":1e308"), ERR_JWT_EXP_TOO_FAR);
        CHECK_ERR(check_claims(",\"exp\":-1"), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":null"), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":[1751019361]"), ERR_JWT_EXP_MISSING);
        CHECK_ERR(check_claims(",\"exp\":9999999999999999999999"), ERR_JWT_EXP_TOO_FAR);
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

        CHECK_OK(client_assertion_parse(token, JWT_BIT(JWT_HS256), &arena, &assertion));
        crypto_sha256(slice_to(token, token.size - 44), &digest);
        CHECK(digest_equal(&digest, &assertion.replay_digest));
}
