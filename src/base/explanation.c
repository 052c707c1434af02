/* SPDX-License-Identifier: Apache-2.0
 *
 * Explanations of refusals.
 */
#include "base/explanation.h"

enum err explain(struct explanation *explanation, enum err about, struct slice text)
{
        if (explanation && text.data)
                *explanation = (struct explanation){about, text};
        return about;
}

static bool is_shown(uint8_t byte)
{
        return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

void explain_value(struct buf *text, struct slice value)
{
        struct slice shown = slice_to(value, EXPLAIN_VALUE);

        buf_put_byte(text, '\'');
        for (size_t i = 0; i < shown.size; i++)
                buf_put_byte(text, is_shown(shown.data[i]) ? shown.data[i] : '?');
        buf_put_string(text, shown.size < value.size ? "...'" : "'");
}
