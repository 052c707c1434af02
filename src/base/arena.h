/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory for one request: handlers allocate from it and never free; everything is wiped and
 * dropped together after the response. An arena is used by one thread at a time.
 *
 * An arena has a budget. Requests are bounded before they allocate, so going over the budget, or
 * being refused memory by the system, is a fault of ours and ends the process.
 */
#pragma once

#include "base/slice.h"

struct arena_block;

struct arena {
        struct arena_block *newest;
        size_t used;   /* bytes handed out and held, all blocks */
        size_t budget; /* bytes */
};

#define ARENA_INIT(budget_)                                                                        \
        {                                                                                          \
                .newest = NULL, .used = 0, .budget = (budget_)                                     \
        }

/* Wipes and frees everything; the arena may be used again. */
void arena_deinit(struct arena *arena);

/* As arena_deinit(), but keeps the first block for the next request. */
void arena_reset(struct arena *arena);

/* Zeroed memory, aligned for any type, good until the arena is reset. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* `count` zeroed elements of `size` bytes; an overflow ends the process. Never NULL. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

#define arena_new(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, count, type) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

/* A copy of the bytes; absent stays absent. */
struct slice arena_copy(struct arena *arena, struct slice bytes);

/* A copy with a NUL behind it. The bytes must hold no NUL themselves to be read whole. */
char *arena_string(struct arena *arena, struct slice bytes);
