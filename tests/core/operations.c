/* SPDX-License-Identifier: Apache-2.0
 *
 * Trying all operations. A fault is passed on, wherever it arises, and leaves nothing behind if the
 * operation is one transaction; the next run succeeds, and finishes what was started.
 */
#include "core/operations.h"

#include "store/sample.h"
#include "store/snapshot.h"

/* Seconds after which everything unfinished is due again. */
enum { AGAIN = 86400 + 1 };

/* Of a sample, one operation in so many is tried. */
enum { SAMPLED = 4 };

struct trial {
        struct full_core full;
        const struct trouble *trouble;
        const struct operation *operation;
        struct slice before; /* the rows of the store */
        struct arena arena;  /* of them */
        struct sample sample;
        unsigned n_troubles, n_operations;
};

static void trial_fails(const struct trial *trial, unsigned at, const char *what, enum err error)
{
        print_error("%s: trouble %u: %s (%s)\n", trial->operation->name, at, what,
                    error_info(error)->name);
        fail();
}

static bool is_as_before(struct trial *trial)
{
        return slice_equal(trial->before,
                           snapshot_dump(&trial->full.remote.core.world, &trial->full.arena));
}

/* The next run does what this one did not. */
static void run_again(struct trial *trial, unsigned at)
{
        struct full_core *full = &trial->full;
        enum err error;

        if (trial->operation->nature == STEPS)
                full->remote.core.now = instant_add_seconds(full->now, AGAIN);
        error = trial->operation->run(full);
        if (error != trial->operation->outcome)
                trial_fails(trial, at, "the next run does not get through", error);
        if (trial->operation->is_done && !trial->operation->is_done(full))
                trial_fails(trial, at, "the next run leaves something undone", error);
}

/* Memory that ran out may be noticed as such, or as a failure of what needed it. */
static bool is_passed_on(const struct trouble *trouble, enum err error)
{
        return error == trouble->outcome || (trouble->is_memory && error == ERR_OUT_OF_MEMORY);
}

static void outcome_check(struct trial *trial, unsigned at, enum err error)
{
        const struct operation *operation = trial->operation;
        bool may_go_on = operation->nature == SHRUGS ||
                         (operation->nature == STEPS && trial->trouble->is_written_down);
        bool goes_on = may_go_on && error == operation->outcome;

        if (!is_passed_on(trial->trouble, error) && !goes_on)
                trial_fails(trial, at, "the fault is not passed on", error);
        if (trial->full.remote.core.n_reserved)
                trial_fails(trial, at, "a reserved place is not given back", error);
        if (operation->nature != STEPS && !goes_on && !is_as_before(trial))
                trial_fails(trial, at, "a part of it has happened", error);
        if (operation->nature == STEPS || !goes_on)
                run_again(trial, at);
}

/* Return: whether the trouble occurred. */
static bool trouble_try(struct trial *trial, unsigned at)
{
        const struct operation *operation = trial->operation;
        enum err error;

        trial->trouble->set(&trial->full, at);
        error = operation->run(&trial->full);
        if (trial->trouble->clear(&trial->full)) {
                outcome_check(trial, at, error);
                full_core_reset(&trial->full); /* with no connection open, so that uses agree */
                trial->n_troubles++;
                return true;
        }
        if (error != operation->outcome)
                trial_fails(trial, at, "it does not get through", error);
        if (is_as_before(trial) != (operation->nature == READS))
                trial_fails(trial, at, "it has written, or has not", error);
        if (operation->is_done && !operation->is_done(&trial->full))
                trial_fails(trial, at, "something is left undone", error);
        return false;
}

static void all_try(struct trial *trial, const struct operation *operations)
{
        for (trial->operation = operations; trial->operation->name; trial->operation++) {
                unsigned at = 1;

                if (!sample_has(&trial->sample, trial->n_operations++, SAMPLED))
                        continue;
                full_core_reset(&trial->full);
                while (trouble_try(trial, at))
                        at++;
        }
}

static void trial_end(struct trial *trial)
{
        full_core_end(&trial->full);
        arena_deinit(&trial->arena);
}

static unsigned some_try(const struct trouble *trouble, struct sample sample)
{
        struct trial trial CLEANUP(trial_end) = {
                .trouble = trouble, .sample = sample, .arena = ARENA_INIT(1 << 20)};

        full_core_begin(&trial.full);
        trial.before = snapshot_dump(&trial.full.remote.core.world, &trial.arena);
        all_try(&trial, operations_of_people);
        all_try(&trial, operations_of_factors);
        all_try(&trial, operations_of_operators);
        all_try(&trial, operations_of_grants);
        return trial.n_troubles;
}

unsigned operations_try(const struct trouble *trouble)
{
        return some_try(trouble, (struct sample){.is_all = true});
}

void operations_try_or_sample(const struct trouble *trouble, unsigned least)
{
        struct sample sample = sample_new();
        unsigned n = some_try(trouble, sample);

        print_message("# %u troubles\n", n);
        CHECK(n > sample_least(&sample, least, least / 10));
}
