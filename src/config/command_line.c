/* SPDX-License-Identifier: Apache-2.0
 *
 * Splitting a command into words.
 */
#include "config/command_line.h"

#include "base/buf.h"
#include "base/macros.h"
#include "config/settings.h"

static bool is_blank(uint8_t byte)
{
        return byte == ' ' || byte == '\t';
}

/* One word, from the first byte that is not blank. Return: false: a quote is not closed. */
static bool word_take(struct slice *rest, struct buf *word)
{
        uint8_t quote = 0;

        for (; rest->size && (quote || !is_blank(rest->data[0])); *rest = slice_from(*rest, 1)) {
                uint8_t byte = rest->data[0];

                if (quote ? byte == quote : byte == '\'' || byte == '"')
                        quote = quote ? 0 : byte;
                else
                        buf_put_byte(word, byte);
        }
        return !quote && !word->failed;
}

bool command_line_split(struct arena *arena, struct slice text, char ***ret_words)
{
        char **words = arena_alloc(arena, (LIMIT_WORDS + 1) * sizeof(*words));
        size_t n = 0;

        if (!words)
                return false;
        for (;;) {
                struct buf word CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SETTING);

                while (text.size && is_blank(text.data[0]))
                        text = slice_from(text, 1);
                if (!text.size)
                        break;
                if (n == LIMIT_WORDS || !word_take(&text, &word))
                        return false;
                words[n++] = arena_string(arena, buf_slice(&word));
        }
        words[n] = NULL;
        *ret_words = words;
        return n > 0 && !arena->failed;
}
