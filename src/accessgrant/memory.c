/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's heap: malloc() with the size of each block in front of it.
 */
#include "accessgrant/memory.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct block {
        size_t size; /* of `bytes` */
        alignas(max_align_t) uint8_t bytes[];
};

static struct block *block_new(size_t size)
{
        struct block *block = NULL;

        if (size > SIZE_MAX - sizeof(*block))
                return NULL;
        block = calloc(1, sizeof(*block) + size);
        if (block)
                block->size = size;
        return block;
}

/* Written so that gcc's analyzer can follow it. */
static uint8_t *bytes_of(struct block *block)
{
        return (uint8_t *)block + offsetof(struct block, bytes);
}

void *ag_memory_new(size_t size)
{
        struct block *block = block_new(size);

        return block ? bytes_of(block) : NULL;
}

void *ag_memory_copy(struct slice bytes)
{
        struct block *block = bytes.size < SIZE_MAX ? block_new(bytes.size + 1) : NULL;

        if (!block)
                return NULL;
        if (bytes.size)
                memcpy(block->bytes, bytes.data, bytes.size);
        return bytes_of(block);
}

static void block_wipe(struct block *block)
{
        wipe(block, sizeof(*block) + block->size);
}

void ag_free(void *memory)
{
        struct block *block;

        if (!memory)
                return;
        block = (struct block *)(void *)((uint8_t *)memory - offsetof(struct block, bytes));
        block_wipe(block);
        free(block);
}
