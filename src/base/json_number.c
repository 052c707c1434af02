/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for numbers outside of strings, by the grammar of RFC 8259 section 6.
 */
#include "base/json_number.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/macros.h"

/* The shortest number that is too large has this size (9e308), and its replacement fits (1e308). */
enum { HUGE_SIZE = 5 };

/* An integer of so many characters fits into 64 bits. */
enum { SMALL_SIZE = 18 };

static size_t digits_size(struct slice text)
{
        size_t n = 0;

        while (n < text.size && text.data[n] >= '0' && text.data[n] <= '9')
                n++;
        return n;
}

static bool skip_any(struct slice *text, const char *of)
{
        if (!text->size || !strchr(of, text->data[0]) || !text->data[0])
                return false;
        *text = slice_from(*text, 1);
        return true;
}

/* Return: whether there was a digit. */
static bool skip_digits(struct slice *text)
{
        size_t n = digits_size(*text);

        *text = slice_from(*text, n);
        return n > 0;
}

/* Whether the text is a number. */
static bool number_read(struct slice text, bool *ret_is_integer)
{
        *ret_is_integer = true;
        (void)skip_any(&text, "-");
        if (digits_size(text) > 1 && text.data[0] == '0')
                return false;
        if (!skip_digits(&text))
                return false;
        if (skip_any(&text, ".")) {
                *ret_is_integer = false;
                if (!skip_digits(&text))
                        return false;
        }
        if (skip_any(&text, "eE")) {
                *ret_is_integer = false;
                (void)skip_any(&text, "+-");
                if (!skip_digits(&text))
                        return false;
        }
        return text.size == 0;
}

static bool occurs_in_number(uint8_t byte)
{
        return (byte >= '0' && byte <= '9') || byte == '+' || byte == '-' || byte == '.' ||
               byte == 'e' || byte == 'E';
}

/* Return: how many of the first characters can occur in a number. */
static size_t run_size(struct slice text)
{
        size_t n = 0;

        while (n < text.size && occurs_in_number(text.data[n]))
                n++;
        return n;
}

/* True too, with `out` failed, if there is no memory to find out. */
static bool is_too_large(struct slice number, struct buf *out)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(number.size + 1);
        bool is_integer;

        if (number.size < HUGE_SIZE || !number_read(number, &is_integer))
                return false;
        if (is_integer && number.size <= SMALL_SIZE)
                return false;
        buf_put(&text, number);
        buf_put_byte(&text, 0);
        if (text.failed) {
                out->failed = out->out_of_memory = true;
                return true;
        }
        errno = 0;
        if (!is_integer)
                return isinf(strtod((const char *)text.data, NULL));
        (void)strtoll((const char *)text.data, NULL, 10);
        return errno == ERANGE;
}

/* Return: the index after the closing quote of the string that begins at `at`, or the end of the
 *         text. */
static size_t string_end(struct slice text, size_t at)
{
        for (at++; at < text.size && text.data[at] != '"'; at++)
                if (text.data[at] == '\\')
                        at++;
        return at < text.size ? at + 1 : text.size;
}

/* Finds the next number that is too large, from `at` on. Return: its index, and its size; the size
 * of the text if there is none. */
static size_t too_large_find(struct slice text, size_t at, struct buf *out, size_t *ret_size)
{
        while (at < text.size) {
                size_t size;

                if (text.data[at] == '"') {
                        at = string_end(text, at);
                        continue;
                }
                size = run_size(slice_from(text, at));
                if (is_too_large(slice_to(slice_from(text, at), size), out)) {
                        *ret_size = size;
                        return at;
                }
                at += size ? size : 1;
        }
        return text.size;
}

bool json_numbers_bound(struct slice text, struct buf *out)
{
        size_t size, at = too_large_find(text, 0, out, &size), done = 0;

        if (at == text.size)
                return false;
        for (; at < text.size; at = too_large_find(text, done, out, &size)) {
                bool is_negative = text.data[at] == '-';

                buf_put(out, slice_to(slice_from(text, done), at - done));
                buf_put_string(out, is_negative ? "-1e308" : "1e308");
                for (size_t i = HUGE_SIZE + is_negative; i < size; i++)
                        buf_put_byte(out, ' ');
                done = at + size;
        }
        buf_put(out, slice_from(text, done));
        return true;
}
