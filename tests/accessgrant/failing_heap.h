/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's heap over an allocator that fails on command. A program that includes this defines
 * the heap itself, so the linker uses this one.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

static size_t n_left = SIZE_MAX; /* allocations that still succeed */
static size_t n_refused;         /* that have not */

static inline bool heap_refuses(void)
{
        if (n_left == 0) {
                n_refused++;
                errno = ENOMEM;
                return true;
        }
        n_left--;
        return false;
}

static void *failing_calloc(size_t n, size_t size)
{
        return heap_refuses() ? NULL : (calloc)(n, size);
}

static inline void *failing_malloc(size_t size)
{
        return heap_refuses() ? NULL : (malloc)(size);
}

#define calloc(n, size) failing_calloc(n, size)
#include "accessgrant/memory.c"
#undef calloc
