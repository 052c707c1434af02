/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells of comma-separated values.
 */
#include "http/csv.h"

/* Includes tabs and line ends: some programs skip them and interpret what follows. */
static bool is_formula(struct slice text)
{
        return text.size && slice_contains_byte(SLICE("=+-@\t\r\n"), text.data[0]);
}

static bool needs_quotes(struct slice text)
{
        for (size_t i = 0; i < text.size; i++)
                if (slice_contains_byte(SLICE(",\"\r\n"), text.data[i]))
                        return true;
        return false;
}

void csv_cell(struct buf *out, struct slice text, bool is_last)
{
        bool is_quoted = needs_quotes(text);

        if (is_quoted)
                buf_put_byte(out, '"');
        if (is_formula(text))
                buf_put_byte(out, '\'');
        for (size_t i = 0; i < text.size; i++) {
                if (text.data[i] == '"')
                        buf_put_byte(out, '"');
                buf_put_byte(out, text.data[i]);
        }
        if (is_quoted)
                buf_put_byte(out, '"');
        buf_put_string(out, is_last ? "\r\n" : ",");
}
