/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking at borrowed bytes.
 */
#pragma once

#include <accessgrant.h>

#include <string.h>

static inline bool ag_bytes_equal(struct ag_bytes a, struct ag_bytes b)
{
        return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool ag_bytes_start_with(struct ag_bytes bytes, struct ag_bytes start)
{
        return bytes.size >= start.size &&
               ag_bytes_equal(ag_bytes_new(bytes.data, start.size), start);
}

/* Return: below, at or above 0, as memcmp() gives it; of two that begin alike the shorter is less.
 */
static inline int ag_bytes_compare(struct ag_bytes a, struct ag_bytes b)
{
        size_t shorter = a.size < b.size ? a.size : b.size;
        int order = shorter ? memcmp(a.data, b.data, shorter) : 0;

        return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* Return: what comes after the first `size` bytes, of which there are that many. */
static inline struct ag_bytes ag_bytes_after(struct ag_bytes bytes, size_t size)
{
        return size ? ag_bytes_new(bytes.data + size, bytes.size - size) : bytes;
}

static inline void ag_bytes_copy(uint8_t *to, struct ag_bytes from)
{
        if (from.size)
                memcpy(to, from.data, from.size);
}
