/* SPDX-License-Identifier: Apache-2.0
 *
 * Times as RFC 3339 text.
 */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

void instant_encode(struct buf *out, struct instant instant)
{
        time_t seconds = (time_t)instant_seconds(instant);
        struct tm parts;
        char text[32];

        if (instant.ms < 0 || !gmtime_r(&seconds, &parts) || parts.tm_year > 9999 - 1900) {
                out->failed = true;
                return;
        }
        (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
        buf_put_string(out, text);
}

/* --- reading --- */

/* Cuts exactly `n` digits off the front. */
static bool digits_cut(struct slice *text, size_t n, int64_t *ret)
{
        int64_t number = 0;

        if (text->size < n)
                return false;
        for (size_t i = 0; i < n; i++) {
                if (text->data[i] < '0' || text->data[i] > '9')
                        return false;
                number = number * 10 + (text->data[i] - '0');
        }
        *text = slice_from(*text, n);
        *ret = number;
        return true;
}

static bool byte_cut(struct slice *text, uint8_t byte)
{
        if (text->size == 0 || text->data[0] != byte)
                return false;
        *text = slice_from(*text, 1);
        return true;
}

static bool is_leap(int64_t year)
{
        return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days before the month, in a year that is no leap year. */
static const int16_t days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

/* Days since 1970. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
        int64_t past = year - 1;
        int64_t leaps = past / 4 - past / 100 + past / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);

        return (year - 1970) * 365 + leaps + days_before[month - 1] + (month > 2 && is_leap(year)) +
               day - 1;
}

static bool date_cut(struct slice *text, int64_t *ret_seconds)
{
        int64_t year, month, day;

        if (!digits_cut(text, 4, &year) || !byte_cut(text, '-') || !digits_cut(text, 2, &month) ||
            !byte_cut(text, '-') || !digits_cut(text, 2, &day))
                return false;
        if (year < 1970 || month < 1 || month > 12 || day < 1 ||
            day > days_before[month] - days_before[month - 1] + (month == 2 && is_leap(year)))
                return false;
        *ret_seconds = days_of(year, month, day) * 86400;
        return true;
}

bool date_decode(struct slice text, int64_t *ret_seconds)
{
        int64_t seconds;

        if (!date_cut(&text, &seconds) || text.size)
                return false;
        *ret_seconds = seconds;
        return true;
}

static bool clock_cut(struct slice *text, int64_t *ret_seconds)
{
        int64_t hour, minute, second;

        if (!digits_cut(text, 2, &hour) || !byte_cut(text, ':') || !digits_cut(text, 2, &minute) ||
            !byte_cut(text, ':') || !digits_cut(text, 2, &second))
                return false;
        *ret_seconds = hour * 3600 + minute * 60 + second;
        return hour < 24 && minute < 60 && second < 60;
}

static bool fraction_cut(struct slice *text, int32_t *ret_nanos)
{
        int32_t unit = 100000000, nanos = 0;
        int64_t digit;

        if (byte_cut(text, '.')) {
                if (!digits_cut(text, 1, &digit))
                        return false;
                nanos = (int32_t)digit * unit;
                while (unit > 1 && digits_cut(text, 1, &digit))
                        nanos += (int32_t)digit * (unit /= 10);
        }
        *ret_nanos = nanos;
        return true;
}

/* Seconds that the zone is ahead of UTC. */
static bool zone_cut(struct slice *text, int64_t *ret_ahead)
{
        int64_t hour, minute, sign = 1;

        *ret_ahead = 0;
        if (byte_cut(text, 'Z'))
                return true;
        if (byte_cut(text, '-'))
                sign = -1;
        else if (!byte_cut(text, '+'))
                return false;
        if (!digits_cut(text, 2, &hour) || !byte_cut(text, ':') || !digits_cut(text, 2, &minute))
                return false;
        *ret_ahead = sign * (hour * 3600 + minute * 60);
        return hour < 24 && minute < 60;
}

bool time_decode(struct slice text, int64_t *ret_seconds, int32_t *ret_nanos)
{
        int64_t date, clock, ahead;
        int32_t nanos;

        if (!date_cut(&text, &date) || !byte_cut(&text, 'T') || !clock_cut(&text, &clock) ||
            !fraction_cut(&text, &nanos) || !zone_cut(&text, &ahead) || text.size)
                return false;
        if (date + clock - ahead < 0)
                return false;
        *ret_seconds = date + clock - ahead;
        *ret_nanos = nanos;
        return true;
}
