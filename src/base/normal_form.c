/* SPDX-License-Identifier: Apache-2.0
 *
 * Normal forms by utf8proc, in memory of ours.
 */
#include "base/normal_form.h"

#include <utf8proc.h>

#include "base/macros.h"

static enum err text_map(struct arena *arena, struct slice text, utf8proc_option_t options,
                         struct slice *ret)
{
        utf8proc_ssize_t size = (utf8proc_ssize_t)text.size;
        utf8proc_ssize_t n_points = utf8proc_decompose(text.data, size, NULL, 0, options);
        utf8proc_int32_t *points;

        if (n_points < 0)
                return ERR_FIELD_MALFORMED;
        /* One more for the NUL that utf8proc appends. */
        points = arena_array(arena, (size_t)n_points + 1, utf8proc_int32_t);
        if (!points)
                return ERR_OUT_OF_MEMORY;
        (void)utf8proc_decompose(text.data, size, points, n_points, options);
        size = utf8proc_reencode(points, n_points, options);
        *ret = slice_new(points, (size_t)size);
        return ERR_OK;
}

enum err text_compose(struct arena *arena, struct slice text, struct slice *ret)
{
        return text_map(arena, text, UTF8PROC_STABLE | UTF8PROC_COMPOSE, ret);
}

enum err text_fold(struct arena *arena, struct slice text, struct slice *ret)
{
        return text_map(arena, text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD, ret);
}
