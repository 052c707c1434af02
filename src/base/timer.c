/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of jobs, the next to be called first.
 */
#include "base/timer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/monotonic.h"

TAILQ_HEAD(job_list, timer_job);

struct timer {
        pthread_mutex_t lock;
        pthread_cond_t changed; /* another job is first, a job has run, or the timer stops */
        pthread_t thread;
        struct job_list jobs; /* under the lock, like the rest */
        const struct timer_job *running;
        bool is_stopping;
};

/* Under the lock, like the next two. */
static void job_unlink(struct timer *timer, struct timer_job *job)
{
        if (job->is_set)
                TAILQ_REMOVE(&timer->jobs, job, link);
        job->is_set = false;
}

/* Behind those that are due at the same time. */
static void job_link(struct timer *timer, struct timer_job *job)
{
        struct timer_job *before = TAILQ_LAST(&timer->jobs, job_list);

        while (before && before->due > job->due)
                before = TAILQ_PREV(before, job_list, link);
        if (before)
                TAILQ_INSERT_AFTER(&timer->jobs, before, job, link);
        else
                TAILQ_INSERT_HEAD(&timer->jobs, job, link);
        job->is_set = true;
}

/* Calls the first job if it is due, without the lock. Return: 0 if it was called; when it is due;
 * MONOTONIC_NEVER: there is none. */
static int64_t first_run(struct timer *timer)
{
        struct timer_job *job = TAILQ_FIRST(&timer->jobs);

        if (!job)
                return MONOTONIC_NEVER;
        if (job->due > monotonic_now())
                return job->due;
        job_unlink(timer, job);
        timer->running = job;
        (void)pthread_mutex_unlock(&timer->lock);
        job->run(job);
        (void)pthread_mutex_lock(&timer->lock);
        timer->running = NULL;
        (void)pthread_cond_broadcast(&timer->changed);
        return 0;
}

static void *timer_main(void *context)
{
        struct timer *timer = context;

        (void)pthread_mutex_lock(&timer->lock);
        while (!timer->is_stopping) {
                int64_t due = first_run(timer);

                if (due)
                        (void)monotonic_cond_wait(&timer->changed, &timer->lock, due);
        }
        (void)pthread_mutex_unlock(&timer->lock);
        return NULL;
}

void timer_set(struct timer *timer, struct timer_job *job, int64_t due)
{
        (void)pthread_mutex_lock(&timer->lock);
        if (!job->has_ended) {
                job_unlink(timer, job);
                job->due = due;
                job_link(timer, job);
                if (TAILQ_FIRST(&timer->jobs) == job)
                        (void)pthread_cond_broadcast(&timer->changed);
        }
        (void)pthread_mutex_unlock(&timer->lock);
}

void timer_end(struct timer *timer, struct timer_job *job)
{
        (void)pthread_mutex_lock(&timer->lock);
        job->has_ended = true;
        job_unlink(timer, job);
        while (timer->running == job)
                (void)pthread_cond_wait(&timer->changed, &timer->lock);
        (void)pthread_mutex_unlock(&timer->lock);
}

struct timer *timer_start(void)
{
        struct timer *timer = calloc(1, sizeof(*timer));

        if (!timer)
                return NULL;
        TAILQ_INIT(&timer->jobs);
        (void)pthread_mutex_init(&timer->lock, NULL);
        monotonic_cond_init(&timer->changed);
        errno = pthread_create(&timer->thread, NULL, timer_main, timer);
        if (!errno)
                return timer;
        free(timer);
        return NULL;
}

void timer_stop(struct timer *timer)
{
        if (!timer)
                return;
        (void)pthread_mutex_lock(&timer->lock);
        timer->is_stopping = true;
        (void)pthread_cond_broadcast(&timer->changed);
        (void)pthread_mutex_unlock(&timer->lock);
        (void)pthread_join(timer->thread, NULL);
        (void)pthread_cond_destroy(&timer->changed);
        (void)pthread_mutex_destroy(&timer->lock);
        free(timer);
}
