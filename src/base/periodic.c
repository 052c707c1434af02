/* SPDX-License-Identifier: Apache-2.0
 *
 * Pauses wait on a condition, so that stopping interrupts them.
 */
#include "base/periodic.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/monotonic.h"

struct periodic {
        int64_t period;
        void (*round)(struct periodic *periodic, void *context);
        void *context;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t wake;
        bool stopping; /* under the lock */
};

bool periodic_wait(struct periodic *periodic, int64_t milliseconds)
{
        int64_t until = monotonic_in(milliseconds);
        bool stopping;

        pthread_mutex_lock(&periodic->lock);
        while (!periodic->stopping && monotonic_cond_wait(&periodic->wake, &periodic->lock, until))
                ;
        stopping = periodic->stopping;
        pthread_mutex_unlock(&periodic->lock);
        return !stopping;
}

static void *periodic_main(void *context)
{
        struct periodic *periodic = context;

        while (periodic_wait(periodic, periodic->period))
                periodic->round(periodic, periodic->context);
        return NULL;
}

struct periodic *periodic_start(int64_t period,
                                void (*round)(struct periodic *periodic, void *context),
                                void *context)
{
        struct periodic *periodic = calloc(1, sizeof(*periodic));
        int error;

        if (!periodic)
                return NULL;
        *periodic = (struct periodic){.period = period, .round = round, .context = context};
        pthread_mutex_init(&periodic->lock, NULL);
        monotonic_cond_init(&periodic->wake);
        error = pthread_create(&periodic->thread, NULL, periodic_main, periodic);
        if (error == 0)
                return periodic;
        free(periodic);
        errno = error;
        return NULL;
}

void periodic_stop(struct periodic *periodic)
{
        if (!periodic)
                return;
        pthread_mutex_lock(&periodic->lock);
        periodic->stopping = true;
        pthread_cond_signal(&periodic->wake);
        pthread_mutex_unlock(&periodic->lock);
        pthread_join(periodic->thread, NULL);
        pthread_cond_destroy(&periodic->wake);
        pthread_mutex_destroy(&periodic->lock);
        free(periodic);
}
