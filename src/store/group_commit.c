/* SPDX-License-Identifier: Apache-2.0
 *
 * The queue of operations. Whoever finds nobody writing runs what waits at that moment, the own
 * operation among it, in one transaction; then the first of those who came meanwhile does the same.
 * So an operation that is alone runs where it was called. For a first one that nobody waits for,
 * one of two threads of our own writes; the other may still be telling the outcomes of its batch.
 *
 * Savepoints cost more than most operations, and hardly any operation fails; so a batch runs
 * without them first. An operation whose arena has failed has a fault whatever it says: what it
 * wrote may lack what did not fit. If an operation has a fault all is rolled back, and the batch
 * runs again with a savepoint for each, so that only the faulty one is undone. Operations can be
 * repeated without harm.
 *
 * SQLite may end a transaction by itself (disk full, I/O error, no memory) and goes on in
 * autocommit mode, where the next RELEASE would commit alone; so it is asked after every operation
 * whether the transaction still stands. If not, the batch is run once more, or all is refused.
 */
#include "store/group_commit.h"

#include <stdlib.h>

#include "base/lock.h"
#include "base/macros.h"
#include "base/metric.h"
#include "base/monotonic.h"
#include "base/wait.h"
#include "store/operations.h"
#include "store/revocation_log.h"
#include "store/revocations.h"

enum { SUBSTITUTES = 2 }; /* threads that write for those who do not wait */

struct waiting {
        struct waiting *next;
        struct sql_work work;
        enum err outcome;
        struct completion completion; /* called with the outcome; if none, somebody waits: */
        bool done;                    /* otherwise, once woken: it is this one's turn to write */
        sem_t wake;
};

struct group_commit {
        const struct sql_driver *driver;
        struct sql_connection *connection; /* of whoever writes */
        struct revocation_log log;         /* the same */
        pthread_mutex_t lock;
        pthread_cond_t idle;
        struct waiting *first, **last; /* under the lock, as the rest */
        bool writing;                  /* somebody writes, or was told to */
        bool stopping;
        bool broken; /* set by whoever writes, who may read it without the lock */
        sem_t turn;  /* of a substitute to write, or to end */
        pthread_t substitutes[SUBSTITUTES];
        unsigned n_substitutes;
};

enum protection { UNPROTECTED, WITH_SAVEPOINTS };

static struct sql sql_of(struct group_commit *group, const struct sql_work *work)
{
        return (struct sql){
                .driver = group->driver,
                .connection = group->connection,
                .log = &group->log,
                .arena = work->op->arena,
                .op = work->op,
                .audit = work->audit ? *work->audit : (struct audit_entry){0},
        };
}

/* The body, the mail that tells what was done, and the row in the audit trail. */
static enum err work_do(struct sql *sql, const struct sql_work *work)
{
        TRY(work->body(sql, work->in, work->ret));
        TRY(mail_notice_enter(sql, sql->audit_outcome == ERR_OK ? sql->audit.notice : NULL));
        return sql_audit(sql, &sql->audit, sql->audit_outcome);
}

/* With savepoints the log is written for each operation, so that a log that cannot be written
 * refuses only those that need it. */
static enum err verb_call(struct sql *sql, struct waiting *waiting, enum protection protection)
{
        enum err outcome = arena_failed_or(sql->arena, work_do(sql, &waiting->work));
        enum err written = ERR_OK;

        if (protection == WITH_SAVEPOINTS && !error_is_fault(outcome))
                written = log_write(sql);
        return written == ERR_OK ? outcome : written;
}

/* Return: false if the transaction is gone, or must be. */
static bool verb_run(struct group_commit *group, struct waiting *waiting,
                     enum protection protection)
{
        const struct sql_driver *driver = group->driver;
        struct sql sql = sql_of(group, &waiting->work);
        size_t n_lines = group->log.n;
        bool is_fault;

        if (protection == WITH_SAVEPOINTS &&
            driver->mark(group->connection, SQL_MARK_SET) != ERR_OK)
                return false;
        waiting->outcome = verb_call(&sql, waiting, protection);
        is_fault = error_is_fault(waiting->outcome);
        if (is_fault)
                revocation_log_cut(&group->log, n_lines);
        if (!driver->is_in_transaction(group->connection))
                return false;
        if (protection == UNPROTECTED)
                return !is_fault;
        return driver->mark(group->connection, is_fault ? SQL_MARK_ROLL_BACK : SQL_MARK_RELEASE) ==
               ERR_OK;
}

/* One transaction of the whole batch, whose lines for revocations.log go there together. */
static enum sql_commit batch_try(struct group_commit *group, struct waiting *batch,
                                 enum protection protection)
{
        struct sql sql = sql_of(group, &batch->work);

        revocation_log_cut(&group->log, 0);
        if (group->driver->begin(group->connection) != ERR_OK)
                return SQL_NOT_COMMITTED;
        for (struct waiting *at = batch; at; at = at->next)
                if (!verb_run(group, at, protection)) {
                        group->driver->roll_back(group->connection);
                        return SQL_NOT_COMMITTED;
                }
        if (log_write(&sql) != ERR_OK) {
                group->driver->roll_back(group->connection);
                return SQL_NOT_COMMITTED;
        }
        return group->driver->commit(group->connection);
}

static enum sql_commit batch_commit(struct group_commit *group, struct waiting *batch)
{
        const struct sql_driver *driver = group->driver;
        enum sql_commit result = SQL_NOT_COMMITTED;

        for (unsigned i = 0; i < driver->tries && result == SQL_NOT_COMMITTED; i++) {
                if (i > 0)
                        metric_count(METRIC_commit_retries_total, 0);
                result = batch_try(group, batch, i == 0 ? UNPROTECTED : WITH_SAVEPOINTS);
                if (result == SQL_COMMIT_UNKNOWN && driver->resolve)
                        result = driver->resolve(group->connection, monotonic_in(SQL_DOUBT));
        }
        return result;
}

static void batch_count(const struct waiting *batch)
{
        uint64_t n = 0;

        for (const struct waiting *at = batch; at; at = at->next)
                n++;
        metric_observe(METRIC_commit_batch_size, n);
}

/* What was waiting when a commit went wrong is not tried: nothing is known of the disk any more.
 * Its outcome is ERR_STORE_UNAVAILABLE from the start. */
static void batch_run(struct group_commit *group, struct waiting *batch)
{
        int64_t begun = monotonic_now();
        enum sql_commit result;

        if (group->broken || !batch)
                return;
        result = batch_commit(group, batch);
        metric_observe_since(METRIC_store_write_seconds, begun);
        if (result == SQL_COMMITTED) {
                batch_count(batch);
                return;
        }
        for (struct waiting *at = batch; at; at = at->next)
                at->outcome =
                        result == SQL_COMMIT_UNKNOWN ? ERR_COMMIT_UNKNOWN : ERR_STORE_UNAVAILABLE;
        if (result == SQL_COMMIT_UNKNOWN && !group->driver->resolve) {
                pthread_mutex_lock(&group->lock);
                group->broken = true;
                pthread_mutex_unlock(&group->lock);
        }
}

/* Under the lock: takes what waits, up to a batch. */
static struct waiting *batch_take(struct group_commit *group)
{
        struct waiting *batch = group->first, *at = batch;

        for (size_t n = 1; at && at->next && n < group->driver->batch; n++)
                at = at->next;
        if (!at)
                return NULL;
        group->first = at->next;
        if (!group->first)
                group->last = &group->first;
        at->next = NULL;
        return batch;
}

/* Hands the pen to the first who came meanwhile, if anybody did. */
static void writing_pass_on(struct group_commit *group)
{
        struct waiting *next;

        pthread_mutex_lock(&group->lock);
        next = group->first;
        group->writing = next != NULL;
        if (!next)
                pthread_cond_broadcast(&group->idle);
        pthread_mutex_unlock(&group->lock);
        if (next)
                (void)sem_post(next->completion.run ? &group->turn : &next->wake);
}

/* Tells the others of a batch. Each is gone as soon as it knows. */
static void batch_tell(struct waiting *batch, const struct waiting *own)
{
        while (batch) {
                struct waiting *at = batch;

                batch = at->next;
                if (at == own)
                        continue;
                if (at->completion.run) {
                        at->completion.run(at->completion.context, at->outcome);
                        continue;
                }
                at->done = true;
                (void)sem_post(&at->wake);
        }
}

/* Runs what waits; `own`, if it is among it, is the caller's. */
static void batch_write(struct group_commit *group, const struct waiting *own)
{
        struct waiting *batch;

        pthread_mutex_lock(&group->lock);
        batch = batch_take(group);
        pthread_mutex_unlock(&group->lock);
        batch_run(group, batch);
        writing_pass_on(group);
        batch_tell(batch, own);
}

/* A turn without anything to write is the end. */
static void *substitute_main(void *context)
{
        struct group_commit *group = context;
        bool writes = true;

        while (writes) {
                semaphore_wait(&group->turn);
                pthread_mutex_lock(&group->lock);
                writes = group->writing;
                pthread_mutex_unlock(&group->lock);
                if (writes)
                        batch_write(group, NULL);
        }
        return NULL;
}

static bool substitutes_start(struct group_commit *group)
{
        while (group->n_substitutes < SUBSTITUTES)
                if (pthread_create(&group->substitutes[group->n_substitutes], NULL, substitute_main,
                                   group) == 0)
                        group->n_substitutes++;
                else
                        return false;
        return true;
}

static void substitutes_end(struct group_commit *group)
{
        for (unsigned i = 0; i < group->n_substitutes; i++)
                (void)sem_post(&group->turn);
        for (unsigned i = 0; i < group->n_substitutes; i++)
                pthread_join(group->substitutes[i], NULL);
}

static void group_free(struct group_commit *group)
{
        substitutes_end(group);
        revocation_log_deinit(&group->log);
        (void)sem_destroy(&group->turn);
        pthread_mutex_destroy(&group->lock);
        pthread_cond_destroy(&group->idle);
        free(group);
}

enum err group_commit_start(const struct sql_driver *driver, struct sql_connection *connection,
                            struct group_commit **ret)
{
        struct group_commit *group = calloc(1, sizeof(*group));

        if (!group)
                return ERR_STORE_UNAVAILABLE;
        group->driver = driver;
        group->connection = connection;
        group->last = &group->first;
        lock_init(&group->lock);
        pthread_cond_init(&group->idle, NULL);
        (void)sem_init(&group->turn, 0, 0);
        if (!substitutes_start(group)) {
                group_free(group);
                return ERR_STORE_UNAVAILABLE;
        }
        *ret = group;
        return ERR_OK;
}

/* Return: whether it was taken; if so, whether the caller is to write now. */
static bool waiting_put(struct group_commit *group, struct waiting *waiting, bool *ret_writes)
{
        bool accepted;

        pthread_mutex_lock(&group->lock);
        accepted = !group->broken && !group->stopping;
        *ret_writes = accepted && !group->writing;
        if (accepted) {
                *group->last = waiting;
                group->last = &waiting->next;
                group->writing = true;
        }
        pthread_mutex_unlock(&group->lock);
        return accepted;
}

enum err group_commit_run(struct group_commit *group, const struct sql_work *work)
{
        struct waiting own = {.work = *work, .outcome = ERR_STORE_UNAVAILABLE};
        bool accepted, writes;

        TRY(arena_check(work->op->arena));
        (void)sem_init(&own.wake, 0, 0);
        accepted = waiting_put(group, &own, &writes);
        if (accepted && !writes)
                semaphore_wait(&own.wake);
        if (accepted && !own.done)
                batch_write(group, &own);
        (void)sem_destroy(&own.wake);
        return own.outcome;
}

/* Return: whether the caller is to see to it that it is written. */
static bool submit(struct group_commit *group, const struct sql_work *work,
                   struct completion completion)
{
        struct waiting *waiting = arena_new(work->op->arena, struct waiting);
        bool writes = false;

        if (!waiting) {
                completion.run(completion.context, ERR_OUT_OF_MEMORY);
                return false;
        }
        *waiting = (struct waiting){
                .work = *work, .outcome = ERR_STORE_UNAVAILABLE, .completion = completion};
        if (!waiting_put(group, waiting, &writes))
                completion.run(completion.context, ERR_STORE_UNAVAILABLE);
        return writes;
}

void group_commit_submit(struct group_commit *group, const struct sql_work *work,
                         struct completion completion)
{
        if (submit(group, work, completion))
                batch_write(group, NULL);
}

void group_commit_hand_over(struct group_commit *group, const struct sql_work *work,
                            struct completion completion)
{
        if (submit(group, work, completion))
                (void)sem_post(&group->turn);
}

bool group_commit_is_sound(struct group_commit *group)
{
        bool sound;

        pthread_mutex_lock(&group->lock);
        sound = !group->broken;
        pthread_mutex_unlock(&group->lock);
        return sound;
}

void group_commit_stop(struct group_commit *group)
{
        if (!group)
                return;
        pthread_mutex_lock(&group->lock);
        group->stopping = true;
        while (group->writing)
                pthread_cond_wait(&group->idle, &group->lock);
        pthread_mutex_unlock(&group->lock);
        group->driver->close(group->connection);
        group_free(group);
}
