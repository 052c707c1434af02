/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory for one request: handlers allocate from it and never free; everything is wiped and
 * dropped together after the response. An arena is used by one thread at a time.
 *
 * An arena has a budget. An allocation that would go over it, whose size overflows, or for which
 * the system has no memory, fails; the arena remembers that, and every later one fails too until it
 * is reset. So one request fails and the process lives. A caller that writes into what it asked for
 * looks at the pointer; one that only passes copies on may leave that to the gates behind which
 * nothing of a failed arena comes: the store's operations, whatever mints, seals or parses a limit,
 * what is sent to other servers, and the response.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

struct arena_block;

struct arena {
        struct arena_block *newest;
        size_t used;   /* bytes handed out and held, all blocks */
        size_t budget; /* bytes */
        bool failed;   /* until it is reset */
        size_t asked;  /* bytes that the allocation which failed first asked for */
};

#define ARENA_INIT(budget_)                                                                        \
        {                                                                                          \
                .newest = NULL, .used = 0, .budget = (budget_), .failed = false, .asked = 0        \
        }

/* Wipes and frees everything; the arena may be used again. */
void arena_deinit(struct arena *arena);

/* As arena_deinit(), but keeps the first block for the next request. */
void arena_reset(struct arena *arena);

/* Return: ERR_OK; ERR_OUT_OF_MEMORY: some allocation has failed, and what was made of it may not be
 * used. */
enum err arena_check(const struct arena *arena);

/* Return: `error`, but ERR_OUT_OF_MEMORY if some allocation has failed, unless `error` is a fault.
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

/* A copy with a NUL behind it. The bytes must hold no NUL themselves to be read whole.
 * Return: NULL if it fails. */
char *arena_string(struct arena *arena, struct slice bytes);
