/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads with small stacks around one queue. A job goes straight to the thread that became idle
 * last, whose memory is still in the cache; it is queued only if no thread is idle.
 */
#include "base/workers.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/lock.h"
#include "base/macros.h"
#include "base/wait.h"

enum {
        WORKER_STACK = 256 * 1024,
};

/* Added to the niceness of the process. */
static const int niceness[] = {
        [WORKERS_NORMAL] = 0,
        [WORKERS_LOW] = 5,     /* about a quarter of a core when another thread competes for it */
        [WORKERS_LOWEST] = 14, /* about a thirtieth */
};

struct worker {
        struct workers *workers;
        struct worker *next_idle;
        struct work *work; /* assigned to this thread; NULL after a wake-up: the pool stops */
        sem_t wake;
        pthread_t thread;
};

struct workers {
        pthread_mutex_t lock;
        struct worker *idle; /* under the lock, as the queue */
        struct work *first;
        struct work **last;
        struct turns turns; /* of the jobs that have one */
        unsigned queued;
        unsigned queue_maximum;
        bool stopping;
        enum workers_priority priority;
        unsigned n_threads;
        struct worker threads[];
};

/* Under the lock. Return: the oldest job, or NULL. */
static struct work *first_take(struct workers *workers)
{
        struct work *work = workers->first;

        if (!work)
                return NULL;
        workers->first = work->next;
        if (!work->next)
                workers->last = &workers->first;
        return work;
}

/* Under the lock. */
static struct work *queue_take(struct workers *workers)
{
        struct work *work = first_take(workers);
        struct turn *turn = work ? NULL : turns_take(&workers->turns);

        if (turn)
                work = turn->job;
        workers->queued -= work != NULL;
        return work;
}

/* Waits for a job. Return: NULL when the pool stops and nothing is left to do. */
static struct work *work_take(struct worker *worker)
{
        struct workers *workers = worker->workers;
        struct work *work;
        bool stopping;

        pthread_mutex_lock(&workers->lock);
        work = queue_take(workers);
        stopping = workers->stopping;
        if (!work && !stopping) {
                worker->next_idle = workers->idle;
                workers->idle = worker;
        }
        pthread_mutex_unlock(&workers->lock);
        if (work || stopping)
                return work;
        semaphore_wait(&worker->wake);
        return worker->work;
}

static void *worker_main(void *context)
{
        const struct worker *worker = context;
        struct work *work;

        /* On Linux, 0 means this thread only. */
        if (niceness[worker->workers->priority])
                (void)setpriority(PRIO_PROCESS, 0,
                                  getpriority(PRIO_PROCESS, 0) +
                                          niceness[worker->workers->priority]);
        while ((work = work_take(context)))
                work->run(work);
        return NULL;
}

/* Under the lock. Return: an idle worker, removed from the list, or NULL. */
static struct worker *idle_take(struct workers *workers)
{
        struct worker *worker = workers->idle;

        if (worker)
                workers->idle = worker->next_idle;
        return worker;
}

/* Under the lock. */
static bool queue_put(struct workers *workers, struct work *work)
{
        if (workers->queued == workers->queue_maximum)
                return false;
        workers->queued++;
        if (work->turn) {
                work->turn->job = work;
                turns_put(&workers->turns, work->turn);
                return true;
        }
        work->next = NULL;
        *workers->last = work;
        workers->last = &work->next;
        return true;
}

bool workers_submit(struct workers *workers, struct work *work)
{
        struct worker *worker = NULL;
        bool accepted = false;

        pthread_mutex_lock(&workers->lock);
        if (!workers->stopping) {
                worker = idle_take(workers);
                accepted = worker || queue_put(workers, work);
        }
        pthread_mutex_unlock(&workers->lock);
        if (worker) {
                worker->work = work;
                (void)sem_post(&worker->wake);
        }
        return accepted;
}

/* Lives on the stack of the waiting thread. */
struct awaited {
        struct work work;
        void (*run)(void *context);
        void *context;
        sem_t done;
};

static void awaited_run(struct work *work)
{
        struct awaited *awaited = (struct awaited *)(void *)work;

        _Static_assert(offsetof(struct awaited, work) == 0, "it begins with its work");
        awaited->run(awaited->context);
        (void)sem_post(&awaited->done);
}

bool workers_do_in_turn(struct workers *workers, struct turn *turn, void (*run)(void *context),
                        void *context)
{
        struct awaited awaited = {
                .work = {.run = awaited_run, .turn = turn}, .run = run, .context = context};
        bool accepted;

        (void)sem_init(&awaited.done, 0, 0);
        accepted = workers_submit(workers, &awaited.work);
        if (accepted)
                semaphore_wait(&awaited.done);
        (void)sem_destroy(&awaited.done);
        return accepted;
}

static void idle_dismiss(struct workers *workers)
{
        struct worker *worker;

        pthread_mutex_lock(&workers->lock);
        workers->stopping = true;
        while ((worker = idle_take(workers))) {
                worker->work = NULL;
                (void)sem_post(&worker->wake);
        }
        pthread_mutex_unlock(&workers->lock);
}

void workers_free(struct workers *workers)
{
        if (!workers)
                return;
        idle_dismiss(workers);
        for (unsigned i = 0; i < workers->n_threads; i++) {
                pthread_join(workers->threads[i].thread, NULL);
                (void)sem_destroy(&workers->threads[i].wake);
        }
        pthread_mutex_destroy(&workers->lock);
        free(workers);
}

static int worker_start(struct workers *workers, const pthread_attr_t *attributes)
{
        struct worker *worker = &workers->threads[workers->n_threads];
        int error;

        worker->workers = workers;
        (void)sem_init(&worker->wake, 0, 0);
        error = pthread_create(&worker->thread, attributes, worker_main, worker);
        workers->n_threads += error == 0;
        return error;
}

static int workers_start(struct workers *workers, unsigned n_workers)
{
        pthread_attr_t attributes;
        int error = pthread_attr_init(&attributes);

        if (!error)
                error = pthread_attr_setstacksize(&attributes, WORKER_STACK);
        while (!error && workers->n_threads < n_workers)
                error = worker_start(workers, &attributes);
        pthread_attr_destroy(&attributes);
        return error;
}

struct workers *workers_new(unsigned n_workers, unsigned queue, enum workers_priority priority)
{
        struct workers *workers = calloc(1, sizeof(*workers) + n_workers * sizeof(struct worker));
        int error;

        if (!workers)
                return NULL;
        lock_init(&workers->lock);
        workers->last = &workers->first;
        turns_init(&workers->turns);
        workers->queue_maximum = queue;
        workers->priority = priority;
        error = workers_start(workers, n_workers);
        if (!error)
                return workers;
        workers_free(workers);
        errno = error;
        return NULL;
}
