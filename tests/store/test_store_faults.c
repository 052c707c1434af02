/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation, with a fault in each of its calls to the database in turn: it reports that
 * nothing happened, and nothing did, or it is retried and succeeds; never a part of it. If a
 * commit's outcome is unknown, that is the outcome, and the store stops.
 */
#include "crash_vfs.h"
#include "every_operation.h"
#include "fault_driver.h"
#include "sample.h"
#include "snapshot.h"

enum { PATIENCE = 4 /* seconds for a test */, STEP_SLOW = 5 };

/* An operation tried with faults: what it does when nothing fails, and its result. */
struct trial {
        struct world world;
        struct slice database; /* to begin from */
        const struct store_operation *operation;
        struct slice before, after;
        enum err untouched;
        unsigned n_calls;
        double began;
        size_t n_tried;
        struct sample sample;
        struct arena arena; /* of one try */
};

static struct trial trial_new(void)
{
        struct trial trial = {
                .arena = ARENA_INIT(16 << 20), .began = seconds_now(), .sample = sample_new()};

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

/* From the beginning. */
static struct given trial_begin(struct trial *trial)
{
        world_close(&trial->world);
        snapshot_put(&trial->world, trial->database);
        fault_open(&trial->world);
        return given_of(&trial->world, trial->operation);
}

static void trial_learn(struct trial *trial)
{
        struct given given = trial_begin(trial);

        trial->before = snapshot_dump(&trial->world, &trial->world.arena);
        fault_set((struct fault){0});
        trial->untouched = trial->operation->call(&given);
        trial->n_calls = fault_n_calls();
        CHECK(!error_is_fault(trial->untouched));
        trial->after = snapshot_dump(&trial->world, &trial->world.arena);
}

static enum err outcome_expected(const struct trial *trial, struct fault fault,
                                 enum fault_place place)
{
        if (place == FAULT_NOWHERE)
                return trial->untouched;
        if (place == FAULT_IN_COMMIT && fault_stays_unknown(fault.kind))
                return ERR_COMMIT_UNKNOWN;
        if (place == FAULT_IN_COMMIT && fault.commits_unknown)
                return trial->untouched;
        if (fault.lasts || fault.kind == FAULT_GONE || place == FAULT_IN_OPEN)
                return ERR_STORE_UNAVAILABLE;
        return trial->untouched; /* it was retried */
}

static void check_state(struct trial *trial, bool has_happened, const char *what)
{
        struct slice now = snapshot_dump(&trial->world, &trial->arena);

        if (slice_equal(now, has_happened ? trial->after : trial->before))
                return;
        print_error("%s: %s it stands like this:\n%.*s", trial->operation->name, what,
                    (int)now.size, (const char *)now.data);
        fail();
}

/* Return: false if the operation finished before the fault. */
static bool trial_try(struct trial *trial, struct fault fault)
{
        struct given given = trial_begin(trial);
        enum fault_place place;
        enum err outcome, expected;

        fault_set(fault);
        outcome = trial->operation->call(&given);
        place = fault_clear();
        expected = outcome_expected(trial, fault, place);
        if (outcome != expected) {
                print_error("%s: kind %d at %u, lasting %d: %s, not %s\n", trial->operation->name,
                            (int)fault.kind, fault.at, fault.lasts, error_info(outcome)->name,
                            error_info(expected)->name);
                fail();
        }
        if (outcome == ERR_COMMIT_UNKNOWN) {
                CHECK(!store_is_sound(trial->world.store));
                CHECK_ERR(trial->operation->call(&given), ERR_STORE_UNAVAILABLE);
                check_state(trial, fault.commits_unknown, "after an unknown commit");
                world_close(&trial->world);
                fault_open(&trial->world);
        } else {
                check_state(trial, outcome == trial->untouched, "after the fault");
        }
        if (outcome != trial->untouched && !fault.commits_unknown) {
                CHECK_ERR(trial->operation->call(&given), trial->untouched);
                check_state(trial, true, "tried again");
        }
        CHECK(store_is_sound(trial->world.store));
        arena_reset(&trial->arena);
        trial->n_tried++;
        return place != FAULT_NOWHERE;
}

/* On slow machines not every call is tried, unless that was asked for. */
static unsigned step(const struct trial *trial)
{
        return getenv("TEST_FAULTS") || seconds_now() - trial->began < PATIENCE ? 1 : STEP_SLOW;
}

/* One fault before the commit, of a kind that each fifth operation gets; and in the commit the
 * connection is lost, before and after the server has committed. */
static void operation_sample(struct trial *trial, enum fault_kind kind)
{
        size_t number = trial->operation - writing_operations;
        bool is_chosen = (number + trial->sample.first) % FAULT_KINDS == kind;

        if ((!is_chosen && kind != FAULT_GONE) || !sample_has(&trial->sample, number, 1))
                return;
        trial_learn(trial);
        if (is_chosen)
                CHECK(trial_try(trial, (struct fault){.kind = kind,
                                                      .at = 1 + sample_below(&trial->sample,
                                                                             trial->n_calls - 1),
                                                      .lasts = sample_below(&trial->sample, 2)}));
        for (int commits = 0; kind == FAULT_GONE && commits < 2; commits++)
                CHECK(trial_try(trial, (struct fault){.kind = kind,
                                                      .at = trial->n_calls,
                                                      .commits_unknown = commits}));
}

static void operation_try(struct trial *trial, enum fault_kind kind)
{
        trial_learn(trial);
        for (int lasts = 0; lasts < 2; lasts++) {
                struct fault fault = {.kind = kind, .at = 1, .lasts = lasts};

                while (trial_try(trial, fault))
                        fault.at += step(trial);
                CHECK(fault.at > trial->n_calls);
        }
        /* The commit is the last call. */
        if (fault_is_unknown(kind))
                CHECK(trial_try(trial, (struct fault){.kind = kind,
                                                      .at = trial->n_calls,
                                                      .commits_unknown = true}));
}

static void operations_try(enum fault_kind kind)
{
        struct trial trial CLEANUP(trial_end) = trial_new();

        for (trial.operation = writing_operations; trial.operation->name; trial.operation++)
                if (trial.sample.is_all)
                        operation_try(&trial, kind);
                else
                        operation_sample(&trial, kind);
        CHECK(trial.n_tried > 0);
        print_message("# %zu faults\n", trial.n_tried);
}

TEST(a_full_disk_stops_a_verb_wholly)
{
        operations_try(FAULT_FULL);
}

TEST(a_failing_disk_stops_a_verb_wholly)
{
        operations_try(FAULT_IO);
}

TEST(want_of_memory_stops_a_verb_wholly)
{
        operations_try(FAULT_MEMORY);
}

TEST(a_busy_database_stops_a_verb_wholly)
{
        operations_try(FAULT_BUSY);
}

TEST(a_lost_connection_stops_a_verb_wholly)
{
        operations_try(FAULT_GONE);
}

/* Return: whether the fault occurred. */
static bool read_try(struct trial *trial, struct fault fault)
{
        struct given given = trial_begin(trial);
        enum fault_place place;
        enum err outcome;

        fault_set(fault);
        outcome = trial->operation->call(&given);
        place = fault_clear();
        CHECK_ERR(outcome, place == FAULT_NOWHERE ? ERR_OK : ERR_STORE_UNAVAILABLE);
        CHECK_OK(trial->operation->call(&given));
        CHECK(store_is_sound(trial->world.store));
        return place != FAULT_NOWHERE;
}

static void read_try_all(struct trial *trial)
{
        for (enum fault_kind kind = 0; kind < FAULT_KINDS; kind++) {
                struct fault fault = {.kind = kind, .at = 1};

                while (read_try(trial, fault))
                        fault.at += step(trial);
                CHECK(fault.at > 1);
        }
}

TEST(a_fault_while_reading_is_said_and_is_over_with_the_next_read)
{
        struct trial trial CLEANUP(trial_end) = trial_new();

        for (trial.operation = reading_operations; trial.operation->name; trial.operation++)
                if (trial.sample.is_all)
                        read_try_all(&trial);
                else
                        CHECK(read_try(&trial, (struct fault){.kind = sample_below(&trial.sample,
                                                                                   FAULT_KINDS),
                                                              .at = 1}));
}
