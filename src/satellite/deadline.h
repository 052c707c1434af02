/* SPDX-License-Identifier: Apache-2.0
 *
 * Waiting no longer than until a point in time, in milliseconds of the monotonic clock.
 */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

static inline int64_t deadline_now(void)
{
        struct timespec time;

        (void)clock_gettime(CLOCK_MONOTONIC, &time);
        return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The earlier of `deadline` and that many milliseconds from now. */
static inline int64_t deadline_within(int64_t deadline, int64_t milliseconds)
{
        int64_t other = deadline_now() + milliseconds;

        return other < deadline ? other : deadline;
}

/* Waits until the socket can be read or written (POLLIN, POLLOUT) or is broken.
 * Return: false if the deadline has passed before. */
static inline bool deadline_poll(int64_t deadline, int socket, short events)
{
        struct pollfd wanted = {.fd = socket, .events = events};

        for (;;) {
                int64_t left = deadline - deadline_now();
                int n;

                if (left <= 0)
                        return false;
                n = poll(&wanted, 1, left > INT32_MAX ? INT32_MAX : (int)left);
                if (n > 0)
                        return true;
        }
}
