/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory: that running out of it is told and leaks nothing.
 */
#include "ag_life.h"
#include "ag_test.h"
#include "failing_heap.h"

TEST(running_out_of_memory_is_told_wherever_it_happens)
{
        enum ag_error error = AG_ERR_MEMORY;
        size_t n = 0;

        for (; error && n < 10000; n++) {
                n_left = n;
                error = live();
                CHECK(error == AG_OK || error == AG_ERR_MEMORY);
        }
        n_left = SIZE_MAX;
        CHECK_AG_OK(error);
        CHECK(n > 50);
}

TEST(freed_memory_was_wiped)
{
        /* the size in front, then the bytes; what is behind is not the heap's */
        _Alignas(max_align_t) uint8_t memory[sizeof(struct block) + 16];
        struct block *block = (struct block *)(void *)memory;

        memset(memory, 0xa5, sizeof(memory));
        block->size = 16;
        block_wipe(block);
        for (size_t i = 0; i < sizeof(memory); i++)
                CHECK_INT(memory[i], 0);
}
