/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread that calls functions when they are due, for work that needs a time but no thread of
 * its own: cutting off slow connections, sending delayed responses, freeing idle memory.
 *
 * All jobs share the thread. So a job takes a few milliseconds at most and never waits for a disk,
 * another machine or a lock that is held for long; all other jobs would be late. Longer work has a
 * thread of its own; see base/periodic.h. The list is meant for a dozen jobs: a module with many
 * deadlines, such as those of connections, has one job for all of them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct timer;

/* Embedded in the object it is about. Initialize it with `run` and zeros. */
struct timer_job {
        void (*run)(struct timer_job *job);
        int64_t due; /* of monotonic_now(); this and the rest are the timer's */
        bool is_set, has_ended;
        TAILQ_ENTRY(timer_job) link;
};

/* Return: the timer, or NULL with errno set. */
struct timer *timer_start(void);

/* Every job must have ended. NULL does nothing. */
void timer_stop(struct timer *timer);

/* Schedules the job once, for `due` or as soon as possible after it; this replaces an earlier
 * schedule. A job that schedules itself while it runs is periodic. Does nothing after timer_end().
 */
void timer_set(struct timer *timer, struct timer_job *job, int64_t due);

/* Cancels a job, and waits for it if it is running: it is not called after this returns. Do not
 * call it from a job, or while you hold a lock that the job takes. A job that was never scheduled
 * may be ended too. */
void timer_end(struct timer *timer, struct timer_job *job);
