/* SPDX-License-Identifier: Apache-2.0
 *
 * Making and reading codes that people copy by hand.
 */
#include "core/typed_code.h"

#include "base/macros.h"

static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ";

enum {
        N_LETTERS = sizeof(letters) - 1,
        N_FAIR = 256 / N_LETTERS * N_LETTERS, /* bytes below give every letter alike */
        GROUP = 4,
};

void typed_code_random(const struct entropy_port *entropy, size_t size, struct buf *ret)
{
        while (ret->size < size && !ret->failed) {
                uint8_t byte;

                entropy->fill(entropy->context, &byte, 1);
                if (byte < N_FAIR)
                        buf_put_byte(ret, (uint8_t)letters[byte % N_LETTERS]);
        }
}

struct slice typed_code_shown(struct arena *arena, struct slice code)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * TYPED_CODE_MOST);

        for (size_t i = 0; i < code.size; i += GROUP) {
                if (i)
                        buf_put_byte(&text, '-');
                buf_put(&text, slice_to(slice_from(code, i), GROUP));
        }
        return arena_copy_buf(arena, &text);
}

bool typed_code_read(struct slice typed, size_t size, struct buf *ret)
{
        for (size_t i = 0; i < typed.size; i++) {
                uint8_t byte = typed.data[i];

                if (byte == '-' || byte == ' ')
                        continue;
                if (byte >= 'a' && byte <= 'z')
                        byte = (uint8_t)(byte - 'a' + 'A');
                if (!memchr(letters, byte, N_LETTERS))
                        return false;
                buf_put_byte(ret, byte);
        }
        return ret->size == size && !ret->failed;
}
