/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations of several threads in one transaction, and a fault in the middle of it: no operation
 * returns before the commit, none suffers unnecessarily from another's fault, and each outcome is
 * true.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "awaited.h"
#include "crash_vfs.h"
#include "fault_driver.h"
#include "sample.h"
#include "snapshot.h"
#include "store/sql.h"

enum { OPERATIONS = 4, GATHER = 2 /* ms, for threads to queue */ };

/* --- four operations, by four threads --- */

struct caller_thread {
        pthread_t thread;
        struct world *world;
        size_t number;
        struct request code; /* request 30, approved */
        atomic_bool is_answered;
        enum err outcome;
};

static enum err call(struct caller_thread *caller, struct arena *arena)
{
        struct store *store = caller->world->store;
        struct session session = session_of(41);
        struct identity identity = identity_of(&session.account);
        struct project project = project_of(11, 1);
        struct request request = request_of(34);
        struct claim claim = claim_of(&caller->code, 7);
        struct awaited awaited = awaited_new();
        struct grant grant;

        switch (caller->number) {
        case 0:
                return store_session_insert(OP_ON(store, arena),
                                            &(struct new_session){&session, &identity}, &audit);
        case 1:
                return store_project_insert(OP_ON(store, arena), &project, &audit);
        case 2:
                return store_request_insert(OP_ON(store, arena), &request, &audit, &request.no);
        default:
                store_code_claim_then(STORE_OP(store, arena, NULL, after(2)), &claim, &audit,
                                      &grant, awaited_completion(&awaited));
                return awaited_end(&awaited);
        }
}

static void *call_in_thread(void *argument)
{
        struct caller_thread *caller = argument;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        caller->outcome = call(caller, &arena);
        atomic_store(&caller->is_answered, true);
        return NULL;
}

static const char *const traces[OPERATIONS] = {
        "SELECT COUNT(*) FROM session",
        "SELECT COUNT(*) - 1 FROM project",
        "SELECT COUNT(*) - 1 FROM request",
        "SELECT COUNT(*) FROM access_grant",
};

static void pause_ms(long milliseconds)
{
        (void)nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

/* --- a batch --- */

struct batch {
        struct world world;
        struct slice database;
        struct request code;
        struct caller_thread callers[OPERATIONS];
        struct caller_thread first; /* whose commit is held until the others have queued */
        int64_t n_audits;
};

static struct batch batch_new(void)
{
        struct batch batch;

        crash_vfs_arm(0); /* the power stays on, and syncs cost no time */
        batch = (struct batch){.world = world_with_client()};
        batch.code = code_new(&batch.world, 30);
        batch.database = snapshot_take(&batch.world);
        batch.n_audits = snapshot_number(&batch.world, "SELECT COUNT(*) FROM audit");
        return batch;
}

static void batch_end(struct batch *batch)
{
        world_end(&batch->world);
}

static void *hold_first(void *argument)
{
        struct caller_thread *caller = argument;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct store *store = caller->world->store;
        struct digest nobody = digest_of(1);

        caller->outcome = store_session_seen(OP_ON(store, &arena), &nobody);
        return NULL;
}

static void batch_begin(struct batch *batch)
{
        world_close(&batch->world);
        snapshot_put(&batch->world, batch->database);
        fault_open(&batch->world);
}

/* The writer is busy with a commit, and the operations wait behind it. */
static void batch_queue(struct batch *batch)
{
        fault_hold();
        batch->first = (struct caller_thread){.world = &batch->world};
        CHECK_INT(pthread_create(&batch->first.thread, NULL, hold_first, &batch->first), 0);
        fault_wait();
        for (size_t i = 0; i < OPERATIONS; i++) {
                struct caller_thread *caller = &batch->callers[i];

                *caller = (struct caller_thread){
                        .world = &batch->world, .number = i, .code = batch->code};
                CHECK_INT(pthread_create(&caller->thread, NULL, call_in_thread, caller), 0);
        }
        pause_ms(GATHER);
}

static void batch_join(struct batch *batch)
{
        CHECK_INT(pthread_join(batch->first.thread, NULL), 0);
        for (size_t i = 0; i < OPERATIONS; i++)
                CHECK_INT(pthread_join(batch->callers[i].thread, NULL), 0);
}

static size_t batch_count(const struct batch *batch, enum err outcome)
{
        size_t n = 0;

        for (size_t i = 0; i < OPERATIONS; i++)
                n += batch->callers[i].outcome == outcome;
        return n;
}

/* Each outcome is true: done and there, or not done and not there. */
static void batch_check_true(struct batch *batch, struct fault fault)
{
        int64_t n_there = 0;

        for (size_t i = 0; i < OPERATIONS; i++) {
                enum err outcome = batch->callers[i].outcome;
                bool there = snapshot_number(&batch->world, traces[i]) == 1;

                CHECK(outcome == ERR_OK || outcome == ERR_STORE_UNAVAILABLE ||
                      outcome == ERR_COMMIT_UNKNOWN);
                CHECK_INT(there, outcome == ERR_OK ||
                                         (outcome == ERR_COMMIT_UNKNOWN && fault.commits_unknown));
                n_there += there;
        }
        CHECK_INT(snapshot_number(&batch->world, "SELECT COUNT(*) FROM audit"),
                  batch->n_audits + n_there);
}

/* --- faults --- */

/* Return: whether the fault occurred. */
static bool batch_try(struct batch *batch, struct fault fault, size_t *n_full)
{
        enum fault_place place;
        size_t n_refused, n_lost;

        batch_begin(batch);
        batch_queue(batch);
        fault_set(fault);
        fault_release();
        batch_join(batch);
        *n_full += fault_n_batch() == OPERATIONS;
        place = fault_clear();
        batch_check_true(batch, fault);
        n_refused = batch_count(batch, ERR_STORE_UNAVAILABLE);
        n_lost = batch_count(batch, ERR_COMMIT_UNKNOWN);
        CHECK_ERR(batch->first.outcome, ERR_OK);
        CHECK_INT(store_is_sound(batch->world.store), n_lost == 0);
        if (place == FAULT_NOWHERE)
                CHECK_INT(n_refused + n_lost, 0);
        if (place == FAULT_IN_COMMIT && fault_stays_unknown(fault.kind))
                CHECK(n_lost > 0);
        else
                CHECK_INT(n_lost, 0);
        /* Expired ones are retried. */
        if (n_lost == 0 && !fault.lasts && fault.kind != FAULT_GONE)
                CHECK_INT(n_refused, 0);
        return place != FAULT_NOWHERE;
}

static void faults_try(enum fault_kind kind)
{
        struct batch batch CLEANUP(batch_end) = batch_new();
        const struct sample sample = sample_new();
        size_t n_full = 0, n = 0;

        for (int variant = 0; variant < 4; variant++) {
                struct fault fault = {
                        .kind = kind, .at = sample_first(&sample), .lasts = variant & 1};

                fault.commits_unknown = (variant & 2) != 0;
                if (fault.commits_unknown && !fault_is_unknown(kind))
                        continue;
                for (; batch_try(&batch, fault, &n_full); n++)
                        fault.at += sample_step(&sample);
        }
        print_message("# %zu faults, %zu batches of all %d operations\n", n, n_full, OPERATIONS);
        CHECK(n_full > 0 || !sample.is_all);
}

TEST(a_full_disk_in_a_batch)
{
        faults_try(FAULT_FULL);
}

TEST(a_failing_disk_in_a_batch)
{
        faults_try(FAULT_IO);
}

TEST(want_of_memory_in_a_batch)
{
        faults_try(FAULT_MEMORY);
}

TEST(a_busy_database_in_a_batch)
{
        faults_try(FAULT_BUSY);
}

TEST(a_lost_connection_in_a_batch)
{
        faults_try(FAULT_GONE);
}

/* --- when operations return --- */

TEST(nobody_is_answered_before_the_commit)
{
        struct batch batch CLEANUP(batch_end) = batch_new();

        for (size_t i = 0; i < OPERATIONS; i++) {
                struct caller_thread *caller = &batch.callers[i];

                batch_begin(&batch);
                *caller = (struct caller_thread){
                        .world = &batch.world, .number = i, .code = batch.code};
                fault_hold();
                CHECK_INT(pthread_create(&caller->thread, NULL, call_in_thread, caller), 0);
                fault_wait();
                pause_ms(5);
                CHECK(!atomic_load(&caller->is_answered));
                CHECK_INT(snapshot_number(&batch.world, traces[i]), 0);
                fault_release();
                CHECK_INT(pthread_join(caller->thread, NULL), 0);
                CHECK_ERR(caller->outcome, ERR_OK);
                CHECK_INT(snapshot_number(&batch.world, traces[i]), 1);
        }
}

/* Writes, then fails itself. */
static enum err fails(struct sql *sql, const void *in, void *ret)
{
        (void)in;
        (void)ret;
        TRY(sql_audit(sql, &audit, ERR_OK));
        return ERR_INTERNAL;
}

static void *fail_in_thread(void *argument)
{
        struct caller_thread *caller = argument;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        caller->outcome = sql_write(
                &(struct sql_work){.op = OP_ON(caller->world->store, &arena), .body = fails});
        return NULL;
}

TEST(an_operation_that_fails_each_time_is_undone_alone)
{
        struct batch batch CLEANUP(batch_end) = batch_new();
        struct caller_thread failing = {.world = &batch.world};

        batch_begin(&batch);
        fault_set((struct fault){0});
        batch_queue(&batch);
        CHECK_INT(pthread_create(&failing.thread, NULL, fail_in_thread, &failing), 0);
        pause_ms(GATHER);
        fault_release();
        batch_join(&batch);
        CHECK_INT(pthread_join(failing.thread, NULL), 0);
        CHECK_ERR(failing.outcome, ERR_INTERNAL);
        CHECK_INT(batch_count(&batch, ERR_OK), OPERATIONS);
        batch_check_true(&batch, (struct fault){0});
}

TEST(what_waits_behind_an_unknown_commit_is_not_run)
{
        struct batch batch CLEANUP(batch_end) = batch_new();
        enum { COMMIT = 3 }; /* begin, run, commit */

        batch_begin(&batch);
        if (!fault_stays_unknown(FAULT_IO))
                return; /* this database tells how it ended: a_failing_disk_in_a_batch */
        fault_set((struct fault){.kind = FAULT_IO, .at = COMMIT});
        batch_queue(&batch);
        fault_release();
        batch_join(&batch);
        CHECK_INT(fault_n_calls(), COMMIT);
        CHECK_INT(fault_clear(), FAULT_IN_COMMIT);
        CHECK_ERR(batch.first.outcome, ERR_COMMIT_UNKNOWN);
        CHECK_INT(batch_count(&batch, ERR_STORE_UNAVAILABLE), OPERATIONS);
        batch_check_true(&batch, (struct fault){0});
}

/* --- operations without a waiting thread --- */

enum { SUBMITTED = 3 };

TEST(operations_that_nobody_waits_for_are_written_too)
{
        struct batch batch CLEANUP(batch_end) = batch_new();
        struct awaited awaited[SUBMITTED];
        struct op ops[SUBMITTED]; /* each is needed until it has ended */
        struct store *store;

        batch_begin(&batch);
        store = batch.world.store;
        fault_hold();
        batch.first = (struct caller_thread){.world = &batch.world};
        CHECK_INT(pthread_create(&batch.first.thread, NULL, hold_first, &batch.first), 0);
        fault_wait();
        for (size_t i = 0; i < SUBMITTED; i++) {
                awaited[i] = awaited_new();
                ops[i] = *OP_ON(store, &batch.world.arena);
                store_audit_write_then(&ops[i], &audit, awaited_completion(&awaited[i]));
        }
        CHECK_INT(snapshot_number(&batch.world, "SELECT COUNT(*) FROM audit"), batch.n_audits);
        fault_release();
        for (size_t i = 0; i < SUBMITTED; i++)
                CHECK_ERR(awaited_end(&awaited[i]), ERR_OK);
        CHECK_INT(pthread_join(batch.first.thread, NULL), 0);
        CHECK_INT(snapshot_number(&batch.world, "SELECT COUNT(*) FROM audit"),
                  batch.n_audits + SUBMITTED);
}
