/* SPDX-License-Identifier: Apache-2.0
 *
 * An arena that cannot allocate fails this and every later call until it is reset. This program
 * defines the arena itself, over a malloc that fails on command, so the linker uses this one.
 */
#include "test.h"

static bool is_gone; /* the system's memory */

static void *failing_malloc(size_t size)
{
        return is_gone ? NULL : (malloc)(size);
}

#define malloc(size) failing_malloc(size)
#include "base/arena.c"
#undef malloc

TEST(an_allocation_over_the_budget_fails_and_so_do_all_that_follow)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(64);

        CHECK(arena_alloc(&arena, 48) != NULL);
        CHECK_OK(arena_check(&arena));
        CHECK(arena_alloc(&arena, 17) == NULL);
        CHECK_ERR(arena_check(&arena), ERR_OUT_OF_MEMORY);
        CHECK(arena_alloc(&arena, 1) == NULL);
        CHECK_INT(arena.asked, 32);
        CHECK_INT(arena.used, 48);
}

TEST(a_size_that_overflows_fails)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(SIZE_MAX);

        CHECK(arena_alloc(&arena, SIZE_MAX) == NULL);
        arena_reset(&arena);
        CHECK(arena_alloc_array(&arena, SIZE_MAX / 2, 3) == NULL);
        CHECK_ERR(arena_check(&arena), ERR_OUT_OF_MEMORY);
}

TEST(memory_that_the_system_does_not_have_is_a_failed_allocation)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        is_gone = true;
        CHECK(arena_alloc(&arena, 16) == NULL);
        is_gone = false;
        CHECK(arena_alloc(&arena, 16) == NULL);
        CHECK_ERR(arena_check(&arena), ERR_OUT_OF_MEMORY);
        CHECK_INT(arena.asked, 16);
}

TEST(copies_that_fail_are_absent)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(16);

        CHECK(arena_copy(&arena, SLICE("seventeen bytes..")).data == NULL);
        CHECK(arena_copy(&arena, SLICE("one")).data == NULL);
        CHECK(arena_string(&arena, SLICE("one")) == NULL);
        CHECK(arena_array(&arena, 1, int) == NULL);
}

TEST(a_reset_arena_is_as_new)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(16);

        CHECK(arena_alloc(&arena, 17) == NULL);
        arena_reset(&arena);
        CHECK_OK(arena_check(&arena));
        CHECK_STRING(arena_string(&arena, SLICE("one")), "one");
}

TEST(a_fault_stays_what_it_is_and_anything_else_becomes_want_of_memory)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(0);

        CHECK_ERR(arena_failed_or(&arena, ERR_NOT_FOUND), ERR_NOT_FOUND);
        CHECK(arena_alloc(&arena, 1) == NULL);
        CHECK_ERR(arena_failed_or(&arena, ERR_OK), ERR_OUT_OF_MEMORY);
        CHECK_ERR(arena_failed_or(&arena, ERR_NOT_FOUND), ERR_OUT_OF_MEMORY);
        CHECK_ERR(arena_failed_or(&arena, ERR_COMMIT_UNKNOWN), ERR_COMMIT_UNKNOWN);
}
