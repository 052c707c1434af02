/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation, while each of its allocations in turn no longer fits into the arena: it reports
 * that, and nothing has happened.
 */
#include "crash_vfs.h"
#include "every_operation.h"
#include "fault_driver.h"
#include "sample.h"
#include "snapshot.h"

enum { SAMPLE = 2 /* tries with too little room, or one with enough */ };

struct trial {
        struct world world;
        struct slice database; /* to begin from */
        const struct store_operation *operation;
        size_t n_tried;
        struct sample sample;
        struct arena arena; /* of one try */
};

static struct trial trial_new(void)
{
        struct trial trial = {.arena = ARENA_INIT(16 << 20), .sample = sample_new()};

        crash_vfs_arm(0); /* the power stays on, and syncs cost no time */
        trial.world = world_full();
        trial.database = snapshot_take(&trial.world);
        return trial;
}

static void trial_end(struct trial *trial)
{
        world_end(&trial->world);
        arena_deinit(&trial->arena);
}

static void trial_fails(const struct trial *trial, const char *what, enum err outcome)
{
        print_error("%s: try %zu: %s (%s)\n", trial->operation->name, trial->n_tried, what,
                    error_info(outcome)->name);
        fail();
}

/* Runs it with room for that many bytes. Return: how many it needs to get one allocation further;
 * 0: it succeeded. */
static size_t memory_try(struct trial *trial, size_t room)
{
        struct arena *arena = &trial->world.arena;
        struct slice before, after;
        struct given given;
        enum err outcome;
        size_t base;

        world_close(&trial->world);
        snapshot_put(&trial->world, trial->database);
        fault_open(&trial->world);
        arena_reset(&trial->arena);
        given = given_of(&trial->world, trial->operation);
        before = snapshot_dump(&trial->world, &trial->arena);
        base = arena->used;
        arena->budget = base + room;
        outcome = trial->operation->call(&given);
        arena->budget = 64 << 20;
        trial->n_tried++;
        if (!arena->failed && error_is_fault(outcome))
                trial_fails(trial, "it does not get through", outcome);
        if (!arena->failed)
                return 0;
        arena->failed = false;
        after = snapshot_dump(&trial->world, &trial->arena);
        if (outcome != ERR_OUT_OF_MEMORY)
                trial_fails(trial, "it does not say that memory ran out", outcome);
        if (!slice_equal(before, after))
                trial_fails(trial, "a part of it has happened", outcome);
        return arena->used + arena->asked - base;
}

/* For a sample with up to twice as much room as that. */
static void operations_try(struct trial *trial, const struct store_operation *operations)
{
        for (trial->operation = operations; trial->operation->name; trial->operation++) {
                size_t room, n = 1;

                if (!sample_has(&trial->sample, (size_t)(trial->operation - operations), 1))
                        continue;
                room = memory_try(trial, 0);
                for (; room && (trial->sample.is_all || n < SAMPLE); n++)
                        room = memory_try(trial,
                                          trial->sample.is_all
                                                  ? room
                                                  : room + sample_below(&trial->sample, room));
        }
}

TEST(an_operation_that_does_not_fit_into_its_arena_has_not_happened)
{
        struct trial trial CLEANUP(trial_end) = trial_new();

        operations_try(&trial, writing_operations);
        print_message("# %zu tries\n", trial.n_tried);
        CHECK(trial.n_tried > sample_least(&trial.sample, 150, 50));
}

TEST(a_read_that_does_not_fit_into_its_arena_is_no_answer)
{
        struct trial trial CLEANUP(trial_end) = trial_new();

        operations_try(&trial, reading_operations);
        print_message("# %zu tries\n", trial.n_tried);
        CHECK(trial.n_tried > sample_least(&trial.sample, 100, 30));
}

/* No operation starts with a failed arena. */
TEST(an_arena_that_has_failed_before_is_refused_by_every_operation)
{
        struct trial trial CLEANUP(trial_end) = trial_new();
        const struct store_operation *lists[] = {writing_operations, reading_operations};

        for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
                for (trial.operation = lists[i]; trial.operation->name; trial.operation++) {
                        struct given given;

                        world_close(&trial.world);
                        snapshot_put(&trial.world, trial.database);
                        fault_open(&trial.world);
                        given = given_of(&trial.world, trial.operation);
                        trial.world.arena.failed = true;
                        CHECK_ERR(trial.operation->call(&given), ERR_OUT_OF_MEMORY);
                        trial.world.arena.failed = false;
                }
}
