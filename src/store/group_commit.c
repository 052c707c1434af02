/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer's thread and its queue.
 *
 * SQLite may end a transaction by itself (disk full, I/O error, no memory) and goes on in
 * autocommit mode, where the next RELEASE would commit alone; so it is asked after every verb
 * whether the transaction still stands. If not, the batch is run once more, and if it fails again
 * all its verbs are refused.
 */
#include "store/group_commit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/macros.h"

enum { BATCH = 256 }; /* verbs in one transaction */

struct waiting {
        struct waiting *next;
        struct arena *arena;
        sql_verb *verb;
        void *call;
        enum err outcome;
        bool done;
        pthread_cond_t finished;
};

struct group_commit {
        const struct sql_driver *driver;
        struct sql_connection *connection;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t arrived;
        struct waiting *first, **last; /* under the lock */
        bool stopping;                 /* under the lock */
        bool broken;                   /* under the lock; set by the writer alone */
};

/* Return: false if the transaction is gone. */
static bool verb_run(struct group_commit *group, struct waiting *waiting)
{
        struct sql sql = {
                .driver = group->driver, .connection = group->connection, .arena = waiting->arena};
        enum sql_mark mark;

        if (group->driver->mark(group->connection, SQL_MARK_SET) != ERR_OK)
                return false;
        waiting->outcome = waiting->verb(&sql, waiting->call);
        if (!group->driver->is_in_transaction(group->connection))
                return false;
        mark = error_is_fault(waiting->outcome) ? SQL_MARK_ROLL_BACK : SQL_MARK_RELEASE;
        return group->driver->mark(group->connection, mark) == ERR_OK;
}

/* One transaction of the whole batch. */
static enum sql_commit batch_try(struct group_commit *group, struct waiting *batch)
{
        if (group->driver->begin(group->connection) != ERR_OK)
                return SQL_NOT_COMMITTED;
        for (struct waiting *at = batch; at; at = at->next)
                if (!verb_run(group, at)) {
                        group->driver->roll_back(group->connection);
                        return SQL_NOT_COMMITTED;
                }
        return group->driver->commit(group->connection);
}

/* What was waiting when a commit went wrong is not tried: nothing is known of the disk any more.
 * Its outcome is ERR_STORE_UNAVAILABLE from the start. */
static void batch_run(struct group_commit *group, struct waiting *batch)
{
        enum sql_commit result;

        if (group->broken)
                return;
        result = batch_try(group, batch);
        if (result == SQL_NOT_COMMITTED)
                result = batch_try(group, batch);
        if (result == SQL_COMMITTED)
                return;
        for (struct waiting *at = batch; at; at = at->next)
                at->outcome = result == SQL_COMMIT_UNKNOWN ? ERR_STORE_LOST : ERR_STORE_UNAVAILABLE;
        if (result == SQL_COMMIT_UNKNOWN) {
                pthread_mutex_lock(&group->lock);
                group->broken = true;
                pthread_mutex_unlock(&group->lock);
        }
}

/* Under the lock: takes what waits, up to a batch. */
static struct waiting *batch_take(struct group_commit *group)
{
        struct waiting *batch = group->first, *at = batch;

        for (size_t n = 1; at && at->next && n < BATCH; n++)
                at = at->next;
        if (!at)
                return NULL;
        group->first = at->next;
        if (!group->first)
                group->last = &group->first;
        at->next = NULL;
        return batch;
}

static void *writer(void *argument)
{
        struct group_commit *group = argument;

        pthread_mutex_lock(&group->lock);
        for (;;) {
                struct waiting *batch = batch_take(group);

                if (!batch && group->stopping)
                        break;
                if (!batch) {
                        pthread_cond_wait(&group->arrived, &group->lock);
                        continue;
                }
                pthread_mutex_unlock(&group->lock);
                batch_run(group, batch);
                pthread_mutex_lock(&group->lock);
                while (batch) {
                        struct waiting *next = batch->next;

                        batch->done = true;
                        pthread_cond_signal(&batch->finished);
                        batch = next;
                }
        }
        pthread_mutex_unlock(&group->lock);
        return NULL;
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
        pthread_mutex_init(&group->lock, NULL);
        pthread_cond_init(&group->arrived, NULL);
        if (pthread_create(&group->thread, NULL, writer, group) != 0) {
                free(group);
                return ERR_STORE_UNAVAILABLE;
        }
        *ret = group;
        return ERR_OK;
}

enum err group_commit_run(struct group_commit *group, struct arena *arena, sql_verb *verb,
                          void *call)
{
        struct waiting waiting = {.arena = arena,
                                  .verb = verb,
                                  .call = call,
                                  .outcome = ERR_STORE_UNAVAILABLE,
                                  .finished = PTHREAD_COND_INITIALIZER};

        pthread_mutex_lock(&group->lock);
        if (!group->broken && !group->stopping) {
                *group->last = &waiting;
                group->last = &waiting.next;
                pthread_cond_signal(&group->arrived);
                while (!waiting.done)
                        pthread_cond_wait(&waiting.finished, &group->lock);
        }
        pthread_mutex_unlock(&group->lock);
        pthread_cond_destroy(&waiting.finished);
        return waiting.outcome;
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
        pthread_cond_signal(&group->arrived);
        pthread_mutex_unlock(&group->lock);
        pthread_join(group->thread, NULL);
        group->driver->close(group->connection);
        pthread_mutex_destroy(&group->lock);
        pthread_cond_destroy(&group->arrived);
        free(group);
}
