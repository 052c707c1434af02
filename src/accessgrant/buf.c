/* SPDX-License-Identifier: Apache-2.0
 *
 * A buffer that grows up to a maximum and remembers what went wrong.
 */
#include "accessgrant/buf.h"

#include "accessgrant/bytes.h"
#include "accessgrant/macros.h"
#include "accessgrant/memory.h"

enum { CAPACITY_LEAST = 64 };

void ag_buf_deinit(struct ag_buf *buf)
{
        ag_free(take(&buf->data));
        buf->size = buf->capacity = 0;
}

/* realloc() would leave the old bytes behind, so the block is replaced by hand. */
static enum ag_error buf_grow(struct ag_buf *buf, size_t size)
{
        size_t capacity = buf->capacity ? buf->capacity : CAPACITY_LEAST;
        uint8_t *data;

        while (capacity < size)
                capacity *= 2;
        data = ag_memory_new(capacity);
        if (!data)
                return AG_ERR_MEMORY;
        ag_bytes_copy(data, ag_buf_bytes(buf));
        ag_free(buf->data);
        buf->data = data;
        buf->capacity = capacity;
        return AG_OK;
}

uint8_t *ag_buf_extend(struct ag_buf *buf, size_t size)
{
        uint8_t *extension;

        if (!buf->error && size > buf->max - buf->size)
                buf->error = AG_ERR_LIMIT;
        if (!buf->error && (buf->size + size > buf->capacity || !buf->data))
                buf->error = buf_grow(buf, buf->size + size);
        if (buf->error)
                return NULL;
        extension = buf->data + buf->size;
        buf->size += size;
        return extension;
}

void ag_buf_put(struct ag_buf *buf, struct ag_bytes bytes)
{
        uint8_t *extension = bytes.size ? ag_buf_extend(buf, bytes.size) : NULL;

        if (extension)
                ag_bytes_copy(extension, bytes);
}

void ag_buf_put_byte(struct ag_buf *buf, uint8_t byte)
{
        ag_buf_put(buf, ag_bytes_new(&byte, 1));
}

void ag_buf_clear(struct ag_buf *buf)
{
        buf->size = 0;
}

uint8_t *ag_buf_take(struct ag_buf *buf)
{
        buf->size = buf->capacity = 0;
        return take(&buf->data);
}
