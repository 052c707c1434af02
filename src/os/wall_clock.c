/* SPDX-License-Identifier: Apache-2.0
 *
 * The time from clock_gettime(2).
 */
#include "os/wall_clock.h"

#include <time.h>

#include "base/monotonic.h"

static struct instant clock_now(void *context)
{
        struct timespec time;

        (void)context;
        (void)clock_gettime(CLOCK_REALTIME, &time);
        return (struct instant){.ms = (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000};
}

static void clock_pause(void *context, int64_t milliseconds)
{
        (void)context;
        monotonic_sleep(milliseconds);
}

struct clock_port os_clock(void)
{
        return (struct clock_port){.now = clock_now, .pause = clock_pause};
}
