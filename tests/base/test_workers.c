/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads around a queue.
 */
#include "base/workers.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/resource.h>

#include "test.h"

static void workers_freep(struct workers **workers)
{
        workers_free(*workers);
}

static void look_at_niceness(void *context)
{
        *(int *)context = getpriority(PRIO_PROCESS, 0);
}

TEST(threads_of_low_priority_yield_to_normal_ones)
{
        struct workers *normal CLEANUP(workers_freep) = workers_new(1, 1, WORKERS_NORMAL);
        struct workers *low CLEANUP(workers_freep) = workers_new(1, 1, WORKERS_LOW);
        struct workers *lowest CLEANUP(workers_freep) = workers_new(1, 1, WORKERS_LOWEST);
        int niceness[3] = {-1, -1, -1};

        CHECK(workers_do_in_turn(normal, NULL, look_at_niceness, &niceness[0]));
        CHECK(workers_do_in_turn(low, NULL, look_at_niceness, &niceness[1]));
        CHECK(workers_do_in_turn(lowest, NULL, look_at_niceness, &niceness[2]));
        CHECK_INT(niceness[0], getpriority(PRIO_PROCESS, 0));
        CHECK(niceness[1] > niceness[0]);
        CHECK(niceness[2] > niceness[1]);
}

/* A job that waits for a signal. */
struct held {
        struct work work;
        sem_t started, go;
};

static void held_run(struct work *work)
{
        struct held *held = (struct held *)(void *)work;

        sem_post(&held->started);
        sem_wait(&held->go);
}

static void nothing(struct work *work)
{
        (void)work;
}

static void nothing_for(void *context)
{
        (void)context;
}

TEST(a_full_queue_takes_no_more)
{
        struct workers *workers = workers_new(1, 1, WORKERS_NORMAL);
        struct held held = {.work = {.run = held_run}};
        struct work queued = {.run = nothing}, refused = {.run = nothing};

        sem_init(&held.started, 0, 0);
        sem_init(&held.go, 0, 0);
        CHECK(workers_submit(workers, &held.work));
        sem_wait(&held.started);
        CHECK(workers_submit(workers, &queued));
        CHECK(!workers_submit(workers, &refused));
        CHECK(!workers_do_in_turn(workers, NULL, nothing_for, NULL));
        sem_post(&held.go);
        workers_free(workers);
}
