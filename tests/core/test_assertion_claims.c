/* SPDX-License-Identifier: Apache-2.0
 *
 * The two readers of a JWT's claims agree. A space behind the payload means nothing, but it makes
 * the tree's reader read it.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "core/clients/assertion_claims.h"
#include "test.h"

static const char all_claims[] =
        "{\"aud\":\"http://a\",\"client_id\":\"e45f\",\"exp\":1751019361,\"iat\":1,\"iss\":\"\","
        "\"jti\":\"~ \",\"nbf\":123456789012345,\"sub\":\"s\"}";

static bool values_equal(const struct assertion_value *a, const struct assertion_value *b)
{
        return a->kind == b->kind && slice_equal(a->text, b->text) &&
               memcmp(&a->number, &b->number, sizeof(a->number)) == 0 &&
               (a->kind != ASSERTION_OTHER || json_equal(a->other, b->other));
}

/* Return: whether no tree was needed. */
static bool readers_agree(struct slice payload)
{
        struct assertion_claims one CLEANUP(assertion_claims_deinit) = {0};
        struct assertion_claims other CLEANUP(assertion_claims_deinit) = {0};
        struct buf spaced CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_JWT);
        enum err error = assertion_claims_read(payload, &one);

        buf_put(&spaced, payload);
        buf_put_byte(&spaced, ' ');
        CHECK_ERR(assertion_claims_read(buf_slice(&spaced), &other), error);
        if (error != ERR_OK)
                return false;
        CHECK(other.tree != NULL);
        for (size_t i = 0; i < ASSERTION_CLAIMS; i++)
                CHECK(values_equal(&one.of[i], &other.of[i]));
        return !one.tree;
}

static bool text_agrees(const char *payload)
{
        return readers_agree(slice_from_string(payload));
}

TEST(the_usual_claims_need_no_tree)
{
        CHECK(text_agrees(all_claims));
        CHECK(text_agrees("{\"exp\":1}"));
        CHECK(text_agrees("{\"client_id\":\"e45f\",\"exp\":999999999999999}"));
}

TEST(what_is_not_flat_or_not_known_is_read_by_the_tree)
{
        static const char *const others[] = {
                "{}",
                "{\"exp\":0}",
                "{\"exp\":-1}",
                "{\"exp\":1.5}",
                "{\"exp\":1e3}",
                "{\"exp\":1000000000000000}",
                "{\"exp\":99999999999999999999}",
                "{\"exp\":null}",
                "{\"exp\": 1}",
                "{\"exp\":1,\"other\":2}",
                "{\"aud\":[\"a\",\"b\"]}",
                "{\"jti\":\"\\u00e9\"}",
                "{\"jti\":\"\xc3\xa9\"}",
                "{\"jti\":\"\x7f\"}",
                "{\"\\u0065xp\":1}",
        };

        for (size_t i = 0; i < ARRAY_SIZE(others); i++)
                CHECK(!text_agrees(others[i]));
}

TEST(what_is_wrong_is_refused)
{
        static const char *const wrong[] = {
                "",
                "{",
                "{\"exp\":1",
                "{\"exp\":1,}",
                "{\"exp\":1}}",
                "{\"exp\":01}",
                "{\"exp\":1 2}",
                "{\"exp\":}",
                "{\"exp\"}",
                "{\"exp\":1\"iat\":2}",
                "{\"exp\":1,\"exp\":1}",
                "{\"exp\":1,\"exp\":\"1\"}",
                "{\"jti\":\"\x01\"}",
                "{\"jti\":\"\xff\"}",
                "[\"exp\",1]",
        };

        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
                struct assertion_claims claims = {0};

                CHECK_ERR(assertion_claims_read(slice_from_string(wrong[i]), &claims),
                          ERR_JWT_MALFORMED);
                (void)text_agrees(wrong[i]);
        }
}

TEST(the_readers_agree_about_every_payload_that_differs_in_one_byte)
{
        struct slice payload = slice_from_string(all_claims);
        uint8_t bytes[sizeof(all_claims)];
        size_t n_flat = 0;

        for (size_t at = 0; at < payload.size; at++) {
                for (int byte = 0; byte < 256; byte++) {
                        memcpy(bytes, payload.data, payload.size);
                        bytes[at] = (uint8_t)byte;
                        n_flat += readers_agree(slice_new(bytes, payload.size));
                }
                /* without this byte */
                memcpy(bytes, payload.data, at);
                memcpy(bytes + at, payload.data + at + 1, payload.size - at - 1);
                n_flat += readers_agree(slice_new(bytes, payload.size - 1));
        }
        CHECK(n_flat > payload.size);
}
