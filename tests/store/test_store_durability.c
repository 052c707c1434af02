/* SPDX-License-Identifier: Apache-2.0
 *
 * Acknowledged writes survive whatever happens next; and of many threads one wins.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "fixture.h"

enum { THREADS = 16, ROUNDS = 20 };

TEST(what_was_answered_is_there_after_a_restart)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30), found;
        struct claim claim = claim_of(&code, 7);
        struct grant grant;
        struct slice value;

        CHECK_OK(STORE(&world, meta_put, &(struct named_value){"key", SLICE("value")}, &value));
        CHECK_OK(CLAIM(&world, &claim, &grant));
        world_close(&world);
        world_open(&world);
        CHECK_OK(STORE(&world, meta_get, "key", &value));
        CHECK_TEXT(value, "value");
        CHECK_OK(STORE(&world, code_find, &code.no, &found));
        CHECK_INT(found.status, REQUEST_USED);
        CHECK_INT(grants_now(&world, 10).n, 1);
}

TEST(an_attempt_is_repeated_over_a_restart)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30);
        struct claim claim = claim_of(&code, 7), other = claim_of(&code, 8);
        struct grant first, again;

        CHECK_OK(CLAIM(&world, &claim, &first));
        world_close(&world);
        world_open(&world);
        CHECK_OK(CLAIM(&world, &claim, &again));
        CHECK(uuid_equal(&first.id, &again.id));
        CHECK_ERR(CLAIM(&world, &other, &again), ERR_CODE_USED);
}

TEST(what_was_answered_outlives_a_killed_process)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct slice value;
        int status;
        pid_t child;

        world_close(&world);
        child = fork();
        if (child == 0) {
                world_open(&world);
                if (STORE(&world, meta_put, &(struct named_value){"key", SLICE("value")}, &value) !=
                    ERR_OK)
                        _exit(1);
                (void)kill(getpid(), SIGKILL);
        }
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        world_open(&world);
        CHECK_OK(STORE(&world, meta_get, "key", &value));
        CHECK_TEXT(value, "value");
}

/* --- SQLite's log --- */

enum { LOG_MOST = 16 << 20 };

static int64_t log_size(const struct world *world)
{
        struct stat status = {0};
        char path[160];

        (void)snprintf(path, sizeof(path), "%s-wal", world->url + strlen("sqlite:"));
        CHECK_INT(stat(path, &status), 0);
        return status.st_size;
}

static void value_put(struct world *world, int64_t i)
{
        struct slice value;
        char name[32];

        (void)snprintf(name, sizeof(name), "key%lld", (long long)i);
        CHECK_OK(STORE(world, meta_put, &(struct named_value){name, SLICE("value")}, &value));
}

/* While somebody reads, the log only grows. */
static void log_grow(const struct world *world)
{
        const char *path = world->url + strlen("sqlite:");
        sqlite3 *reader = NULL, *writer = NULL;

        CHECK_INT(sqlite3_open(path, &reader), SQLITE_OK);
        CHECK_INT(sqlite3_open(path, &writer), SQLITE_OK);
        CHECK_INT(sqlite3_exec(reader, "BEGIN; SELECT COUNT(*) FROM meta", NULL, NULL, NULL),
                  SQLITE_OK);
        CHECK_INT(sqlite3_exec(writer,
                               "CREATE TABLE large (value);"
                               "INSERT INTO large VALUES (zeroblob(24 << 20)); DROP TABLE large",
                               NULL, NULL, NULL),
                  SQLITE_OK);
        CHECK(log_size(world) > LOG_MOST);
        CHECK_INT(sqlite3_close(writer), SQLITE_OK);
        CHECK_INT(sqlite3_close(reader), SQLITE_OK);
}

TEST(a_log_that_has_grown_is_cut_again)
{
        struct world world CLEANUP(world_end) = world_in_file();

        value_put(&world, 0);
        log_grow(&world);
        for (int64_t i = 1; i < 10 || (i < 2000 && log_size(&world) > LOG_MOST); i++)
                value_put(&world, i);
        CHECK(log_size(&world) <= LOG_MOST);
}

/* --- threads --- */

struct racer {
        pthread_t thread;
        struct store *store;
        struct claim claim;
        enum err outcome;
        struct grant grant;
};

static void *race_one(void *argument)
{
        struct racer *racer = argument;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        racer->outcome = store_code_claim(STORE_OP(racer->store, &arena, NULL, after(2)),
                                          &racer->claim, &audit, &racer->grant);
        return NULL;
}

static void race(struct racer *racers)
{
        for (size_t i = 0; i < THREADS; i++)
                CHECK_INT(pthread_create(&racers[i].thread, NULL, race_one, &racers[i]), 0);
        for (size_t i = 0; i < THREADS; i++)
                CHECK_INT(pthread_join(racers[i].thread, NULL), 0);
}

TEST(of_many_attempts_at_once_one_claims_the_code)
{
        struct world world CLEANUP(world_end) = world_with_client();

        for (int64_t round = 0; round < ROUNDS; round++) {
                struct request code = code_new(&world, 100 + round);
                struct racer racers[THREADS];
                size_t n_winners = 0;

                for (size_t i = 0; i < THREADS; i++)
                        racers[i] = (struct racer){
                                .store = world.store,
                                .claim = claim_of(&code, 1000 + round * THREADS + (int64_t)i)};
                race(racers);
                for (size_t i = 0; i < THREADS; i++) {
                        n_winners += racers[i].outcome == ERR_OK;
                        CHECK(racers[i].outcome == ERR_OK || racers[i].outcome == ERR_CODE_USED);
                }
                CHECK_INT(n_winners, 1);
        }
}

TEST(one_attempt_sent_many_times_at_once_gives_one_grant)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30);
        struct racer racers[THREADS];

        for (size_t i = 0; i < THREADS; i++) {
                racers[i] = (struct racer){.store = world.store, .claim = claim_of(&code, 7)};
                racers[i].claim.grant_id = id_of(6000 + (int64_t)i);
        }
        race(racers);
        for (size_t i = 0; i < THREADS; i++) {
                CHECK_ERR(racers[i].outcome, ERR_OK);
                CHECK(uuid_equal(&racers[i].grant.id, &racers[0].grant.id));
        }
}

TEST(of_many_codes_with_one_jwt_at_once_one_is_claimed)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct racer racers[THREADS];
        size_t n_winners = 0;

        for (size_t i = 0; i < THREADS; i++) {
                struct request code = code_new(&world, 100 + (int64_t)i);

                racers[i] = (struct racer){.store = world.store,
                                           .claim = claim_of(&code, 7 + (int64_t)i)};
                racers[i].claim.jwt = digest_of(7);
        }
        race(racers);
        for (size_t i = 0; i < THREADS; i++) {
                n_winners += racers[i].outcome == ERR_OK;
                CHECK(racers[i].outcome == ERR_OK || racers[i].outcome == ERR_JWT_REUSED);
        }
        CHECK_INT(n_winners, 1);
}

TEST(a_refusal_takes_nothing_from_those_it_is_committed_with)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct racer racers[THREADS];

        for (size_t i = 0; i < THREADS; i++) {
                struct request code = code_new(&world, 100 + (int64_t)i);

                racers[i] = (struct racer){.store = world.store,
                                           .claim = claim_of(&code, 7 + (int64_t)i)};
                if (i % 2)
                        racers[i].claim.redirect_uri = SLICE("https://other.example/");
        }
        race(racers);
        for (size_t i = 0; i < THREADS; i++)
                CHECK_ERR(racers[i].outcome, i % 2 ? ERR_REDIRECT_URI_DIFFERS : ERR_OK);
}

static void *read_many(void *argument)
{
        struct racer *racer = argument;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(16 << 20);

        for (size_t i = 0; i < ROUNDS && racer->outcome == ERR_OK; i++) {
                struct request found;

                racer->outcome = store_code_find(OP_ON(racer->store, &arena),
                                                 &racer->claim.authorization_no, &found);
        }
        return NULL;
}

TEST(reading_goes_on_while_others_write)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30);
        struct racer readers[THREADS];

        for (size_t i = 0; i < THREADS; i++) {
                readers[i] = (struct racer){.store = world.store, .claim = claim_of(&code, 7)};
                CHECK_INT(pthread_create(&readers[i].thread, NULL, read_many, &readers[i]), 0);
        }
        for (int64_t i = 0; i < ROUNDS; i++)
                code_new(&world, 100 + i);
        for (size_t i = 0; i < THREADS; i++) {
                CHECK_INT(pthread_join(readers[i].thread, NULL), 0);
                CHECK_ERR(readers[i].outcome, ERR_OK);
        }
        CHECK(store_is_sound(world.store));
}
