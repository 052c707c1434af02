/* SPDX-License-Identifier: Apache-2.0
 *
 * Borrowed bytes: comparing, cutting, and what counts as plain text.
 */
#include "base/slice.h"

#include <strings.h>

int slice_compare(struct slice a, struct slice b)
{
        size_t common = a.size < b.size ? a.size : b.size;
        int order = common ? memcmp(a.data, b.data, common) : 0;

        if (order != 0)
                return order;
        return (a.size > b.size) - (a.size < b.size);
}

bool slice_cut(struct slice *rest, uint8_t separator, struct slice *ret_head)
{
        const uint8_t *found = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
        size_t before;

        if (!found) {
                *ret_head = *rest;
                *rest = (struct slice){0};
                return false;
        }
        before = (size_t)(found - rest->data);
        *ret_head = slice_to(*rest, before);
        *rest = slice_from(*rest, before + 1);
        return true;
}

bool slice_equal_in_any_case(struct slice a, struct slice b)
{
        return a.size == b.size && (a.size == 0 || strncasecmp((const char *)a.data,
                                                               (const char *)b.data, a.size) == 0);
}

static bool is_blank(uint8_t byte)
{
        return byte == ' ' || byte == '\t';
}

struct slice slice_trim(struct slice slice)
{
        while (slice.size && is_blank(slice.data[0]))
                slice = slice_from(slice, 1);
        while (slice.size && is_blank(slice.data[slice.size - 1]))
                slice.size--;
        return slice;
}

bool slice_consists_of(struct slice slice, const char *others)
{
        for (size_t i = 0; i < slice.size; i++) {
                uint8_t byte = slice.data[i];
                uint8_t letter = byte | 0x20;

                if ((letter < 'a' || letter > 'z') && (byte < '0' || byte > '9') &&
                    (byte == 0 || !strchr(others, byte)))
                        return false;
        }
        return true;
}

bool slice_contains_byte(struct slice slice, uint8_t byte)
{
        return slice.size && memchr(slice.data, byte, slice.size);
}

size_t slice_count_byte(struct slice slice, uint8_t byte)
{
        size_t n = 0;

        for (size_t i = 0; i < slice.size; i++)
                n += slice.data[i] == byte;
        return n;
}

bool slice_has_white_space(struct slice slice)
{
        return slice_contains_byte(slice, ' ') || slice_contains_byte(slice, '\t') ||
               slice_contains_byte(slice, '\n') || slice_contains_byte(slice, '\r');
}

bool slice_is_near(struct slice a, struct slice b)
{
        size_t least = a.size < b.size ? a.size : b.size, most = a.size > b.size ? a.size : b.size;
        size_t n_before = 0, n_behind = 0;

        while (n_before < least && a.data[n_before] == b.data[n_before])
                n_before++;
        while (n_before + n_behind < least &&
               a.data[a.size - n_behind - 1] == b.data[b.size - n_behind - 1])
                n_behind++;
        return most - n_before - n_behind <= 1;
}

/* Reads one code point and moves the slice on. Return: the code point, or -1 if malformed. */
int32_t slice_next_point(struct slice *rest)
{
        static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        uint8_t first = rest->data[0];
        size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        int32_t point = size == 1 ? first : first & (0xff >> (size + 1));

        if (size == 0 || first > 0xf4 || rest->size < size)
                return -1;
        for (size_t i = 1; i < size; i++) {
                if ((rest->data[i] & 0xc0) != 0x80)
                        return -1;
                point = (point << 6) | (rest->data[i] & 0x3f);
        }
        if (point < least[size] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
                return -1;
        *rest = slice_from(*rest, size);
        return point;
}

static bool is_ascii(struct slice slice)
{
        uint8_t all = 0;

        for (size_t i = 0; i < slice.size; i++)
                all |= slice.data[i];
        return all < 0x80;
}

bool slice_is_utf8(struct slice slice)
{
        if (is_ascii(slice)) /* most are, and this takes many bytes at a time */
                return true;
        while (slice.size)
                if (slice_next_point(&slice) < 0)
                        return false;
        return true;
}

static bool is_control(int32_t point)
{
        return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 ||
               point == 0x2029;
}

static bool is_bidi_control(int32_t point)
{
        return point == 0x61c || point == 0x200e || point == 0x200f ||
               (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

bool slice_is_plain_text(struct slice slice)
{
        while (slice.size) {
                int32_t point = slice_next_point(&slice);

                if (point < 0 || is_control(point) || is_bidi_control(point))
                        return false;
        }
        return true;
}

size_t slice_characters(struct slice slice)
{
        size_t n = 0;

        for (size_t i = 0; i < slice.size; i++)
                n += (slice.data[i] & 0xc0) != 0x80;
        return n;
}
