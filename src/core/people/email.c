/* SPDX-License-Identifier: Apache-2.0
 *
 * E-mail addresses in their normal form.
 */
#include "core/people/email.h"

#include "base/limits.h"

static bool is_blank(uint8_t byte)
{
        return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct slice blanks_trim(struct slice text)
{
        while (text.size && is_blank(text.data[0]))
                text = slice_from(text, 1);
        while (text.size && is_blank(text.data[text.size - 1]))
                text.size--;
        return text;
}

/* One '@' with something on both sides, and no blanks; only sending mail could show more.
 */
static bool email_is_valid(struct slice email)
{
        struct slice host = email, name;

        if (email.size > LIMIT_EMAIL || !slice_is_plain_text(email) ||
            slice_contains_byte(email, ' '))
                return false;
        return slice_cut(&host, '@', &name) && name.size && host.size &&
               !slice_contains_byte(host, '@');
}

struct slice email_lower(struct arena *arena, struct slice text)
{
        struct slice email = blanks_trim(text);
        uint8_t *lower = arena_alloc(arena, email.size);

        if (!lower)
                return (struct slice){0};
        for (size_t i = 0; i < email.size; i++) {
                bool is_upper = email.data[i] >= 'A' && email.data[i] <= 'Z';

                lower[i] = (uint8_t)(email.data[i] + (is_upper ? 'a' - 'A' : 0));
        }
        return slice_new(lower, email.size);
}

enum err email_normalise(struct arena *arena, struct slice text, struct slice *ret)
{
        struct slice lower = email_lower(arena, text);

        if (!lower.data)
                return ERR_OUT_OF_MEMORY;
        if (!email_is_valid(lower))
                return ERR_FIELD_MALFORMED;
        *ret = lower;
        return ERR_OK;
}
