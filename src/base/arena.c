/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of memory for one request, wiped and freed together.
 */
#include "base/arena.h"

#include <stdlib.h>

#include "base/number.h"

enum {
        ARENA_BLOCK_SIZE = 8192, /* the usual request fits in one */
        ARENA_ALIGNMENT = 16,
};

struct arena_block {
        struct arena_block *older;
        size_t size;
        size_t used;
        size_t padding; /* keeps `bytes` aligned for any type */
        uint8_t bytes[];
};

static struct arena_block *block_free(struct arena_block *block)
{
        struct arena_block *older = block->older;

        explicit_bzero(block->bytes, block->used);
        free(block);
        return older;
}

void arena_deinit(struct arena *arena)
{
        while (arena->newest)
                arena->newest = block_free(arena->newest);
        arena->used = 0;
        arena->failed = false;
}

void arena_reset(struct arena *arena)
{
        while (arena->newest && (arena->newest->older || arena->newest->size > ARENA_BLOCK_SIZE))
                arena->newest = block_free(arena->newest);
        arena->used = 0;
        arena->failed = false;
        if (arena->newest) {
                explicit_bzero(arena->newest->bytes, arena->newest->used);
                arena->newest->used = 0;
        }
}

enum err arena_check(const struct arena *arena)
{
        return arena->failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}

enum err arena_failed_or(const struct arena *arena, enum err error)
{
        return arena->failed && !error_is_fault(error) ? ERR_OUT_OF_MEMORY : error;
}

static struct arena_block *block_new(size_t size)
{
        struct arena_block *block;
        size_t total;

        if (size < ARENA_BLOCK_SIZE)
                size = ARENA_BLOCK_SIZE;
        if (!size_add(size, sizeof(*block), &total))
                return NULL;
        block = malloc(total);
        if (!block)
                return NULL;
        *block = (struct arena_block){.size = size};
        return block;
}

static void *arena_fail(struct arena *arena, size_t size)
{
        if (!arena->failed)
                arena->asked = size;
        arena->failed = true;
        return NULL;
}

/* Return: the newest block, with room for `size` bytes; NULL if the allocation failed. */
static struct arena_block *arena_room(struct arena *arena, size_t size)
{
        struct arena_block *block = arena->newest;

        if (block && size <= block->size - block->used)
                return block;
        block = block_new(size);
        if (!block)
                return NULL;
        block->older = arena->newest;
        arena->newest = block;
        return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
        struct arena_block *block;
        size_t aligned;
        void *memory;

        if (arena->failed || !size_add(size, ARENA_ALIGNMENT - 1, &aligned))
                return arena_fail(arena, size);
        aligned &= ~(size_t)(ARENA_ALIGNMENT - 1);
        if (aligned > arena->budget - arena->used)
                return arena_fail(arena, aligned);
        block = arena_room(arena, aligned);
        if (!block)
                return arena_fail(arena, aligned);
        memory = block->bytes + block->used;
        block->used += aligned;
        arena->used += aligned;
        memset(memory, 0, aligned);
        return memory;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
        size_t total;

        if (!size_multiply(count, size, &total))
                return arena_fail(arena, SIZE_MAX);
        return arena_alloc(arena, total);
}

struct slice arena_copy(struct arena *arena, struct slice bytes)
{
        void *copy;

        if (!bytes.data)
                return bytes;
        copy = arena_alloc(arena, bytes.size);
        if (!copy)
                return (struct slice){0};
        if (bytes.size)
                memcpy(copy, bytes.data, bytes.size);
        return slice_new(copy, bytes.size);
}

struct slice arena_copy_buf(struct arena *arena, const struct buf *buf)
{
        if (!buf->failed)
                return buf->size ? arena_copy(arena, buf_slice(buf)) : SLICE("");
        (void)arena_fail(arena, 0);
        return (struct slice){0};
}

char *arena_string(struct arena *arena, struct slice bytes)
{
        char *string = arena_alloc(arena, bytes.size + 1);

        if (string && bytes.size)
                memcpy(string, bytes.data, bytes.size);
        return string;
}
