/* SPDX-License-Identifier: Apache-2.0
 *
 * All wait equally long, so the first to come is due first: a plain queue.
 */
#include "http/delays.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/monotonic.h"

struct delayed {
        struct work *work;
        int64_t due; /* of monotonic_now() */
};

struct delays {
        struct timer_job job;
        struct timer *timer;
        pthread_mutex_t lock;
        unsigned milliseconds;
        bool stopping;
        size_t first, n, maximum; /* of the ring */
        struct delayed ring[];
};

/* Under the lock, like the next ones. */
static struct work *first_take(struct delays *delays)
{
        struct work *work = delays->ring[delays->first].work;

        delays->first = (delays->first + 1) % delays->maximum;
        delays->n--;
        return work;
}

static bool first_is_due(const struct delays *delays)
{
        return delays->n &&
               (delays->stopping || delays->ring[delays->first].due <= monotonic_now());
}

/* Runs what is due, and sets the timer for the first of the rest. */
static void due_run(struct timer_job *job)
{
        struct delays *delays = (struct delays *)(void *)job;

        _Static_assert(offsetof(struct delays, job) == 0, "it begins with its job");
        pthread_mutex_lock(&delays->lock);
        while (first_is_due(delays)) {
                struct work *work = first_take(delays);

                pthread_mutex_unlock(&delays->lock);
                work->run(work);
                pthread_mutex_lock(&delays->lock);
        }
        if (delays->n)
                timer_set(delays->timer, job, delays->ring[delays->first].due);
        pthread_mutex_unlock(&delays->lock);
}

bool delays_add(struct delays *delays, struct work *work)
{
        int64_t due = monotonic_in(delays->milliseconds);
        bool accepted;

        pthread_mutex_lock(&delays->lock);
        accepted = !delays->stopping && delays->n < delays->maximum;
        if (accepted) {
                size_t at = (delays->first + delays->n) % delays->maximum;

                delays->ring[at] = (struct delayed){.work = work, .due = due};
                if (delays->n++ == 0)
                        timer_set(delays->timer, &delays->job, due);
        }
        pthread_mutex_unlock(&delays->lock);
        return accepted;
}

void delays_flush(struct delays *delays)
{
        pthread_mutex_lock(&delays->lock);
        delays->stopping = true;
        pthread_mutex_unlock(&delays->lock);
        timer_set(delays->timer, &delays->job, monotonic_now());
}

struct delays *delays_new(struct timer *timer, unsigned milliseconds, unsigned maximum)
{
        struct delays *delays = calloc(1, sizeof(*delays) + maximum * sizeof(delays->ring[0]));

        if (!delays)
                return NULL;
        delays->job.run = due_run;
        delays->timer = timer;
        delays->milliseconds = milliseconds;
        delays->maximum = maximum;
        (void)pthread_mutex_init(&delays->lock, NULL);
        return delays;
}

void delays_free(struct delays *delays)
{
        if (!delays)
                return;
        delays_flush(delays);
        timer_end(delays->timer, &delays->job);
        due_run(&delays->job); /* jobs the timer has not run */
        pthread_mutex_destroy(&delays->lock);
        free(delays);
}
