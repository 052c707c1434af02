/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread that calls functions when they are due, for whatever needs a time but no thread of its
 * own: slow connections that are cut off, answers that wait, memory that is given back.
 *
 * All jobs share the thread. So a job takes some milliseconds at most, and never waits for a disk,
 * another machine or a lock that is held for long: all others would be late. What may take longer
 * has a thread of its own; see base/periodic.h. The list is meant for a dozen jobs: whatever has
 * many points in time, such as connections, has one job for all of them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct timer;

/* Embedded in what it is about, with `run` set and zeros behind it. */
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

/* Has the job called once, at `due` or as soon as that has passed, instead of when it was set to
 * before. A job that sets itself again while it runs is periodic. After timer_end() it does
 * nothing. */
void timer_set(struct timer *timer, struct timer_job *job, int64_t due);

/* Ends a job, and waits for it if it runs: it is not called after this has returned. Not to be
 * called by a job, nor with a lock held that the job takes. One that was never set may end too. */
void timer_end(struct timer *timer, struct timer_job *job);
