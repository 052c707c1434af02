/* SPDX-License-Identifier: Apache-2.0
 *
 * Output buffers that grow, and wipe the memory they leave.
 */
#include "base/buf.h"

#include <stdlib.h>

#include "base/number.h"

void buf_reset(struct buf *buf)
{
        if (buf->data)
                explicit_bzero(buf->data, buf->capacity);
        buf->size = 0;
        buf->failed = buf->out_of_memory = false;
}

void buf_deinit(struct buf *buf)
{
        buf_reset(buf);
        if (buf->is_borrowed)
                return;
        free(buf->data);
        *buf = (struct buf)BUF_INIT(buf->maximum);
}

/* A new block instead of realloc(), which would leave a copy of the old content behind. */
static bool buf_grow(struct buf *buf, size_t needed)
{
        size_t capacity = buf->capacity ? buf->capacity : 64;
        uint8_t *data;

        while (capacity < needed)
                if (!size_multiply(capacity, 2, &capacity))
                        return false;
        if (capacity > buf->maximum)
                capacity = buf->maximum;
        data = malloc(capacity);
        if (!data)
                return false;
        if (buf->size)
                memcpy(data, buf->data, buf->size);
        if (buf->data)
                explicit_bzero(buf->data, buf->capacity);
        free(buf->data);
        buf->data = data;
        buf->capacity = capacity;
        return true;
}

uint8_t *buf_extend(struct buf *buf, size_t size)
{
        size_t needed;
        uint8_t *start;

        if (buf->failed)
                return NULL;
        if (!size_add(buf->size, size, &needed) || needed > buf->maximum) {
                buf->failed = true;
                return NULL;
        }
        if ((needed > buf->capacity || !buf->data) && !buf_grow(buf, needed)) {
                buf->failed = buf->out_of_memory = true;
                return NULL;
        }
        start = buf->data + buf->size;
        buf->size = needed;
        return start;
}

void buf_put(struct buf *buf, struct slice bytes)
{
        uint8_t *to;

        if (bytes.size == 0)
                return;
        to = buf_extend(buf, bytes.size);
        if (to)
                memcpy(to, bytes.data, bytes.size);
}

void buf_put_byte(struct buf *buf, uint8_t byte)
{
        uint8_t *to = buf_extend(buf, 1);

        if (to)
                *to = byte;
}

void buf_put_string(struct buf *buf, const char *string)
{
        buf_put(buf, slice_from_string(string));
}

void buf_put_int64(struct buf *buf, int64_t value)
{
        char digits[24];
        size_t at = sizeof(digits);
        uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

        do {
                digits[--at] = (char)('0' + rest % 10);
                rest /= 10;
        } while (rest);
        if (value < 0)
                digits[--at] = '-';
        buf_put(buf, slice_new(digits + at, sizeof(digits) - at));
}
