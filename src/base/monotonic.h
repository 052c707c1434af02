/* SPDX-License-Identifier: Apache-2.0
 *
 * The clock that only goes forward, and waiting by it. Points in time are microseconds of
 * CLOCK_MONOTONIC: nobody sets that clock, so a deadline stays where it is when the time of day is
 * corrected. All deadlines in this program are of this clock; nothing else reads it.
 */
#pragma once

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define MONOTONIC_NEVER INT64_MAX

enum { MONOTONIC_MILLISECOND = 1000, MONOTONIC_SECOND = 1000 * 1000 };

/* Microseconds since some point in the past. */
int64_t monotonic_now(void);

/* The point in time so many milliseconds from now; before now if they are negative. */
int64_t monotonic_in(int64_t milliseconds);

/* The earlier of `deadline` and that many milliseconds from now. */
int64_t monotonic_within(int64_t deadline, int64_t milliseconds);

/* Milliseconds until `deadline`, rounded up; 0 if it has passed. INT_MAX at most, for poll(2). */
int monotonic_left(int64_t deadline);

void monotonic_sleep(int64_t milliseconds);

/* A condition for monotonic_cond_wait(). */
void monotonic_cond_init(pthread_cond_t *cond);

/* Waits for a signal, with `lock` held, until a point in time. As any condition it may wake without
 * a signal. Return: false if that time has come. */
bool monotonic_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until);

/* Waits until the descriptor can be read or written (POLLIN, POLLOUT) or is broken.
 * Return: false if the deadline has passed before. */
bool monotonic_poll(int64_t deadline, int descriptor, short events);
