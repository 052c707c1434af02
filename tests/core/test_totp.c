/* SPDX-License-Identifier: Apache-2.0
 *
 * Codes by time, with the vectors of RFC 6238 appendix B; their last six digits of eight.
 */
#include "core/people/factor/totp.h"

#include "base/encode.h"
#include "base/macros.h"
#include "test.h"

#define KEY ((struct secret){SLICE("12345678901234567890")})

static struct instant at(int64_t seconds)
{
        return (struct instant){seconds * 1000};
}

TEST(codes_are_those_of_rfc_6238)
{
        static const struct {
                int64_t seconds;
                const char *code;
        } vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                       {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};

        for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
                uint8_t code[TOTP_DIGITS];
                int64_t step;

                totp_code(KEY, totp_step(at(vectors[i].seconds)), code);
                CHECK_TEXT(SLICE_ARRAY(code), vectors[i].code);
                CHECK(totp_match(KEY, slice_from_string(vectors[i].code), at(vectors[i].seconds),
                                 &step));
                CHECK_INT(step, vectors[i].seconds / 30);
        }
}

TEST(a_clock_may_be_off_by_one_step_either_way)
{
        struct slice code = SLICE("005924"); /* of the 30 seconds from 1234567890 on */
        int64_t step;

        CHECK(!totp_match(KEY, code, at(1234567859), &step));
        CHECK(totp_match(KEY, code, at(1234567860), &step));
        CHECK(totp_match(KEY, code, at(1234567949), &step));
        CHECK_INT(step, 1234567890 / 30);
        CHECK(!totp_match(KEY, code, at(1234567950), &step));
}

TEST(what_is_no_code_matches_nothing)
{
        static const char *const texts[] = {"",       "0",      "05924", "0059240",
                                            "00592a", "005925", "-05924"};
        int64_t step;

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
                CHECK(!totp_match(KEY, slice_from_string(texts[i]), at(1234567890), &step));
}

TEST(secrets_are_shown_in_base32)
{
        static const char *const texts[][2] = {{"", ""},
                                               {"f", "MY"},
                                               {"fo", "MZXQ"},
                                               {"foo", "MZXW6"},
                                               {"foob", "MZXW6YQ"},
                                               {"fooba", "MZXW6YTB"},
                                               {"foobar", "MZXW6YTBOI"}};

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
                struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(32);

                base32_encode(&text, slice_from_string(texts[i][0]));
                CHECK_TEXT(buf_slice(&text), texts[i][1]);
        }
}
