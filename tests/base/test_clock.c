/* SPDX-License-Identifier: Apache-2.0
 *
 * Times as text, both ways.
 */
#include "base/clock.h"

#include "test.h"

static int64_t seconds_in(struct slice text)
{
        int64_t seconds = -1;
        int32_t nanos;

        return time_decode(text, &seconds, &nanos) ? seconds : -1;
}

static int64_t seconds_of(const char *text)
{
        return seconds_in(slice_from_string(text));
}

TEST(times_are_read_in_any_zone)
{
        CHECK_INT(seconds_of("1970-01-01T00:00:00Z"), 0);
        CHECK_INT(seconds_of("2026-01-01T00:00:00Z"), 1767225600);
        CHECK_INT(seconds_of("2026-01-01T01:00:00+01:00"), 1767225600);
        CHECK_INT(seconds_of("2025-12-31T18:30:00-05:30"), 1767225600);
        CHECK_INT(seconds_of("2000-02-29T23:59:59Z"), 951868799);
        CHECK_INT(seconds_of("9999-12-31T23:59:59Z"), 253402300799);
}

TEST(fractions_are_read_to_the_nanosecond)
{
        static const struct {
                const char *text;
                int32_t nanos;
        } rows[] = {
                {"2026-01-01T00:00:00.5Z", 500000000},
                {"2026-01-01T00:00:00.000000001Z", 1},
                {"2026-01-01T00:00:00.123456789Z", 123456789},
                {"2026-01-01T00:00:00Z", 0},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                int64_t seconds = 0;
                int32_t nanos = -1;

                CHECK(time_decode(slice_from_string(rows[i].text), &seconds, &nanos));
                CHECK_INT(nanos, rows[i].nanos);
        }
}

TEST(every_day_reads_as_it_was_written)
{
        for (int64_t day = 0; day < 3000000; day += 89) {
                struct buf text CLEANUP(buf_deinit) = BUF_INIT(64);
                int64_t date = -1;

                instant_encode(&text, (struct instant){day * 86400000 + 5000});
                if (text.failed)
                        break; /* the year 10000 */
                CHECK_INT(seconds_in(buf_slice(&text)), day * 86400 + 5);
                CHECK(date_decode(slice_to(buf_slice(&text), 10), &date));
                CHECK_INT(date, day * 86400);
        }
}

TEST(what_is_no_time_is_refused)
{
        static const char *const texts[] = {
                "",
                "2026",
                "2026-01-01",
                "2026-01-01T00:00:00",
                "2026-01-01 00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-02-29T00:00:00Z",
                "1900-01-01T00:00:00Z",
                "2026-01-32T00:00:00Z",
                "2026-01-01T24:00:00Z",
                "2026-01-01T00:60:00Z",
                "2026-01-01T00:00:60Z",
                "2026-01-01T00:00:00.Z",
                "2026-01-01T00:00:00.1234567890Z",
                "2026-01-01T00:00:00+1:00",
                "2026-01-01T00:00:00+24:00",
                "2026-01-01T00:00:00Z ",
                "1970-01-01T00:00:00+00:01",
                "+026-01-01T00:00:00Z",
        };
        int64_t date;

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
                CHECK_INT(seconds_of(texts[i]), -1);
        CHECK(!date_decode(SLICE("2026-01-01T"), &date));
        CHECK(!date_decode(SLICE("2026-1-1"), &date));
}
