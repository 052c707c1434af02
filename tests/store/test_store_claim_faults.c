/* SPDX-License-Identifier: Apache-2.0
 *
 * A set of claims with a fault in each of its calls of libpq in turn: each claim ends as it would
 * have without, once, and none is lost because another one's connection was.
 *
 * On SQLite claims do not overlap: test_store_faults.c has those.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/monotonic.h"
#include "fault_libpq.h"
#include "together.h"

enum { GOOD = 3, FIRST_CODE = 100, JUST_A_MOMENT = 4500 /* ms */ };

/* --- a set --- */

struct trial {
        struct world *world;
        struct together *together;
        int64_t number; /* of the next code and attempt */
        size_t n_tried;
        unsigned calls, begin_call, statement_call, sync_call; /* of the last set */
};

static void claims_add(struct trial *trial)
{
        trial->together->n = 0;
        for (int i = 0; i <= GOOD; i++, trial->number++) {
                struct request code = code_new(trial->world, trial->number);
                struct claim *claim = add(trial->together, &code, trial->number);

                if (i == GOOD)
                        claim->redirect_uri = SLICE("https://other.example/");
        }
}

static int64_t n_rows(struct trial *trial)
{
        return snapshot_number(trial->world, "SELECT (SELECT COUNT(*) FROM access_grant) * 1000000 "
                                             "+ (SELECT COUNT(*) FROM audit) * 1000 "
                                             "+ (SELECT COUNT(*) FROM used_jwt)");
}

static void complain(const struct libpq_fault *fault, const char *what, const char *got)
{
        print_error("kind %d (%s) at %u, again %u: %s: %s\n", (int)fault->kind,
                    fault->state ? fault->state : "", fault->at, fault->again, what, got);
        fail();
}

/* Three grants, four rows in the audit trail, four used JWTs. */
static void outcomes_check(struct trial *trial, const struct libpq_fault *fault, int64_t before)
{
        const struct together *together = trial->together;

        for (size_t i = 0; i <= GOOD; i++) {
                enum err wanted = i < GOOD ? ERR_OK : ERR_REDIRECT_URI_DIFFERS;

                if (together->outcomes[i] != wanted)
                        complain(fault, "an outcome", error_info(together->outcomes[i])->name);
                if (i < GOOD && !uuid_equal(&together->grants[i].id, &together->claims[i].grant_id))
                        complain(fault, "a grant", "another one");
        }
        if (n_rows(trial) - before != GOOD * 1000000 + (GOOD + 1) * 1000 + GOOD + 1)
                complain(fault, "the rows", "not what three claims and a refusal leave");
}

/* Return: whether the fault occurred. */
static bool trial_try(struct trial *trial, struct libpq_fault fault)
{
        struct together *together = trial->together;
        int64_t before;
        bool occurred;

        claims_add(trial);
        before = n_rows(trial);
        libpq_fault_set(fault);
        set_run(together);
        trial->calls = libpq_n_calls();
        trial->begin_call = libpq_last_call("PQenterPipelineMode") + 1;
        trial->statement_call = libpq_last_call("PQsendQueryPrepared");
        trial->sync_call = libpq_last_call("PQpipelineSync");
        occurred = libpq_fault_clear();
        for (size_t i = 0; i < together->n; i++)
                if (together->outcomes[i] == ERR_NO_ROW)
                        together->outcomes[i] =
                                CLAIM(together->world, &together->claims[i], &together->grants[i]);
        outcomes_check(trial, &fault, before);
        arena_reset(&trial->world->arena);
        arena_reset(&trial->world->values);
        trial->n_tried += occurred;
        return occurred;
}

/* So that the next set finds a connection, and its statements prepared. */
static void warm_up(struct trial *trial)
{
        struct request code = code_new(trial->world, trial->number);

        trial->together->n = 0;
        (void)add(trial->together, &code, trial->number++);
        set_run(trial->together);
        if (trial->together->n_in_set == 0) /* the connection was lost at the end of the last one */
                set_run(trial->together);
        CHECK_INT(trial->together->n_in_set, 1);
}

/* Without a fault: how many calls a set makes is known then. */
static void calls_learn(struct trial *trial)
{
        (void)trial_try(trial, (struct libpq_fault){.at = 0});
        CHECK_INT(trial->together->n_in_set, GOOD);
}

#define TRIAL(name)                                                                                \
        struct world world CLEANUP(world_end) = world_with_client();                               \
        TOGETHER(together, world);                                                                 \
        struct trial name = {.world = &world, .together = &together, .number = FIRST_CODE};        \
        if (!overlaps(&together))                                                                  \
        return

static void each_call_try(struct trial *trial, struct libpq_fault fault)
{
        size_t n_before = trial->n_tried;
        unsigned n;

        warm_up(trial);
        calls_learn(trial);
        n = trial->calls;
        for (fault.at = 1; fault.at <= n; fault.at++) {
                warm_up(trial);
                (void)trial_try(trial, fault);
        }
        CHECK(trial->n_tried > n_before);
        warm_up(trial);
}

TEST(each_claim_ends_as_it_should_wherever_the_connection_is_lost)
{
        TRIAL(trial);

        each_call_try(&trial, (struct libpq_fault){.kind = LIBPQ_CUTS_BEFORE});
        each_call_try(&trial, (struct libpq_fault){.kind = LIBPQ_CUTS_AFTER});
        each_call_try(&trial, (struct libpq_fault){.kind = LIBPQ_ENDS});
        each_call_try(&trial, (struct libpq_fault){.kind = LIBPQ_REFUSES});
        print_message("# %zu faults\n", trial.n_tried);
}

/* Each of the statements, among them COMMIT. */
TEST(each_claim_ends_as_it_should_whichever_statement_the_server_refuses)
{
        static const char *const states[] = {"40001", "40P01", "25006", "57P03", "53300"};
        TRIAL(trial);

        for (size_t i = 0; i < ARRAY_SIZE(states); i++)
                each_call_try(&trial, (struct libpq_fault){LIBPQ_FAILS, .state = states[i]});
        CHECK(trial.n_tried >= 5 * ARRAY_SIZE(states));
}

/* A conflict with others is tried again, and if that goes on, each claim alone. */
TEST(a_set_that_conflicts_with_others_is_tried_again)
{
        struct libpq_fault fault = {LIBPQ_FAILS, .state = "40001"};
        TRIAL(trial);

        warm_up(&trial);
        calls_learn(&trial);
        fault.at = trial.statement_call;
        CHECK(trial_try(&trial, fault));
        CHECK_INT(together.n_in_set, GOOD);
        fault.lasts = true;
        CHECK(trial_try(&trial, fault));
        CHECK_INT(together.n_in_set, 0);
}

/* What comes behind would otherwise be a transaction of its own, without the lock. */
TEST(a_set_whose_transaction_does_not_begin_does_nothing)
{
        struct libpq_fault fault = {LIBPQ_FAILS, .state = "57014"};
        TRIAL(trial);

        warm_up(&trial);
        calls_learn(&trial);
        fault.at = trial.begin_call;
        CHECK(trial_try(&trial, fault));
        CHECK_INT(together.n_in_set, 0);
}

/* The server has committed it, and the response is lost: that is asked for. */
TEST(a_set_that_was_committed_unheard_is_found)
{
        TRIAL(trial);

        warm_up(&trial);
        calls_learn(&trial);
        CHECK(trial_try(&trial, (struct libpq_fault){LIBPQ_CUTS_LATE, .at = trial.sync_call}));
        CHECK_INT(together.n_in_set, GOOD);
}

/* Whoever asks loses the connection, too, at each of the calls that asking takes. */
TEST(a_connection_that_is_lost_again_while_asking_changes_nothing)
{
        TRIAL(trial);
        struct libpq_fault fault = {LIBPQ_CUTS_LATE, .again = 1};

        warm_up(&trial);
        calls_learn(&trial);
        fault.at = trial.sync_call;
        for (; trial_try(&trial, fault); fault.again++)
                warm_up(&trial);
        CHECK(trial.n_tried > 10);
}

/* As in a failover that ends all sessions several times. */
TEST(a_set_is_found_however_many_connections_are_lost_meanwhile)
{
        TRIAL(trial);
        struct libpq_fault fault = {LIBPQ_CUTS_LATE, .lasts = true, .most = 8};

        warm_up(&trial);
        calls_learn(&trial);
        fault.at = trial.sync_call;
        CHECK(trial_try(&trial, fault));
        CHECK_INT(together.n_in_set, GOOD);
        CHECK_INT(libpq_n_faults(), fault.most);
}

TEST(a_connection_that_cannot_be_made_leaves_each_claim_to_the_writer)
{
        TRIAL(trial);
        unsigned n;

        calls_learn(&trial);
        n = trial.calls;
        for (int kind = LIBPQ_REFUSES; kind <= LIBPQ_CUTS_AFTER; kind++)
                for (unsigned at = 1; at <= n; at += 5) {
                        together.location.driver->close(take(&together.connection));
                        (void)trial_try(&trial, (struct libpq_fault){.kind = kind, .at = at});
                }
        CHECK(trial.n_tried > 10);
}

/* --- through the queue --- */

struct queued {
        struct ports ports;
        struct arena arena;
        struct op op;
        struct claim claim;
        struct grant grant;
        enum err outcome;
        atomic_int n_told;
};

static void queued_tell(void *context, enum err outcome)
{
        struct queued *queued = context;

        queued->outcome = outcome;
        atomic_fetch_add(&queued->n_told, 1);
}

static void pause_ms(long milliseconds)
{
        (void)nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

static void queued_fill(struct trial *trial, struct queued *queued)
{
        struct request code = code_new(trial->world, trial->number);

        queued->ports.store = trial->world->store;
        queued->arena = (struct arena)ARENA_INIT(1 << 20);
        queued->op = store_op(&queued->ports, &queued->arena, NULL, after(2));
        queued->claim = claim_of(&code, trial->number++);
        queued->claim.sealed_tail = tail;
        atomic_init(&queued->n_told, 0);
}

static void queued_submit(struct queued *queued)
{
        store_code_claim_then(&queued->op, &queued->claim, &audit, &queued->grant,
                              (struct completion){queued_tell, queued});
}

static void queued_await(struct queued *queued)
{
        while (!atomic_load(&queued->n_told))
                pause_ms(1);
        CHECK_ERR(queued->outcome, ERR_OK);
        CHECK(uuid_equal(&queued->grant.id, &queued->claim.grant_id));
}

/* While the first claim stops before its first call, the others come, and go as one set; there is a
 * fault in its n-th call. Return: whether there was. */
static bool queue_try(struct trial *trial, unsigned calls, unsigned n)
{
        struct queued queued[1 + GOOD];
        int64_t before;
        bool occurred;

        for (size_t i = 0; i < ARRAY_SIZE(queued); i++)
                queued_fill(trial, &queued[i]);
        before = n_rows(trial);
        libpq_fault_set((struct libpq_fault){LIBPQ_STOPS, .at = 1, .again = calls - 1 + n});
        for (size_t i = 0; i < ARRAY_SIZE(queued); i++) {
                queued_submit(&queued[i]);
                if (i == 0)
                        libpq_wait_stopped();
        }
        libpq_release();
        for (size_t i = 0; i < ARRAY_SIZE(queued); i++)
                queued_await(&queued[i]);
        occurred = libpq_fault_clear();
        for (size_t i = 0; i < ARRAY_SIZE(queued); i++) {
                CHECK_INT(atomic_load(&queued[i].n_told), 1);
                arena_deinit(&queued[i].arena);
        }
        CHECK_INT(n_rows(trial) - before, (1 + GOOD) * 1001001);
        return occurred;
}

static void queue_warm_up(struct trial *trial)
{
        struct queued first;

        queued_fill(trial, &first);
        queued_submit(&first);
        queued_await(&first);
        arena_deinit(&first.arena);
}

TEST(a_lost_connection_tells_each_of_those_that_wait_once)
{
        TRIAL(trial);
        unsigned calls;

        warm_up(&trial);
        calls_learn(&trial);
        calls = trial.calls;
        for (unsigned n = 1; n <= calls; n += 3) {
                queue_warm_up(&trial);
                CHECK(queue_try(&trial, calls, n));
        }
}

/* --- a node that stops in the middle --- */

static void *set_main(void *together)
{
        set_run(together);
        return NULL;
}

static void lock_await(struct world *world)
{
        while (snapshot_number(world, "SELECT COUNT(*) FROM pg_locks WHERE mode = 'ShareLock' "
                                      "AND granted AND relation = 'turn'::regclass") == 0)
                pause_ms(5);
}

/* Its session has the lock by then, and what makes it wait is the rest of the message. The server
 * ends it after three seconds; otherwise nobody could write until it goes on. */
TEST(a_node_that_stops_before_its_statement_does_not_keep_the_lock)
{
        TRIAL(trial);
        pthread_t thread;
        int64_t began;
        bool is_in_time;
        enum err outcome;

        warm_up(&trial);
        calls_learn(&trial);
        claims_add(&trial);
        libpq_fault_set((struct libpq_fault){LIBPQ_STOPS, .at = trial.statement_call});
        CHECK_INT(pthread_create(&thread, NULL, set_main, &together), 0);
        libpq_wait_stopped();
        lock_await(&world);
        began = monotonic_now();
        outcome = STORE(&world, audit_write, &audit);
        is_in_time = monotonic_now() - began < JUST_A_MOMENT * MONOTONIC_MILLISECOND;
        libpq_release();
        CHECK_INT(pthread_join(thread, NULL), 0);
        CHECK(libpq_fault_clear());
        CHECK_OK(outcome);
        CHECK(is_in_time);
        for (size_t i = 0; i < GOOD; i++)
                CHECK_ERR(together.outcomes[i], ERR_NO_ROW); /* the writer's */
}
