/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of buckets, and the paths of prefixes in them.
 */
#include "core/grants/bucket.h"

#include "base/encode.h"
#include "base/limits.h"
#include "base/macros.h"

/* --- bucket names --- */

static bool is_lower_or_digit(uint8_t byte)
{
        return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

static bool label_is_valid(struct slice label)
{
        if (label.size == 0 || !is_lower_or_digit(label.data[0]) ||
            !is_lower_or_digit(label.data[label.size - 1]))
                return false;
        for (size_t i = 0; i < label.size; i++)
                if (!is_lower_or_digit(label.data[i]) && label.data[i] != '-')
                        return false;
        return true;
}

static bool label_is_number(struct slice label)
{
        for (size_t i = 0; i < label.size; i++)
                if (label.data[i] < '0' || label.data[i] > '9')
                        return false;
        return label.size <= 3;
}

bool bucket_is_valid(struct slice bucket)
{
        size_t n_labels = 0, n_numbers = 0;
        bool more = true;

        if (bucket.size < 3 || bucket.size > 63)
                return false;
        while (more) {
                struct slice label;

                more = slice_cut(&bucket, '.', &label);
                if (!label_is_valid(label))
                        return false;
                n_labels++;
                n_numbers += label_is_number(label);
        }
        return !(n_labels == 4 && n_numbers == 4); /* the form of an IPv4 address */
}

/* --- paths --- */

/* Whether it has only characters that need no encoding in a prefix, and escapes. */
static bool path_text_is_valid(struct slice text)
{
        for (size_t i = 0; i < text.size; i++) {
                uint8_t byte = text.data[i];

                if (!is_lower_or_digit(byte) && !(byte >= 'A' && byte <= 'Z') &&
                    !(byte && strchr("-._~!*'()/%", byte)))
                        return false;
        }
        return true;
}

static bool path_is_valid(struct slice path)
{
        size_t n_components = 0;

        if (path.size == 0 || path.size > LIMIT_PATH || path.data[path.size - 1] != '/' ||
            !slice_is_plain_text(path))
                return false;
        path.size--; /* its trailing slash */
        for (bool more = true; more; n_components++) {
                struct slice component;

                more = slice_cut(&path, '/', &component);
                if (component.size == 0 || slice_equal(component, SLICE(".")) ||
                    slice_equal(component, SLICE("..")))
                        return false;
        }
        return n_components <= LIMIT_PATH_COMPONENTS;
}

bool path_parse(struct arena *arena, struct slice text, struct slice *ret_path)
{
        struct buf decoded CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_SCOPE);

        if (!path_text_is_valid(text) || !percent_decode(text, &decoded) ||
            !path_is_valid(buf_slice(&decoded)))
                return false;
        *ret_path = arena_copy(arena, buf_slice(&decoded));
        return true;
}
