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

void *ag_memory_new(size_t size)
{
        struct block *block = NULL;

        if (size > SIZE_MAX - sizeof(*block))
                return NULL;
        block = calloc(1, sizeof(*block) + size);
        if (!block)
                return NULL;
        block->size = size;
        return (uint8_t *)block + offsetof(struct block, bytes);
}

void *ag_memory_copy(struct slice bytes)
{
        uint8_t *copy = bytes.size < SIZE_MAX ? ag_memory_new(bytes.size + 1) : NULL;

        if (copy && bytes.size)
                memcpy(copy, bytes.data, bytes.size);
        return copy;
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
