/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims of many threads, beside other transactions, and a commit in the middle of which the
 * connection is lost.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "awaited.h"
#include "together.h"

/* --- through the queue --- */

enum { CODES = 40, ATTEMPTS = 4 };

struct attempt {
        struct claim claim;
        struct grant grant;
        struct arena arena;
        struct op op;
        struct awaited awaited;
};

TEST(of_many_attempts_at_once_one_for_each_code_wins)
{
        struct world world CLEANUP(world_end) = world_with_client();
        const struct ports ports = {.store = world.store};
        struct attempt *attempts = arena_array(&world.values, CODES * ATTEMPTS, struct attempt);
        size_t n_won = 0;

        for (size_t i = 0; i < CODES; i++) {
                struct request code = code_new(&world, 100 + (int64_t)i);

                for (size_t j = 0; j < ATTEMPTS; j++)
                        attempts[j * CODES + i].claim =
                                claim_of(&code, (int64_t)(j * CODES + i + 1000));
        }
        for (size_t i = 0; i < CODES * ATTEMPTS; i++) {
                struct attempt *attempt = &attempts[i];

                attempt->arena = (struct arena)ARENA_INIT(1 << 16);
                attempt->op = store_op(&ports, &attempt->arena, NULL, after(2));
                attempt->awaited = awaited_new();
                store_code_claim_then(&attempt->op, &attempt->claim, &audit, &attempt->grant,
                                      awaited_completion(&attempt->awaited));
        }
        for (size_t i = 0; i < CODES * ATTEMPTS; i++) {
                enum err outcome = awaited_end(&attempts[i].awaited);

                CHECK(outcome == ERR_OK || outcome == ERR_CODE_USED);
                n_won += outcome == ERR_OK;
                arena_deinit(&attempts[i].arena);
        }
        CHECK_INT(n_won, CODES);
        CHECK_INT(n_grants(&world), CODES);
}

/* --- beside other transactions --- */

static void pause_ms(long milliseconds)
{
        (void)nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

struct caller_thread {
        struct world *world;
        struct claim claim;
        enum err (*call)(struct caller_thread *, struct arena *);
        atomic_bool is_answered;
        pthread_t thread;
};

static enum err call_claim(struct caller_thread *caller, struct arena *arena)
{
        struct grant grant;

        return store_code_claim(STORE_OP(caller->world->store, arena, NULL, after(2)),
                                &caller->claim, &audit, &grant);
}

static enum err call_audit(struct caller_thread *caller, struct arena *arena)
{
        struct awaited awaited = awaited_new();

        store_audit_write_then(OP_ON(caller->world->store, arena), &audit,
                               awaited_completion(&awaited));
        return awaited_end(&awaited);
}

static void *caller_main(void *argument)
{
        struct caller_thread *caller = argument;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        CHECK_OK(caller->call(caller, &arena));
        atomic_store(&caller->is_answered, true);
        return NULL;
}

/* Whether the call waits until the transaction that `begin` opens has ended. */
static bool waits_for(struct together *together, const char *begin, struct caller_thread *caller)
{
        const struct sql_driver *driver = together->location.driver;
        bool waited;

        if (!together->connection)
                CHECK_OK(driver->open(&together->location, false, &together->connection));
        CHECK_OK(driver->script(together->connection, begin));
        CHECK_INT(pthread_create(&caller->thread, NULL, caller_main, caller), 0);
        for (int i = 0; i < 50 && !atomic_load(&caller->is_answered); i++)
                pause_ms(10);
        waited = !atomic_load(&caller->is_answered);
        CHECK_OK(driver->script(together->connection, "ROLLBACK"));
        CHECK_INT(pthread_join(caller->thread, NULL), 0);
        return waited;
}

TEST(claims_overlap_and_other_writes_are_alone)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = code_new(&world, 30), second = code_new(&world, 31);
        TOGETHER(together, world);
        static const char alone[] = "BEGIN; LOCK TABLE turn IN EXCLUSIVE MODE";
        static const char shared[] = "BEGIN; LOCK TABLE turn IN SHARE MODE";

        if (!overlaps(&together))
                return; /* SQLite has one writer: test_store_batch.c */
        CHECK(!waits_for(&together, shared,
                         &(struct caller_thread){.world = &world,
                                                 .claim = claim_of(&first, 7),
                                                 .call = call_claim}));
        CHECK(waits_for(&together, shared,
                        &(struct caller_thread){.world = &world, .call = call_audit}));
        CHECK(waits_for(&together, alone,
                        &(struct caller_thread){.world = &world,
                                                .claim = claim_of(&second, 8),
                                                .call = call_claim}));
        CHECK_INT(n_grants(&world), 2);
}

/* --- a commit in doubt --- */

static const struct sql_driver *under;
static bool commits;

/* The connection is lost during the commit, after or before it is done. The lost transaction has a
 * number of its own either way. */
static enum sql_commit run_in_doubt(struct sql_connection *connection, enum statement statement,
                                    const struct sql_set *set, struct arena *arena,
                                    struct sql_rows *ret)
{
        struct arena unread CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        if (statement != STATEMENT_CODES_CLAIM)
                return under->run_overlapping(connection, statement, set, arena, ret);
        if (commits) {
                CHECK_INT(under->run_overlapping(connection, statement, set, &unread, ret),
                          SQL_COMMITTED);
                return SQL_COMMIT_UNKNOWN;
        }
        CHECK_OK(under->begin(connection)); /* which is a number that nothing was committed by */
        under->roll_back(connection);
        return SQL_COMMIT_UNKNOWN;
}

static void doubt(struct together *together, bool is_committed)
{
        static struct sql_driver driver;

        under = together->location.driver;
        commits = is_committed;
        driver = *under;
        driver.run_overlapping = run_in_doubt;
        together->location.driver = &driver;
}

TEST(after_a_commit_in_doubt_each_claim_finds_what_it_has_got)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = code_new(&world, 30), second = code_new(&world, 31);
        TOGETHER(together, world);
        int64_t n_before = n_audits(&together);

        if (!overlaps(&together))
                return; /* SQLite cannot tell: test_store_sync.c */
        doubt(&together, true);
        (void)add(&together, &first, 7);
        (void)add(&together, &second, 8);
        (void)add(&together, &first, 9);
        run(&together, 2);
        CHECK_ID(together.grants[0].id, 5007);
        CHECK_TEXT(together.grants[1].scope, "read bucket:photos");
        CHECK_ERR(together.outcomes[2], ERR_CODE_USED);
        CHECK_INT(n_audits(&together), n_before + 3); /* two, and a refusal */
}

TEST(a_commit_that_was_lost_has_claimed_nothing_and_never_will)
{
        WORLD_WITH_CODE(world, code);
        TOGETHER(together, world);
        static const char mark[] =
                "INSERT INTO writer (id, batch, at) SELECT id, batch, at FROM writer WHERE is_lost";

        if (!overlaps(&together))
                return;
        doubt(&together, false);
        (void)add(&together, &code, 7);
        run(&together, 0);
        CHECK_ERR(together.outcomes[0], ERR_OK);
        CHECK_INT(n_grants(&world), 1);
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM writer WHERE is_lost"), 1);
        CHECK_ERR(under->script(together.connection, mark), ERR_CONFLICT);
}
