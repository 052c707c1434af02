/* SPDX-License-Identifier: Apache-2.0
 *
 * The queue of claims. There is no timer: a batch is what came while the last one was written.
 * While few wait, one connection takes them all: a second one would only make the batches smaller.
 * If a batch takes long, its time goes into waiting for a disk, a standby or a turn; more
 * connections wait together then.
 *
 * There is one thread more than connections, so that a connection is not idle while the outcomes of
 * its last batch are told.
 *
 * A batch that fails, for whatever reason, is handed over to the writer, which tries again and
 * finds out who is to blame.
 */
#include "store/claim_queue.h"

#include <stdlib.h>

#include "base/lock.h"
#include "base/macros.h"
#include "base/metric.h"
#include "base/monotonic.h"
#include "base/wait.h"
#include "store/claim_set.h"

enum {
        CONNECTIONS = 4,
        CONNECTIONS_FAST = 2, /* used while batches are not slow */
        THREADS = CONNECTIONS + 1,
        FOR_SECOND = 16, /* claims that wait, before the second one is used */
        FOR_ANOTHER = 2, /* the same for any, while batches are slow */
        SLOW = 2 * MONOTONIC_MILLISECOND,
};

struct waiting_claim {
        struct waiting_claim *next;
        struct sql_work work;
        struct completion completion;
};

struct batch {
        struct waiting_claim *items[CLAIM_SET];
        size_t n;
        enum err outcomes[CLAIM_SET]; /* ERR_NO_ROW: the writer decides */
};

struct claim_queue {
        const struct sql_driver *driver;
        const struct store_location *location;
        struct group_commit *writer;
        pthread_mutex_t lock;
        pthread_cond_t changed;
        struct waiting_claim *first, **last; /* under the lock, as the rest */
        size_t n_waiting;
        struct sql_connection *free[CONNECTIONS]; /* NULL: not opened yet */
        size_t n_free;
        bool is_slow; /* the last batch was */
        bool stopping;
        pthread_t threads[THREADS];
        size_t n_threads;
};

/* --- a batch --- */

/* Under the lock: whether a batch is to be written now. */
static bool may_write(const struct claim_queue *queue)
{
        size_t n_busy = CONNECTIONS - queue->n_free;
        size_t most = queue->is_slow ? CONNECTIONS : CONNECTIONS_FAST;
        size_t least = queue->is_slow ? FOR_ANOTHER : FOR_SECOND;

        return queue->n_waiting >= (n_busy ? least : 1) && n_busy < most;
}

/* Under the lock: takes what waits, or half of it if the server could work on both at once. */
static void batch_take(struct claim_queue *queue, struct batch *ret)
{
        size_t n = queue->n_waiting;

        if (!queue->is_slow && n >= 2 * FOR_SECOND)
                n /= 2;
        for (; ret->n < n && ret->n < CLAIM_SET; ret->n++) {
                ret->items[ret->n] = queue->first;
                queue->first = queue->first->next;
        }
        queue->n_waiting -= ret->n;
        if (!queue->first)
                queue->last = &queue->first;
}

/* Opens the connection, unless it is there. */
static void batch_run(struct claim_queue *queue, struct batch *batch,
                      struct sql_connection **connection)
{
        const struct sql_driver *driver = queue->driver;
        const struct sql_work *works[CLAIM_SET];
        int64_t begun;

        for (size_t i = 0; i < batch->n; i++) {
                works[i] = &batch->items[i]->work;
                batch->outcomes[i] = ERR_NO_ROW;
        }
        if (!*connection && driver->open(queue->location, false, connection) != ERR_OK)
                return;
        begun = monotonic_now();
        claim_set_run(driver, *connection, works, batch->n, batch->outcomes);
        metric_observe_since(METRIC_store_write_seconds, begun);
}

static void batch_tell(struct claim_queue *queue, const struct batch *batch)
{
        for (size_t i = 0; i < batch->n; i++) {
                struct sql_work work = batch->items[i]->work;
                struct completion completion = batch->items[i]->completion;

                if (batch->outcomes[i] == ERR_NO_ROW)
                        group_commit_hand_over(queue->writer, &work, completion);
                else
                        completion.run(completion.context, batch->outcomes[i]);
        }
}

/* Under the lock, which it leaves meanwhile. */
static void batch_write(struct claim_queue *queue)
{
        struct sql_connection *connection = queue->free[--queue->n_free];
        int64_t began = monotonic_now();
        struct batch batch = {0};

        batch_take(queue, &batch);
        if (may_write(queue))
                pthread_cond_signal(&queue->changed);
        pthread_mutex_unlock(&queue->lock);
        batch_run(queue, &batch, &connection);
        pthread_mutex_lock(&queue->lock);
        queue->is_slow = monotonic_now() - began > SLOW;
        queue->free[queue->n_free++] = connection;
        if (may_write(queue) || queue->stopping)
                pthread_cond_broadcast(&queue->changed);
        pthread_mutex_unlock(&queue->lock);
        batch_tell(queue, &batch);
        pthread_mutex_lock(&queue->lock);
}

/* --- threads --- */

static void *thread_main(void *context)
{
        struct claim_queue *queue = context;

        pthread_mutex_lock(&queue->lock);
        while (!queue->stopping || queue->n_waiting) {
                if (may_write(queue))
                        batch_write(queue);
                else
                        pthread_cond_wait(&queue->changed, &queue->lock);
        }
        pthread_mutex_unlock(&queue->lock);
        return NULL;
}

static void queue_free(struct claim_queue *queue)
{
        while (queue->n_threads)
                pthread_join(queue->threads[--queue->n_threads], NULL);
        for (size_t i = 0; i < CONNECTIONS; i++)
                queue->driver->close(queue->free[i]);
        pthread_mutex_destroy(&queue->lock);
        pthread_cond_destroy(&queue->changed);
        free(queue);
}

static void queue_end(struct claim_queue *queue)
{
        pthread_mutex_lock(&queue->lock);
        queue->stopping = true;
        pthread_cond_broadcast(&queue->changed);
        pthread_mutex_unlock(&queue->lock);
        queue_free(queue);
}

enum err claim_queue_start(const struct sql_driver *driver, const struct store_location *location,
                           struct group_commit *writer, struct claim_queue **ret)
{
        struct claim_queue *queue = calloc(1, sizeof(*queue));

        if (!queue)
                return ERR_STORE_UNAVAILABLE;
        queue->driver = driver;
        queue->location = location;
        queue->writer = writer;
        queue->last = &queue->first;
        queue->n_free = CONNECTIONS;
        lock_init(&queue->lock);
        pthread_cond_init(&queue->changed, NULL);
        for (; queue->n_threads < THREADS; queue->n_threads++)
                if (pthread_create(&queue->threads[queue->n_threads], NULL, thread_main, queue) !=
                    0) {
                        queue_end(queue);
                        return ERR_STORE_UNAVAILABLE;
                }
        *ret = queue;
        return ERR_OK;
}

size_t claim_queue_connections(struct claim_queue *queue)
{
        size_t n = 0;

        pthread_mutex_lock(&queue->lock);
        n = CONNECTIONS - queue->n_free; /* busy ones are open */
        for (size_t i = 0; i < queue->n_free; i++)
                n += queue->free[i] != NULL;
        pthread_mutex_unlock(&queue->lock);
        return n;
}

void claim_queue_stop(struct claim_queue *queue)
{
        if (queue)
                queue_end(queue);
}

/* --- claims --- */

/* Under the lock. */
static void waiting_put(struct claim_queue *queue, struct waiting_claim *waiting)
{
        *queue->last = waiting;
        queue->last = &waiting->next;
        queue->n_waiting++;
}

void claim_queue_submit(struct claim_queue *queue, const struct sql_work *work,
                        struct completion completion)
{
        struct waiting_claim *waiting = arena_new(work->op->arena, struct waiting_claim);

        if (!waiting) {
                completion.run(completion.context, ERR_OUT_OF_MEMORY);
                return;
        }
        *waiting = (struct waiting_claim){.work = *work, .completion = completion};
        pthread_mutex_lock(&queue->lock);
        waiting_put(queue, waiting);
        if (may_write(queue))
                pthread_cond_signal(&queue->changed);
        pthread_mutex_unlock(&queue->lock);
}

struct awaited {
        sem_t told;
        enum err outcome;
};

static void awaited_tell(void *context, enum err outcome)
{
        struct awaited *awaited = context;

        awaited->outcome = outcome;
        (void)sem_post(&awaited->told);
}

/* The caller waits anyway, so where it finds nobody writing it writes itself. */
enum err claim_queue_run(struct claim_queue *queue, const struct sql_work *work)
{
        struct awaited awaited = {.outcome = ERR_STORE_UNAVAILABLE};
        struct waiting_claim waiting = {.work = *work, .completion = {awaited_tell, &awaited}};

        TRY(arena_check(work->op->arena));
        (void)sem_init(&awaited.told, 0, 0);
        pthread_mutex_lock(&queue->lock);
        waiting_put(queue, &waiting);
        if (may_write(queue))
                batch_write(queue);
        pthread_mutex_unlock(&queue->lock);
        semaphore_wait(&awaited.told);
        (void)sem_destroy(&awaited.told);
        return awaited.outcome;
}
