/* SPDX-License-Identifier: Apache-2.0
 *
 * Pauses on a condition, so that stopping does not wait for their end.
 */
#include "os/beat.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/wait.h"

struct beat {
        int64_t period;
        void (*round)(struct beat *beat, void *context);
        void *context;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t wake;
        bool stopping; /* under the lock */
};

bool beat_wait(struct beat *beat, int64_t milliseconds)
{
        struct timespec until;
        bool stopping;

        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += milliseconds / 1000;
        until.tv_nsec += milliseconds % 1000 * 1000000;
        if (until.tv_nsec >= 1000000000) {
                until.tv_sec++;
                until.tv_nsec -= 1000000000;
        }
        pthread_mutex_lock(&beat->lock);
        while (!beat->stopping &&
               pthread_cond_timedwait(&beat->wake, &beat->lock, &until) != ETIMEDOUT)
                ;
        stopping = beat->stopping;
        pthread_mutex_unlock(&beat->lock);
        return !stopping;
}

static void *beat_main(void *context)
{
        struct beat *beat = context;

        while (beat_wait(beat, beat->period))
                beat->round(beat, beat->context);
        return NULL;
}

struct beat *beat_start(int64_t period, void (*round)(struct beat *beat, void *context),
                        void *context)
{
        struct beat *beat = calloc(1, sizeof(*beat));
        int error;

        if (!beat)
                return NULL;
        *beat = (struct beat){.period = period, .round = round, .context = context};
        pthread_mutex_init(&beat->lock, NULL);
        cond_init_monotonic(&beat->wake);
        error = pthread_create(&beat->thread, NULL, beat_main, beat);
        if (error == 0)
                return beat;
        free(beat);
        errno = error;
        return NULL;
}

void beat_stop(struct beat *beat)
{
        if (!beat)
                return;
        pthread_mutex_lock(&beat->lock);
        beat->stopping = true;
        pthread_cond_signal(&beat->wake);
        pthread_mutex_unlock(&beat->lock);
        pthread_join(beat->thread, NULL);
        pthread_cond_destroy(&beat->wake);
        pthread_mutex_destroy(&beat->lock);
        free(beat);
}
