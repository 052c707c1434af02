/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of memory for one request, wiped and dropped together.
 */
#include "base/arena.h"

#include <stdio.h>
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

static _Noreturn void arena_die(const char *why)
{
        fprintf(stderr, "grantd: a request's memory: %s\n", why);
        abort();
}

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
}

void arena_reset(struct arena *arena)
{
        while (arena->newest && (arena->newest->older || arena->newest->size > ARENA_BLOCK_SIZE))
                arena->newest = block_free(arena->newest);
        arena->used = 0;
        if (arena->newest) {
                explicit_bzero(arena->newest->bytes, arena->newest->used);
                arena->newest->used = 0;
        }
}

static struct arena_block *block_new(size_t size)
{
        struct arena_block *block;
        size_t total;

        if (size < ARENA_BLOCK_SIZE)
                size = ARENA_BLOCK_SIZE;
        if (!size_add(size, sizeof(*block), &total))
                arena_die("size overflow");
        block = malloc(total);
        if (!block)
                arena_die("the system has none left");
        *block = (struct arena_block){.size = size};
        return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
        struct arena_block *block = arena->newest;
        size_t aligned;
        void *memory;

        if (!size_add(size, ARENA_ALIGNMENT - 1, &aligned))
                arena_die("size overflow");
        aligned &= ~(size_t)(ARENA_ALIGNMENT - 1);
        if (aligned > arena->budget - arena->used)
                arena_die("over its budget");
        if (!block || aligned > block->size - block->used) {
                block = block_new(aligned);
                block->older = arena->newest;
                arena->newest = block;
        }
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
                arena_die("size overflow");
        return arena_alloc(arena, total);
}

struct slice arena_copy(struct arena *arena, struct slice bytes)
{
        void *copy;

        if (!bytes.data)
                return bytes;
        copy = arena_alloc(arena, bytes.size);
        if (bytes.size)
                memcpy(copy, bytes.data, bytes.size);
        return slice_new(copy, bytes.size);
}

char *arena_string(struct arena *arena, struct slice bytes)
{
        char *string = arena_alloc(arena, bytes.size + 1);

        if (bytes.size)
                memcpy(string, bytes.data, bytes.size);
        return string;
}
