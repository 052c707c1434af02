/* SPDX-License-Identifier: Apache-2.0
 *
 * A slice is borrowed bytes with their length: the form in which all input is read.
 * It owns nothing and need not end in NUL. A slice whose `data` is NULL is "absent";
 * an empty slice may be absent or not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
        const uint8_t *data;
        size_t size;
};

/* A list of strings. */
struct texts {
        struct slice *items;
        size_t n;
};

/* A slice over a string literal, without its NUL. */
#define SLICE(literal)                                                                             \
        ((struct slice){.data = (const uint8_t *)("" literal), .size = sizeof(literal) - 1})

/* A slice over an array of bytes. */
#define SLICE_ARRAY(array) ((struct slice){.data = (array), .size = sizeof(array)})

static inline struct slice slice_new(const void *data, size_t size)
{
        return (struct slice){.data = (const uint8_t *)data, .size = size};
}

/* Over a C string; NULL gives an absent slice. */
static inline struct slice slice_from_string(const char *string)
{
        return (struct slice){.data = (const uint8_t *)string, .size = string ? strlen(string) : 0};
}

static inline bool slice_is_empty(struct slice slice)
{
        return slice.size == 0;
}

/* Equal bytes. Not for secrets: see digest_equal() and crypto_equal(). */
static inline bool slice_equal(struct slice a, struct slice b)
{
        return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Compares byte by byte; a slice sorts before a longer one that begins with it. Return: <0, 0, >0.
 */
int slice_compare(struct slice a, struct slice b);

static inline bool slice_starts_with(struct slice slice, struct slice prefix)
{
        return slice.size >= prefix.size &&
               (prefix.size == 0 || memcmp(slice.data, prefix.data, prefix.size) == 0);
}

/* The bytes from `offset` on; past the end gives an empty slice. */
static inline struct slice slice_from(struct slice slice, size_t offset)
{
        if (!slice.data)
                return (struct slice){0};
        if (offset > slice.size)
                offset = slice.size;
        return (struct slice){.data = slice.data + offset, .size = slice.size - offset};
}

/* The first `size` bytes, or all there are. */
static inline struct slice slice_to(struct slice slice, size_t size)
{
        return (struct slice){.data = slice.data, .size = size < slice.size ? size : slice.size};
}

/* Cuts `rest` at the first `separator`: `ret_head` is what precedes it, `rest` what follows.
 * Without a separator the head is everything and `rest` becomes absent.
 * Return: whether the separator was there. */
bool slice_cut(struct slice *rest, uint8_t separator, struct slice *ret_head);

bool slice_contains_byte(struct slice slice, uint8_t byte);

size_t slice_count_byte(struct slice slice, uint8_t byte);

/* Whether there is a space, tab or end of a line in it. */
bool slice_has_white_space(struct slice slice);

/* Whether one can be made of the other by changing, adding or leaving out one byte. */
bool slice_is_near(struct slice a, struct slice b);

/* Equal, ignoring the case of ASCII letters. */
bool slice_equal_in_any_case(struct slice a, struct slice b);

/* Without the spaces and tabs at both ends. */
struct slice slice_trim(struct slice slice);

/* Whether it contains only ASCII letters, digits and characters of `others`; true if empty. */
bool slice_consists_of(struct slice slice, const char *others);

/* Takes the first character off a text that is not empty. Return: its code point; -1: no UTF-8. */
int32_t slice_next_point(struct slice *rest);

/* Valid UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, at most U+10FFFF. */
bool slice_is_utf8(struct slice slice);

/* How many characters valid UTF-8 has. */
size_t slice_characters(struct slice slice);

/* True if valid UTF-8 contains no control character (C0, DEL, C1, U+2028, U+2029) and none of the
 * bidi controls (U+061C, U+200E, U+200F, U+202A..U+202E, U+2066..U+2069). */
bool slice_is_plain_text(struct slice slice);
