/* SPDX-License-Identifier: Apache-2.0
 *
 * A buffer that grows up to a maximum and remembers what went wrong, so that a writer need look
 * only once, at the end:
 *
 *      struct ag_buf buf CLEANUP(ag_buf_deinit) = AG_BUF_INIT(AG_MAX_PATH);
 *
 *      ag_buf_put(&buf, bucket);
 *      ag_buf_put_byte(&buf, '/');
 *      TRY(buf.error);
 */
#pragma once

#include <accessgrant.h>

struct ag_buf {
        uint8_t *data; /* from ag_memory_new(), so it is wiped */
        size_t size;
        size_t capacity;
        size_t max;          /* bytes it may grow to */
        enum ag_error error; /* AG_ERR_LIMIT or AG_ERR_MEMORY: from then on nothing is put */
};

#define AG_BUF_INIT(max_)                                                                          \
        {                                                                                          \
                .max = (max_)                                                                      \
        }

void ag_buf_deinit(struct ag_buf *buf);

void ag_buf_put(struct ag_buf *buf, struct ag_bytes bytes);

void ag_buf_put_byte(struct ag_buf *buf, uint8_t byte);

/* Empties it; the memory and the error stay. */
void ag_buf_clear(struct ag_buf *buf);

/* Makes room for exactly `size` more bytes, be they 0, and counts them as put.
 * Return: where they begin; NULL if there is an error. */
uint8_t *ag_buf_extend(struct ag_buf *buf, size_t size);

/* Return: what was put, borrowed until the next change. */
static inline struct ag_bytes ag_buf_bytes(const struct ag_buf *buf)
{
        return ag_bytes_new(buf->data, buf->size);
}

/* Hands the memory over, which ends with ag_free(); the buffer is empty after. */
uint8_t *ag_buf_take(struct ag_buf *buf);
