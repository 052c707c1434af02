/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of a client-secret JWT: its segments, its header, and JSON that is odd.
 */
#include "jwt.h"

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

TEST(rule_43_another_type_is_refused)
{
        CHECK_ERR(check_head("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}"), ERR_JWT_ALGORITHM);
        CHECK_OK(check_head("{\"alg\":\"HS256\",\"typ\":\"jwt\"}"));
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

TEST(a_claim_that_nobody_reads_may_be_any_number)
{
        CHECK_OK(check_claims(",\"exp\":1751019361,\"nonce\":123456789012345678901234567890"));
        CHECK_OK(check_claims(",\"exp\":1751019361,\"x\":{\"y\":[-1e400]}"));
        CHECK(check_claims(",\"exp\":123456789012345678901234567890") != ERR_OK);
        CHECK(check_claims(",\"exp\":1e400") != ERR_OK);
        CHECK(check_claims(",\"exp\":1751019361,\"iat\":1e400") != ERR_OK);
        CHECK(check_claims(",\"exp\":1751019361,\"nbf\":1e400") != ERR_OK);
}
