/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads with small stacks around one queue. One lock is enough: it is held for a few
 * instructions, and a thread is woken only if one sleeps.
 */
#include "http/workers.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/macros.h"

enum { WORKER_STACK = 256 * 1024 };

struct workers {
        pthread_mutex_t lock;
        pthread_cond_t wake;
        struct work *first;
        struct work **last;
        unsigned queued;
        unsigned queue_maximum;
        unsigned sleeping;
        bool stopping;
        unsigned n_threads;
        pthread_t threads[];
};

/* Waits for a job. Return: NULL when the pool stops and nothing is left to do. */
static struct work *work_take(struct workers *workers)
{
        struct work *work;

        pthread_mutex_lock(&workers->lock);
        while (!workers->first && !workers->stopping) {
                workers->sleeping++;
                pthread_cond_wait(&workers->wake, &workers->lock);
                workers->sleeping--;
        }
        work = workers->first;
        if (work) {
                workers->first = work->next;
                if (!work->next)
                        workers->last = &workers->first;
                workers->queued--;
        }
        pthread_mutex_unlock(&workers->lock);
        return work;
}

static void *worker_main(void *context)
{
        struct work *work;

        while ((work = work_take(context)))
                work->run(work);
        return NULL;
}

bool workers_submit(struct workers *workers, struct work *work)
{
        bool accepted, wake;

        pthread_mutex_lock(&workers->lock);
        accepted = !workers->stopping && workers->queued < workers->queue_maximum;
        if (accepted) {
                work->next = NULL;
                *workers->last = work;
                workers->last = &work->next;
                workers->queued++;
        }
        wake = accepted && workers->sleeping > 0;
        pthread_mutex_unlock(&workers->lock);
        if (wake)
                pthread_cond_signal(&workers->wake);
        return accepted;
}

void workers_free(struct workers *workers)
{
        if (!workers)
                return;
        pthread_mutex_lock(&workers->lock);
        workers->stopping = true;
        pthread_cond_broadcast(&workers->wake);
        pthread_mutex_unlock(&workers->lock);
        for (unsigned i = 0; i < workers->n_threads; i++)
                pthread_join(workers->threads[i], NULL);
        pthread_cond_destroy(&workers->wake);
        pthread_mutex_destroy(&workers->lock);
        free(workers);
}

static int workers_start(struct workers *workers, unsigned n_workers)
{
        pthread_attr_t attributes;
        int error = pthread_attr_init(&attributes);

        if (!error)
                error = pthread_attr_setstacksize(&attributes, WORKER_STACK);
        while (!error && workers->n_threads < n_workers) {
                error = pthread_create(&workers->threads[workers->n_threads], &attributes,
                                       worker_main, workers);
                workers->n_threads += error == 0;
        }
        pthread_attr_destroy(&attributes);
        return error;
}

struct workers *workers_new(unsigned n_workers, unsigned queue)
{
        struct workers *workers = calloc(1, sizeof(*workers) + n_workers * sizeof(pthread_t));
        int error;

        if (!workers)
                return NULL;
        pthread_mutex_init(&workers->lock, NULL);
        pthread_cond_init(&workers->wake, NULL);
        workers->last = &workers->first;
        workers->queue_maximum = queue;
        error = workers_start(workers, n_workers);
        if (!error)
                return workers;
        workers_free(workers);
        errno = error;
        return NULL;
}
