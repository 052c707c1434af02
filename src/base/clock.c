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
