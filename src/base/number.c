/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers read from text, strictly.
 */
#include "base/number.h"

bool int64_parse(struct slice text, int64_t *ret_value)
{
        bool negative = text.size > 0 && text.data[0] == '-';
        struct slice digits = slice_from(text, negative ? 1 : 0);
        int64_t value = 0;

        if (digits.size == 0 || (digits.data[0] == '0' && (digits.size > 1 || negative)))
                return false;
        for (size_t i = 0; i < digits.size; i++) {
                int64_t digit = digits.data[i] - '0';

                if (digit < 0 || digit > 9 || !int64_multiply(value, 10, &value) ||
                    !int64_add(value, negative ? -digit : digit, &value))
                        return false;
        }
        *ret_value = value;
        return true;
}
