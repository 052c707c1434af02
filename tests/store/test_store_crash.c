/* SPDX-License-Identifier: Apache-2.0
 *
 * The power may fail at any moment, and nothing acknowledged is lost. Each test runs rounds:
 * threads run scenarios, the power is cut at some change, the database is reopened on an ordinary
 * disk and compared with what was acknowledged. A failing round prints its seed; with it in
 * CRASH_SEED each test starts with that round.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "crash_vfs.h"
#include "scenario.h"
#include "snapshot.h"

enum {
        THREADS = 6,
        SCENARIOS = 3,     /* of each thread */
        ROUNDS = 100,      /* of each mode, */
        FEWEST = 10,       /* fewer on a slow machine, */
        PATIENCE = 2,      /* seconds */
        CHANGES = 150,     /* about as many as a round has, */
        CHANGES_NEW = 130, /* and the making of a database */
};

/* --- one round --- */

struct round {
        struct world world;
        enum crash_mode mode;
        uint64_t cut, seed;
        bool disk_lies;
        bool was_cut;
        atomic_bool is_told;
        struct scenario scenarios[THREADS][SCENARIOS];
        bool there[THREADS][SCENARIOS][STEPS];
        char wrong[256]; /* empty: nothing was lost */
};

struct thread {
        pthread_t thread;
        struct round *round;
        size_t number;
};

static void round_threads(struct round *round, void *(*function)(void *))
{
        struct thread threads[THREADS];

        for (size_t i = 0; i < THREADS; i++) {
                threads[i] = (struct thread){.round = round, .number = i};
                CHECK_INT(pthread_create(&threads[i].thread, NULL, function, &threads[i]), 0);
        }
        for (size_t i = 0; i < THREADS; i++)
                CHECK_INT(pthread_join(threads[i].thread, NULL), 0);
}

static void *scenarios_run(void *argument)
{
        struct thread *thread = argument;

        for (size_t i = 0; i < SCENARIOS; i++)
                scenario_run(thread->round->world.store,
                             &thread->round->scenarios[thread->number][i]);
        return NULL;
}

static void *scenarios_try_again(void *argument)
{
        struct thread *thread = argument;
        struct round *round = thread->round;

        for (size_t i = 0; i < SCENARIOS; i++)
                scenario_try_again(round->world.store, &round->scenarios[thread->number][i],
                                   round->there[thread->number][i]);
        return NULL;
}

/* Checkpoints from time to time, as another process might. */
static void *checkpoint_often(void *argument)
{
        struct round *round = argument;
        sqlite3 *database = NULL;
        uint64_t seed = round->seed;
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/db", round->world.folder);
        if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
                while (!atomic_load(&round->is_told) && !crash_vfs_is_off()) {
                        int mode = seed_next(&seed) % 8 ? SQLITE_CHECKPOINT_PASSIVE
                                                        : SQLITE_CHECKPOINT_TRUNCATE;

                        (void)nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
                        (void)sqlite3_wal_checkpoint_v2(database, NULL, mode, NULL, NULL);
                }
        (void)sqlite3_close(database);
        return NULL;
}

static enum err round_open(struct round *round)
{
        struct store_location location;

        CHECK_OK(store_locate(slice_from_string(round->world.url), &location));
        return store_open(&location, &round->world.store);
}

/* Runs the scenarios until the power fails, possibly before the store is open. */
static void round_tell(struct round *round)
{
        bool has_checkpoints = round->seed % 2;
        pthread_t checkpoints;

        for (size_t i = 0; i < THREADS * SCENARIOS; i++)
                round->scenarios[i / SCENARIOS][i % SCENARIOS].number = (int64_t)i + 1;
        crash_vfs_arm(round->cut);
        if (round->disk_lies)
                crash_vfs_lie();
        if (round_open(round) == ERR_OK) {
                if (has_checkpoints)
                        CHECK_INT(pthread_create(&checkpoints, NULL, checkpoint_often, round), 0);
                round_threads(round, scenarios_run);
                atomic_store(&round->is_told, true);
                if (has_checkpoints)
                        CHECK_INT(pthread_join(checkpoints, NULL), 0);
        } else if (!crash_vfs_is_off()) {
                fail_msg("the store did not open");
        }
        round->was_cut = crash_vfs_is_off();
        world_close(&round->world);
        crash_vfs_lose_power(round->mode, round->seed);
}

/* --- what is left --- */

/* Data that no operation reads is there exactly as often as its operation. */
static void round_count(struct round *round)
{
        int64_t n_audits = 0, n_claims = 0;

        for (size_t i = 0; i < THREADS * SCENARIOS; i++)
                for (enum step step = 0; step < STEPS; step++) {
                        bool there = round->there[i / SCENARIOS][i % SCENARIOS][step];

                        n_audits += there && step != STEP_ISSUE;
                        n_claims += there && step == STEP_CLAIM;
                }
        if (snapshot_number(&round->world, "SELECT COUNT(*) FROM pragma_integrity_check "
                                           "WHERE integrity_check = 'ok'") != 1)
                (void)snprintf(round->wrong, sizeof(round->wrong), "the database is damaged");
        else if (snapshot_number(&round->world, "SELECT COUNT(*) FROM audit") != n_audits)
                (void)snprintf(round->wrong, sizeof(round->wrong), "an audit row alone");
        else if (snapshot_number(&round->world, "SELECT COUNT(*) FROM used_jwt") != n_claims)
                (void)snprintf(round->wrong, sizeof(round->wrong), "a used JWT alone");
}

static void round_check(struct round *round)
{
        struct scenario *scenarios = &round->scenarios[0][0];

        if (round_open(round) != ERR_OK) {
                (void)snprintf(round->wrong, sizeof(round->wrong), "it does not open");
                return;
        }
        for (size_t i = 0; i < THREADS * SCENARIOS; i++)
                scenario_check(round->world.store, &scenarios[i],
                               round->there[i / SCENARIOS][i % SCENARIOS]);
        round_count(round);
        round_threads(round, scenarios_try_again);
        for (size_t i = 0; i < THREADS * SCENARIOS && !*round->wrong; i++)
                if (*scenarios[i].wrong)
                        (void)snprintf(round->wrong, sizeof(round->wrong), "scenario %lld: %s",
                                       (long long)scenarios[i].number, scenarios[i].wrong);
        world_close(&round->world);
}

/* --- many rounds --- */

static void round_play(struct round *round, struct slice database)
{
        snapshot_put(&round->world, database);
        round_tell(round);
        round_check(round);
}

static uint64_t seed_first(void)
{
        const char *given = getenv("CRASH_SEED");

        return given ? strtoull(given, NULL, 10) : (uint64_t)(seconds_now() * 1e9);
}

/* Runs rounds with cuts everywhere in the scenarios until one loses something. Return: how many
 * did. */
static size_t rounds_play(enum crash_mode mode, bool disk_lies, bool is_new)
{
        struct world world CLEANUP(world_end) = world_new();
        struct slice database = snapshot_take(&world);
        double began = seconds_now();
        size_t n_played = 0, n_cut = 0, n_lost = 0;
        uint64_t seed = seed_first();

        if (is_new)
                database = SLICE("");
        while (n_lost == 0 && n_played < ROUNDS &&
               (n_played < FEWEST || seconds_now() - began < PATIENCE)) {
                struct round round = {.world = world, .mode = mode, .disk_lies = disk_lies};

                round.seed = seed;
                round.cut = 1 + round.seed % (is_new ? CHANGES_NEW : CHANGES);
                round_play(&round, database);
                (void)seed_next(&seed);
                n_played++;
                n_cut += round.was_cut;
                n_lost += *round.wrong != 0;
                if (*round.wrong && !disk_lies)
                        print_error("mode %d, cut %llu, seed %llu: %s\n", (int)mode,
                                    (unsigned long long)round.cut, (unsigned long long)round.seed,
                                    round.wrong);
        }
        print_message("# %zu rounds, %zu of them cut, in %.1f s\n", n_played, n_cut,
                      seconds_now() - began);
        CHECK(disk_lies || n_cut > 0);
        return n_lost;
}

TEST(nothing_answered_is_lost_when_the_unsynced_is)
{
        CHECK_INT(rounds_play(CRASH_DROP, false, false), 0);
}

TEST(nothing_answered_is_lost_when_writes_tear)
{
        CHECK_INT(rounds_play(CRASH_TEAR, false, false), 0);
}

TEST(nothing_answered_is_lost_when_writes_arrive_in_any_order)
{
        CHECK_INT(rounds_play(CRASH_REORDER, false, false), 0);
}

TEST(a_power_cut_at_the_first_start_leaves_a_database_that_opens)
{
        CHECK_INT(rounds_play(CRASH_REORDER, false, true), 0);
}

/* Shows that the tests above can fail: the same on a disk that lies. */
TEST(a_disk_that_lies_about_syncs_is_found_out)
{
        CHECK(rounds_play(CRASH_DROP, true, false) > 0);
        CHECK(rounds_play(CRASH_REORDER, true, false) > 0);
}
