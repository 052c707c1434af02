/* SPDX-License-Identifier: Apache-2.0
 *
 * Header fields of a mail.
 */
#include "remote/mail_head.h"

#include <stdio.h>
#include <time.h>

#include "base/encode.h"

enum {
        WORD_BYTES =
                45, /* in base64, with what is around them, they are less than the 75 allowed */
        PLAIN_MOST = 900, /* of a line's 998 (RFC 5322 section 2.1.1) */
};

static bool is_plain(struct slice text)
{
        for (size_t i = 0; i < text.size; i++)
                if (text.data[i] < ' ' || text.data[i] > '~')
                        return false;
        return text.size <= PLAIN_MOST;
}

/* How many bytes of the text make a word: no character is cut. */
static size_t word_size(struct slice text)
{
        size_t size = WORD_BYTES;

        if (text.size <= WORD_BYTES)
                return text.size;
        while (size && (text.data[size] & 0xc0) == 0x80)
                size--;
        return size ? size : WORD_BYTES;
}

void mail_head_text(struct buf *out, struct slice text)
{
        const char *before = "=?utf-8?B?";

        if (is_plain(text)) {
                buf_put(out, text);
                return;
        }
        while (text.size) {
                size_t size = word_size(text);

                buf_put_string(out, before);
                base64_encode(out, slice_to(text, size));
                buf_put_string(out, "?=");
                text = slice_from(text, size);
                before = "\r\n =?utf-8?B?";
        }
}

void mail_head_date(struct buf *out, struct instant at)
{
        static const char days[] = "SunMonTueWedThuFriSat";
        static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
        time_t seconds = (time_t)instant_seconds(at);
        char text[64] = "";
        struct tm tm;

        if (gmtime_r(&seconds, &tm))
                (void)snprintf(text, sizeof(text), "%.3s, %02d %.3s %d %02d:%02d:%02d +0000",
                               &days[3 * tm.tm_wday], tm.tm_mday, &months[3 * tm.tm_mon],
                               tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
        buf_put_string(out, text);
}
