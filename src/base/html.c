/* SPDX-License-Identifier: Apache-2.0
 *
 * Text in HTML.
 */
#include "base/html.h"

void html_put(struct buf *out, struct slice text)
{
        for (size_t i = 0; i < text.size; i++) {
                switch (text.data[i]) {
                case '&':
                        buf_put_string(out, "&amp;");
                        break;
                case '<':
                        buf_put_string(out, "&lt;");
                        break;
                case '>':
                        buf_put_string(out, "&gt;");
                        break;
                case '"':
                        buf_put_string(out, "&quot;");
                        break;
                default:
                        buf_put_byte(out, text.data[i]);
                }
        }
}
