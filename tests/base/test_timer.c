/* SPDX-License-Identifier: Apache-2.0
 *
 * The timer: what is called when, and how jobs end.
 */
#include "base/timer.h"

#include <semaphore.h>
#include <stdatomic.h>

#include "base/monotonic.h"
#include "base/wait.h"
#include "test.h"

enum { SOON_MS = 20, LATE_MS = 3600 * 1000 };

/* A job that records when it was called. */
struct called {
        struct timer_job job;
        struct timer *timer;
        int64_t at;
        int n; /* calls still to set itself for */
        atomic_int n_calls;
        int *order; /* receives how many of all jobs were called before */
        sem_t done;
        sem_t gate; /* waited for, if `is_held` */
        bool is_held;
};

static atomic_int n_called;

static void run(struct timer_job *job)
{
        struct called *called = (struct called *)(void *)job;

        called->at = monotonic_now();
        if (called->order)
                *called->order = atomic_load(&n_called);
        atomic_fetch_add(&n_called, 1);
        atomic_fetch_add(&called->n_calls, 1);
        if (called->n-- > 0)
                timer_set(called->timer, job, monotonic_in(1));
        (void)sem_post(&called->done);
        if (called->is_held)
                semaphore_wait(&called->gate);
}

static void called_init(struct called *called, struct timer *timer)
{
        *called = (struct called){.job.run = run, .timer = timer};
        (void)sem_init(&called->done, 0, 0);
        (void)sem_init(&called->gate, 0, 0);
}

static void timer_stopp(struct timer **timer)
{
        timer_stop(*timer);
}

#define TIMER(name)                                                                                \
        struct timer *name CLEANUP(timer_stopp) = timer_start();                                   \
        atomic_store(&n_called, 0)
#define JOB(name, timer)                                                                           \
        struct called name;                                                                        \
        called_init(&name, timer)

TEST(a_job_is_called_once_and_not_before_it_is_due)
{
        TIMER(timer);
        JOB(job, timer);
        int64_t due = monotonic_in(SOON_MS);

        timer_set(timer, &job.job, due);
        semaphore_wait(&job.done);
        CHECK(job.at >= due);
        monotonic_sleep(2 * SOON_MS);
        timer_end(timer, &job.job);
        CHECK_INT(atomic_load(&job.n_calls), 1);
}

TEST(who_is_due_first_is_called_first_whenever_it_was_set)
{
        TIMER(timer);
        JOB(early, timer);
        JOB(late, timer);
        JOB(middle, timer);
        int order[3];

        early.order = &order[0];
        middle.order = &order[1];
        late.order = &order[2];
        timer_set(timer, &late.job, monotonic_in(3 * SOON_MS));
        timer_set(timer, &early.job, monotonic_in(SOON_MS));
        timer_set(timer, &middle.job, monotonic_in(2 * SOON_MS));
        semaphore_wait(&late.done);
        for (int i = 0; i < 3; i++)
                CHECK_INT(order[i], i);
        timer_end(timer, &early.job);
        timer_end(timer, &middle.job);
        timer_end(timer, &late.job);
}

TEST(a_job_can_be_set_to_an_earlier_time_and_to_a_later_one)
{
        TIMER(timer);
        JOB(earlier, timer);
        JOB(later, timer);

        timer_set(timer, &earlier.job, monotonic_in(LATE_MS));
        timer_set(timer, &later.job, monotonic_in(SOON_MS));
        timer_set(timer, &later.job, monotonic_in(LATE_MS));
        timer_set(timer, &earlier.job, monotonic_in(SOON_MS));
        semaphore_wait(&earlier.done);
        monotonic_sleep(SOON_MS);
        timer_end(timer, &earlier.job);
        timer_end(timer, &later.job);
        CHECK_INT(atomic_load(&later.n_calls), 0);
}

TEST(what_is_overdue_is_called_at_once)
{
        TIMER(timer);
        JOB(job, timer);

        timer_set(timer, &job.job, 0);
        semaphore_wait(&job.done);
        timer_end(timer, &job.job);
}

TEST(a_job_that_sets_itself_is_periodic)
{
        TIMER(timer);
        JOB(job, timer);

        job.n = 4;
        timer_set(timer, &job.job, monotonic_now());
        for (int i = 0; i < 5; i++)
                semaphore_wait(&job.done);
        timer_end(timer, &job.job);
        CHECK_INT(atomic_load(&job.n_calls), 5);
}

TEST(what_has_ended_is_neither_called_nor_set_again)
{
        TIMER(timer);
        JOB(ended, timer);
        JOB(never_set, timer);

        timer_set(timer, &ended.job, monotonic_in(SOON_MS));
        timer_end(timer, &ended.job);
        timer_set(timer, &ended.job, monotonic_now());
        timer_end(timer, &never_set.job);
        monotonic_sleep(2 * SOON_MS);
        CHECK_INT(atomic_load(&n_called), 0);
}

static void *end_main(void *context)
{
        struct called *called = context;

        timer_end(called->timer, &called->job);
        return NULL;
}

/* Even if it has scheduled itself again in the meantime. */
TEST(the_end_waits_for_a_job_that_runs)
{
        TIMER(timer);
        JOB(job, timer);
        pthread_t thread;
        int64_t released;

        job.is_held = true;
        job.n = 1;
        timer_set(timer, &job.job, monotonic_now());
        semaphore_wait(&job.done);
        CHECK_INT(pthread_create(&thread, NULL, end_main, &job), 0);
        monotonic_sleep(SOON_MS);
        CHECK(pthread_tryjoin_np(thread, NULL) != 0);
        released = monotonic_now();
        (void)sem_post(&job.gate);
        CHECK_INT(pthread_join(thread, NULL), 0);
        CHECK(monotonic_now() >= released);
        CHECK_INT(atomic_load(&job.n_calls), 1);
}

TEST(a_timer_without_jobs_stops)
{
        TIMER(timer);

        CHECK(timer);
        timer_stop(NULL);
}
