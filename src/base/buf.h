/* SPDX-License-Identifier: Apache-2.0
 *
 * A buffer for output. It grows up to the maximum it was initialized with, and remembers failure,
 * so one check of `failed` after many writes is enough. Its memory is wiped when freed or moved, so
 * it may hold secrets.
 *
 *      struct buf out CLEANUP(buf_deinit) = BUF_INIT(4096);
 *      buf_put(&out, SLICE("hello "));
 *      buf_put(&out, name);
 *      if (out.failed) ...
 */
#pragma once

#include "base/slice.h"

struct buf {
        uint8_t *data;
        size_t size;
        size_t capacity;
        size_t maximum; /* bytes; more than this makes the buffer `failed` */
        bool failed;    /* something did not fit, or there was no memory; later writes do nothing */
        bool out_of_memory; /* it failed for lack of memory, not because of the maximum */
        bool is_borrowed;   /* `data` belongs to the caller, who has all of it */
};

#define BUF_INIT(maximum_)                                                                         \
        {                                                                                          \
                .data = NULL, .size = 0, .capacity = 0, .maximum = (maximum_), .failed = false,    \
                .out_of_memory = false, .is_borrowed = false                                       \
        }

/* Over an array, which it wipes and does not free: such a buffer never runs out of memory. */
#define BUF_ON(array)                                                                              \
        {                                                                                          \
                .data = (array), .size = 0, .capacity = sizeof(array), .maximum = sizeof(array),   \
                .failed = false, .out_of_memory = false, .is_borrowed = true                       \
        }

/* The same over memory of the enclosing block: for some kilobytes at most, of a constant number. */
#define BUF_LOCAL(maximum_) BUF_ON(((uint8_t[maximum_]){0}))

/* Wipes and frees; the buffer may be used again afterwards. */
void buf_deinit(struct buf *buf);

/* Forgets the content (wiping it), keeps the memory and clears `failed`. */
void buf_reset(struct buf *buf);

void buf_put(struct buf *buf, struct slice bytes);
void buf_put_byte(struct buf *buf, uint8_t byte);
void buf_put_string(struct buf *buf, const char *string);
void buf_put_int64(struct buf *buf, int64_t value);

/* Extends the content by `size` bytes, which may be 0. Return: where they begin; NULL if they do
 * not fit. The pointer is good until the next write. */
uint8_t *buf_extend(struct buf *buf, size_t size);

static inline struct slice buf_slice(const struct buf *buf)
{
        return (struct slice){.data = buf->data, .size = buf->size};
}
