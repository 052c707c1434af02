/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers that are too large for the parser.
 */
#include "api/vocabulary.h"
#include "base/json_number.h"

#include "base/json.h"
#include "http/fields.h"
#include "test.h"

struct form {
        struct field_integer number;
};

static const struct field fields[] = {
        {"number", FIELD_INTEGER, offsetof(struct form, number), .minimum = -10, .maximum = 10}};

static enum err decode(const char *body)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct http_call call = {.arena = &arena, .vocabulary = &vocabulary_grantd};
        struct form form = {0};

        call.request.headers.content_type = SLICE("application/json");
        call.request.body = slice_from_string(body);
        return fields_decode_json(&call, fields, ARRAY_SIZE(fields), &form);
}

static void check_bound(const char *text, const char *expected)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(1024);

        CHECK(json_numbers_bound(slice_from_string(text), &out) == (expected != NULL));
        if (expected)
                CHECK_TEXT(buf_slice(&out), expected);
}

TEST(a_number_that_is_too_large_is_replaced_and_nothing_else)
{
        check_bound("{\"a\":9223372036854775808}", "{\"a\":1e308              }");
        check_bound("[-9223372036854775809]", "[-1e308              ]");
        check_bound("[1e400,-9e308,2]", "[1e308,-1e308,2]");
        check_bound("[1.5E+999]", "[1e308   ]");
        check_bound("[9223372036854775807,-9223372036854775808,1e308,1e-999]", NULL);
        check_bound("{\"1e400\":\"1e400 \\\" 1e400\"}", NULL);
}

/* Text that is not a number must not become one. */
TEST(what_is_no_number_stays)
{
        check_bound("[099999999999999999999]", NULL);
        check_bound("[1e400x]", "[1e308x]");
        check_bound("[1.e400]", NULL);
        check_bound("[0x1p99999]", NULL);
        check_bound("\"99999999999999999999", NULL);
        CHECK_ERR(decode("{\"x\":099999999999999999999}"), ERR_BODY_NOT_JSON);
        CHECK_ERR(decode("{\"x\":1e400x}"), ERR_BODY_NOT_JSON);
        CHECK_ERR(decode("{\"x\":99999999999999999999 9}"), ERR_BODY_NOT_JSON);
        CHECK_ERR(decode("{\"x\":.1e400}"), ERR_BODY_NOT_JSON);
        CHECK_ERR(decode("{\"x\":+1e400}"), ERR_BODY_NOT_JSON);
        CHECK_ERR(decode("{\"x\":1e400,\"x\":1}"), ERR_JSON_DUPLICATE);
        CHECK_ERR(decode("{1e400:1}"), ERR_BODY_NOT_JSON);
}

TEST(a_field_that_nobody_reads_may_hold_any_number)
{
        CHECK_OK(decode("{\"x\":18446744073709551616}"));
        CHECK_OK(decode("{\"x\":-1e400,\"y\":[{\"z\":123456789012345678901234567890.5}]}"));
        CHECK_OK(decode("{\"x\":1e400,\"number\":7}"));
}

TEST(a_field_that_is_read_says_that_it_is_out_of_range)
{
        CHECK_ERR(decode("{\"number\":18446744073709551616}"), ERR_FIELD_RANGE);
        CHECK_ERR(decode("{\"number\":-1e400}"), ERR_FIELD_RANGE);
        CHECK_ERR(decode("{\"number\":11}"), ERR_FIELD_RANGE);
        CHECK_ERR(decode("{\"number\":1.5}"), ERR_FIELD_TYPE);
}
