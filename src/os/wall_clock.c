/* SPDX-License-Identifier: Apache-2.0
 *
 * Time by clock_gettime(2).
 */
#include "os/wall_clock.h"

#include <errno.h>
#include <time.h>

static int64_t clock_ms(clockid_t clock)
{
        struct timespec time;

        (void)clock_gettime(clock, &time);
        return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static struct instant clock_now(void *context)
{
        (void)context;
        return (struct instant){.ms = clock_ms(CLOCK_REALTIME)};
}

static void clock_pause(void *context, int64_t milliseconds)
{
        struct timespec left = {.tv_sec = milliseconds / 1000,
                                .tv_nsec = milliseconds % 1000 * 1000000};

        (void)context;
        while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
                ;
}

struct clock_port os_clock(void)
{
        return (struct clock_port){.now = clock_now, .pause = clock_pause};
}

int64_t os_uptime_ms(void)
{
        return clock_ms(CLOCK_MONOTONIC);
}
