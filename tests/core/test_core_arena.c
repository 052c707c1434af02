/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation of the core while its arena fails, at its first allocation, its second ... A
 * missing value must never widen a grant.
 */
#include "core/operations.h"

static size_t room; /* bytes, up to the allocation that fails */

static void arena_bound(struct full_core *full, unsigned at)
{
        if (at == 1)
                room = 0;
        full->arena.budget = room;
}

static bool arena_unbound(struct full_core *full)
{
        struct arena *arena = &full->arena;
        bool has_failed = arena->failed;

        room = arena->used + arena->asked;
        arena_deinit(arena);
        arena->budget = 64 << 20;
        return has_failed;
}

TEST(an_operation_that_outgrows_its_memory_is_a_fault_and_never_an_answer)
{
        static const struct trouble trouble = {arena_bound, arena_unbound, ERR_OUT_OF_MEMORY,
                                               .is_written_down = true};

        operations_try_or_sample(&trouble, 400);
}
