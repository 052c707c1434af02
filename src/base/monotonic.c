/* SPDX-License-Identifier: Apache-2.0
 *
 * The only file that uses CLOCK_MONOTONIC.
 */
#include "base/monotonic.h"

#include <errno.h>
#include <limits.h>
#include <time.h>

static struct timespec timespec_of(int64_t microseconds)
{
        return (struct timespec){.tv_sec = microseconds / MONOTONIC_SECOND,
                                 .tv_nsec = microseconds % MONOTONIC_SECOND * 1000};
}

int64_t monotonic_now(void)
{
        struct timespec now;

        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * MONOTONIC_SECOND + now.tv_nsec / 1000;
}

int64_t monotonic_in(int64_t milliseconds)
{
        return monotonic_now() + milliseconds * MONOTONIC_MILLISECOND;
}

int64_t monotonic_within(int64_t deadline, int64_t milliseconds)
{
        int64_t other = monotonic_in(milliseconds);

        return other < deadline ? other : deadline;
}

int monotonic_left(int64_t deadline)
{
        int64_t now = monotonic_now(), left;

        if (deadline <= now)
                return 0;
        left = (deadline - now - 1) / MONOTONIC_MILLISECOND + 1;
        return left < INT_MAX ? (int)left : INT_MAX;
}

void monotonic_sleep(int64_t milliseconds)
{
        struct timespec until = timespec_of(monotonic_in(milliseconds));

        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
                ;
}

void monotonic_cond_init(pthread_cond_t *cond)
{
        pthread_condattr_t monotonic;

        (void)pthread_condattr_init(&monotonic);
        (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        (void)pthread_cond_init(cond, &monotonic);
        (void)pthread_condattr_destroy(&monotonic);
}

bool monotonic_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until)
{
        struct timespec at = timespec_of(until);

        if (until == MONOTONIC_NEVER)
                return pthread_cond_wait(cond, lock) == 0;
        return pthread_cond_timedwait(cond, lock, &at) != ETIMEDOUT;
}

bool monotonic_poll(int64_t deadline, int descriptor, short events)
{
        struct pollfd wanted = {.fd = descriptor, .events = events};
        int left;

        while ((left = monotonic_left(deadline)) > 0)
                if (poll(&wanted, 1, left) > 0)
                        return true;
        return false;
}
