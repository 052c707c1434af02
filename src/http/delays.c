/* SPDX-License-Identifier: Apache-2.0
 *
 * All wait equally long, so who came first is due first: a queue and no more.
 */
#include "http/delays.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/wait.h"
#include "http/exchange.h"

struct delayed {
        struct work *work;
        int64_t due; /* of exchange_clock() */
};

struct delays {
        pthread_mutex_t lock;
        pthread_cond_t wake;
        pthread_t thread;
        unsigned milliseconds;
        bool stopping;
        size_t first, n, maximum; /* of the ring */
        struct delayed ring[];
};

/* Under the lock, as what follows. */
static struct work *first_take(struct delays *delays)
{
        struct work *work = delays->ring[delays->first].work;

        delays->first = (delays->first + 1) % delays->maximum;
        delays->n--;
        return work;
}

/* Until the first is due, or there is one, or the end. */
static void wait_for_first(struct delays *delays)
{
        int64_t due = delays->ring[delays->first].due;
        struct timespec until = {.tv_sec = due / 1000000, .tv_nsec = due % 1000000 * 1000};

        if (delays->n)
                pthread_cond_timedwait(&delays->wake, &delays->lock, &until);
        else
                pthread_cond_wait(&delays->wake, &delays->lock);
}

static bool first_is_due(const struct delays *delays)
{
        return delays->n &&
               (delays->stopping || delays->ring[delays->first].due <= exchange_clock());
}

static void *delays_main(void *context)
{
        struct delays *delays = context;

        pthread_mutex_lock(&delays->lock);
        while (delays->n || !delays->stopping) {
                struct work *work;

                if (!first_is_due(delays)) {
                        wait_for_first(delays);
                        continue;
                }
                work = first_take(delays);
                pthread_mutex_unlock(&delays->lock);
                work->run(work);
                pthread_mutex_lock(&delays->lock);
        }
        pthread_mutex_unlock(&delays->lock);
        return NULL;
}

bool delays_add(struct delays *delays, struct work *work)
{
        bool accepted, is_only;

        pthread_mutex_lock(&delays->lock);
        accepted = !delays->stopping && delays->n < delays->maximum;
        is_only = accepted && delays->n == 0;
        if (accepted) {
                size_t at = (delays->first + delays->n) % delays->maximum;

                delays->ring[at] = (struct delayed){.work = work,
                                                    .due = exchange_clock() +
                                                           (int64_t)delays->milliseconds * 1000};
                delays->n++;
        }
        pthread_mutex_unlock(&delays->lock);
        if (is_only)
                pthread_cond_signal(&delays->wake);
        return accepted;
}

void delays_flush(struct delays *delays)
{
        pthread_mutex_lock(&delays->lock);
        delays->stopping = true;
        pthread_cond_signal(&delays->wake);
        pthread_mutex_unlock(&delays->lock);
}

struct delays *delays_new(unsigned milliseconds, unsigned maximum)
{
        struct delays *delays = calloc(1, sizeof(*delays) + maximum * sizeof(delays->ring[0]));

        if (!delays)
                return NULL;
        delays->milliseconds = milliseconds;
        delays->maximum = maximum;
        (void)pthread_mutex_init(&delays->lock, NULL);
        cond_init_monotonic(&delays->wake);
        errno = pthread_create(&delays->thread, NULL, delays_main, delays);
        if (!errno)
                return delays;
        free(delays);
        return NULL;
}

void delays_free(struct delays *delays)
{
        if (!delays)
                return;
        delays_flush(delays);
        pthread_join(delays->thread, NULL);
        pthread_cond_destroy(&delays->wake);
        pthread_mutex_destroy(&delays->lock);
        free(delays);
}
