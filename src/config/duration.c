/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading durations.
 */
#include "config/duration.h"

#include "base/macros.h"
#include "base/number.h"

bool duration_parse(struct slice text, int64_t *ret_seconds)
{
        static const struct {
                char letter;
                int64_t seconds;
        } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
        int64_t factor = 1, number;

        for (size_t i = 0; i < ARRAY_SIZE(units); i++)
                if (text.size && text.data[text.size - 1] == (uint8_t)units[i].letter) {
                        factor = units[i].seconds;
                        text.size--;
                        break;
                }
        return int64_parse(text, &number) && int64_multiply(number, factor, ret_seconds);
}
