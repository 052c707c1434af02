/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of deadlines, which the timer checks once a second.
 */
#include "http/deadlines.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { PERIOD_MS = 1000 };

struct deadlines {
        struct timer_job job;
        struct timer *timer;
        pthread_mutex_t lock;
        struct deadline *first;
};

/* Under the lock. */
static void shut_down_late(struct deadlines *deadlines)
{
        int64_t now = monotonic_now();

        for (struct deadline *at = deadlines->first; at; at = at->next)
                if (atomic_load_explicit(&at->at, memory_order_relaxed) <= now) {
                        deadline_set(at, MONOTONIC_NEVER);
                        shutdown(at->socket, SHUT_RDWR);
                }
}

/* Every second while there is a connection. */
static void deadlines_look(struct timer_job *job)
{
        struct deadlines *deadlines = (struct deadlines *)(void *)job;

        _Static_assert(offsetof(struct deadlines, job) == 0, "it begins with its job");
        pthread_mutex_lock(&deadlines->lock);
        shut_down_late(deadlines);
        if (deadlines->first)
                timer_set(deadlines->timer, job, monotonic_in(PERIOD_MS));
        pthread_mutex_unlock(&deadlines->lock);
}

void deadlines_add(struct deadlines *deadlines, struct deadline *deadline)
{
        pthread_mutex_lock(&deadlines->lock);
        if (!deadlines->first)
                timer_set(deadlines->timer, &deadlines->job, monotonic_in(PERIOD_MS));
        deadline->next = deadlines->first;
        deadline->link = &deadlines->first;
        if (deadline->next)
                deadline->next->link = &deadline->next;
        deadlines->first = deadline;
        pthread_mutex_unlock(&deadlines->lock);
}

void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline)
{
        pthread_mutex_lock(&deadlines->lock);
        *deadline->link = deadline->next;
        if (deadline->next)
                deadline->next->link = deadline->link;
        pthread_mutex_unlock(&deadlines->lock);
}

struct deadlines *deadlines_new(struct timer *timer)
{
        struct deadlines *deadlines = calloc(1, sizeof(*deadlines));

        if (!deadlines)
                return NULL;
        deadlines->job.run = deadlines_look;
        deadlines->timer = timer;
        pthread_mutex_init(&deadlines->lock, NULL);
        return deadlines;
}

void deadlines_free(struct deadlines *deadlines)
{
        if (!deadlines)
                return;
        timer_end(deadlines->timer, &deadlines->job);
        pthread_mutex_destroy(&deadlines->lock);
        free(deadlines);
}
