/* SPDX-License-Identifier: Apache-2.0
 *
 * Splitting and joining lists of words.
 */
#include "core/authorize/protocol_scope.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/macros.h"

enum { WORDS = 128 }; /* bytes: room for all of them */

static const unsigned bits[] = {
#define PROTOCOL_SCOPE(name, bit, word) PROTOCOL_##name,
#include "core/authorize/protocol_scope.def"
#undef PROTOCOL_SCOPE
};

static struct slice words[] = {
#define PROTOCOL_SCOPE(name, bit, word) {(const uint8_t *)(word), sizeof(word) - 1},
#include "core/authorize/protocol_scope.def"
#undef PROTOCOL_SCOPE
};

struct texts protocol_scope_words(void)
{
        return (struct texts){.items = words, .n = ARRAY_SIZE(words)};
}

/* Return: 0: it is none of them. */
static unsigned bit_of(struct slice word)
{
        for (size_t i = 0; i < ARRAY_SIZE(words); i++)
                if (slice_equal(word, words[i]))
                        return bits[i];
        return 0;
}

enum err protocol_scopes_split(struct arena *arena, struct texts list, unsigned *ret_set,
                               struct texts *ret_rest)
{
        struct texts rest = {.items = arena_array(arena, list.n + 1, struct slice)};
        unsigned set = 0;

        if (!rest.items)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < list.n; i++) {
                unsigned bit = bit_of(list.items[i]);

                set |= bit;
                if (!bit)
                        rest.items[rest.n++] = list.items[i];
        }
        *ret_set = set;
        *ret_rest = rest;
        return ERR_OK;
}

struct slice protocol_scopes_append(struct arena *arena, struct slice scope, unsigned set)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_SCOPE_TEXT + WORDS);

        buf_put(&text, scope);
        for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
                if (!(set & bits[i]))
                        continue;
                if (text.size)
                        buf_put_byte(&text, ' ');
                buf_put(&text, words[i]);
        }
        return arena_copy_buf(arena, &text);
}
