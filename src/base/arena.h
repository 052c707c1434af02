/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory for one request: handlers allocate from it and never free; everything is wiped and freed
 * together after the response. An arena is used by one thread at a time.
 *
 * An arena has a budget. An allocation fails if it exceeds the budget, if its size overflows, or if
 * the system has no memory. The arena then remembers the failure and refuses every later allocation
 * until it is reset, so that one request fails and the process lives. Check the pointer before you
 * write through it. Code that only passes copies on need not: the store's operations, everything
 * that mints, seals or parses a limit, calls to other servers, and the response refuse a failed
 * arena.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

struct arena_block;

struct arena {
        struct arena_block *newest;
        size_t used;   /* bytes allocated from the arena, over all blocks */
        size_t budget; /* bytes */
        bool failed;   /* until it is reset */
        size_t asked;  /* bytes requested by the first allocation that failed */
};

#define ARENA_INIT(budget_)                                                                        \
        {                                                                                          \
                .newest = NULL, .used = 0, .budget = (budget_), .failed = false, .asked = 0        \
        }

/* Wipes and frees everything; the arena may be used again. */
void arena_deinit(struct arena *arena);

/* As arena_deinit(), but keeps the first block for the next request. */
void arena_reset(struct arena *arena);

/* Return: ERR_OK; ERR_OUT_OF_MEMORY: an allocation has failed, so values built in the arena may be
 *         incomplete and must not be used. */
enum err arena_check(const struct arena *arena);

/* Return: ERR_OUT_OF_MEMORY if an allocation has failed and `error` is no fault; otherwise `error`.
 */
enum err arena_failed_or(const struct arena *arena, enum err error);

/* Zeroed memory, aligned for any type, good until the arena is reset. Return: NULL if it fails. */
void *arena_alloc(struct arena *arena, size_t size);

/* `count` zeroed elements of `size` bytes. Return: NULL if it fails. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

#define arena_new(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, count, type) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

/* A copy of the bytes; absent stays absent. Return: absent if it fails. */
struct slice arena_copy(struct arena *arena, struct slice bytes);

/* A copy of what was written into a buffer: empty, not absent, if that was nothing. A buffer that
 * has failed makes the arena fail, so that nobody takes a part for the whole. */
struct slice arena_copy_buf(struct arena *arena, const struct buf *buf);

/* A copy followed by a NUL. Bytes that contain a NUL themselves would be read as a shorter string.
 * Return: NULL if it fails. */
char *arena_string(struct arena *arena, struct slice bytes);
