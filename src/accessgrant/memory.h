/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's heap. Every block knows its size, so that ag_free() can wipe it: what held a key
 * is never given back with the key in it.
 */
#pragma once

#include <accessgrant.h>

#include "base/secret.h"

/* Return: zeroed memory of `size` bytes, which ends with ag_free(); NULL if there is none. */
void *ag_memory_new(size_t size);

/* Return: a copy with a NUL behind it, which ends with ag_free(); NULL if there is no memory. */
void *ag_memory_copy(struct slice bytes);

/* For CLEANUP on a key. */
static inline void ag_wipe_key(uint8_t (*key)[AG_KEY_SIZE])
{
        wipe(*key, sizeof(*key));
}
