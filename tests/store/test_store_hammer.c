/* SPDX-License-Identifier: Apache-2.0
 *
 * Several processes write to one database at once, with rollbacks, transactions larger than the
 * cache, a disk that is full at times, and kill -9. HAMMER_SECONDS says for how long (`make soak`:
 * an hour); HAMMER_SEED repeats the run of a printed seed, as far as processes are repeatable.
 */
#include <signal.h>
#include <sys/wait.h>

#include "crash_disk.h"
#include "fixture.h"
#include "hammer.h"

enum {
        PROCESSES = 3,
        SECONDS = 8,
        LIFE = 2,       /* seconds that a database is written to before it is checked */
        BREAK_MS = 120, /* at most, between two blows */
};

static uint64_t number_given(const char *name, uint64_t otherwise)
{
        const char *given = getenv(name);

        return given ? strtoull(given, NULL, 10) : otherwise;
}

static void pause_ms(uint64_t ms)
{
        (void)usleep((useconds_t)(ms * 1000));
}

/* Replaces a process that ended by itself, or kills one and replaces it. */
static void blow(struct hammer *hammer, pid_t *pid, uint64_t *seed)
{
        bool kills = seed_next(seed) % 2 == 0;

        if (kills)
                CHECK_INT(kill(*pid, SIGKILL), 0);
        if (waitpid(*pid, NULL, kills ? 0 : WNOHANG) == *pid)
                *pid = hammer_start(hammer, seed_next(seed));
        CHECK(*pid > 0);
}

static void processes_run(struct hammer *hammer, uint64_t *seed)
{
        double end = seconds_now() + LIFE;
        pid_t pids[PROCESSES];

        for (size_t i = 0; i < PROCESSES; i++) {
                pids[i] = hammer_start(hammer, seed_next(seed));
                CHECK(pids[i] > 0);
        }
        while (seconds_now() < end) {
                pause_ms(seed_next(seed) % BREAK_MS);
                blow(hammer, &pids[seed_next(seed) % PROCESSES], seed);
        }
        hammer_stop(hammer);
        for (size_t i = 0; i < PROCESSES; i++)
                CHECK_INT(waitpid(pids[i], NULL, 0), pids[i]);
}

static void database_hammer(uint64_t *seed, struct hammer_counts *counts)
{
        struct world world CLEANUP(world_end) = world_new();
        struct hammer *hammer = hammer_new(world.url);
        uint64_t began = *seed;
        char path[128], why[512];

        CHECK(hammer != NULL);
        world_close(&world);
        (void)snprintf(path, sizeof(path), "%s/db", world.folder);
        CHECK(hammer_prepare(path));
        processes_run(hammer, seed);
        if (!hammer_judge(hammer, path, why, sizeof(why), counts))
                fail_msg("HAMMER_SEED=%llu: %s", (unsigned long long)began, why);
        hammer_free(hammer);
}

TEST(what_several_processes_write_to_one_database_is_there_and_nothing_else)
{
        double began = seconds_now();
        uint64_t seed = number_given("HAMMER_SEED", (uint64_t)(began * 1e9));
        uint64_t seconds = number_given("HAMMER_SECONDS", SECONDS);
        struct hammer_counts counts = {0};

        do
                database_hammer(&seed, &counts);
        while (seconds_now() - began < (double)seconds);
        print_message("# %llu done, %llu refused, %llu rolled back, %llu unknown\n",
                      (unsigned long long)counts.n_done, (unsigned long long)counts.n_refused,
                      (unsigned long long)counts.n_rolled_back,
                      (unsigned long long)counts.n_unknown);
        CHECK(counts.n_done > 0);
        CHECK(counts.n_rolled_back > 0);
}
