/* SPDX-License-Identifier: Apache-2.0
 *
 * The monotonic clock, and waiting by it. Points in time are microseconds of CLOCK_MONOTONIC, which
 * cannot be set, so deadlines are unaffected when the time of day is corrected. Every deadline in
 * this program uses this clock, and nothing else reads it.
 */
#pragma once

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define MONOTONIC_NEVER INT64_MAX

enum { MONOTONIC_MILLISECOND = 1000, MONOTONIC_SECOND = 1000 * 1000 };

/* Microseconds since an arbitrary point in the past. */
int64_t monotonic_now(void);

/* The point in time `milliseconds` from now; in the past if they are negative. */
int64_t monotonic_in(int64_t milliseconds);

/* The earlier of `deadline` and `milliseconds` from now. */
int64_t monotonic_within(int64_t deadline, int64_t milliseconds);

/* Milliseconds until `deadline`, rounded up; 0 if it has passed; at most INT_MAX, for poll(2). */
int monotonic_left(int64_t deadline);

void monotonic_sleep(int64_t milliseconds);

/* A condition for monotonic_cond_wait(). */
void monotonic_cond_init(pthread_cond_t *cond);

/* Waits for a signal until the deadline, with `lock` held. It may also wake without a signal.
 * Return: false if the deadline has passed. */
bool monotonic_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until);

/* Waits until the descriptor is readable or writable (POLLIN, POLLOUT) or has failed. Return: false
 * if the deadline passed first. */
bool monotonic_poll(int64_t deadline, int descriptor, short events);
