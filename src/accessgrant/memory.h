/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's heap. Every block stores its size, so that ag_free() can wipe it: memory that held
 * a key is never freed with the key still in it.
 */
#pragma once

#include <accessgrant.h>

#include "base/secret.h"

/* Return: `size` zeroed bytes, to be freed with ag_free(); NULL without memory. */
void *ag_memory_new(size_t size);

/* Return: a copy followed by a NUL, to be freed with ag_free(); NULL without memory. */
void *ag_memory_copy(struct slice bytes);

/* For CLEANUP on a key. */
static inline void ag_wipe_key(uint8_t (*key)[AG_KEY_SIZE])
{
        wipe(*key, sizeof(*key));
}
