/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that cuts off slow senders and slow readers.
 */
#include "http/deadlines.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/wait.h"

struct deadlines {
        pthread_mutex_t lock;
        pthread_cond_t wake;
        pthread_t thread;
        struct deadline *first;
        bool stopping;
};

int64_t deadline_now(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
        return now.tv_sec;
}

static void shut_down_late(struct deadlines *deadlines)
{
        int64_t now = deadline_now();

        for (struct deadline *at = deadlines->first; at; at = at->next)
                if (atomic_load_explicit(&at->at, memory_order_relaxed) <= now) {
                        deadline_set(at, DEADLINE_NEVER);
                        shutdown(at->socket, SHUT_RDWR);
                }
}

/* A second from now, or never while there is no connection. */
static void wait_a_second(struct deadlines *deadlines)
{
        struct timespec until;

        if (!deadlines->first) {
                pthread_cond_wait(&deadlines->wake, &deadlines->lock);
                return;
        }
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&deadlines->wake, &deadlines->lock, &until);
}

static void *deadlines_main(void *context)
{
        struct deadlines *deadlines = context;

        pthread_mutex_lock(&deadlines->lock);
        while (!deadlines->stopping) {
                shut_down_late(deadlines);
                wait_a_second(deadlines);
        }
        pthread_mutex_unlock(&deadlines->lock);
        return NULL;
}

void deadlines_add(struct deadlines *deadlines, struct deadline *deadline)
{
        bool first;

        pthread_mutex_lock(&deadlines->lock);
        first = !deadlines->first;
        deadline->next = deadlines->first;
        deadline->link = &deadlines->first;
        if (deadline->next)
                deadline->next->link = &deadline->next;
        deadlines->first = deadline;
        pthread_mutex_unlock(&deadlines->lock);
        if (first)
                pthread_cond_signal(&deadlines->wake);
}

void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline)
{
        pthread_mutex_lock(&deadlines->lock);
        *deadline->link = deadline->next;
        if (deadline->next)
                deadline->next->link = deadline->link;
        pthread_mutex_unlock(&deadlines->lock);
}

struct deadlines *deadlines_new(void)
{
        struct deadlines *deadlines = calloc(1, sizeof(*deadlines));
        int error;

        if (!deadlines)
                return NULL;
        pthread_mutex_init(&deadlines->lock, NULL);
        cond_init_monotonic(&deadlines->wake);
        error = pthread_create(&deadlines->thread, NULL, deadlines_main, deadlines);
        if (!error)
                return deadlines;
        free(deadlines);
        errno = error;
        return NULL;
}

void deadlines_free(struct deadlines *deadlines)
{
        if (!deadlines)
                return;
        pthread_mutex_lock(&deadlines->lock);
        deadlines->stopping = true;
        pthread_cond_signal(&deadlines->wake);
        pthread_mutex_unlock(&deadlines->lock);
        pthread_join(deadlines->thread, NULL);
        pthread_cond_destroy(&deadlines->wake);
        pthread_mutex_destroy(&deadlines->lock);
        free(deadlines);
}
