/* SPDX-License-Identifier: Apache-2.0
 *
 * Clock, randomness and signals.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/monotonic.h"
#include "os/descriptors.h"
#include "os/entropy.h"
#include "os/sandbox.h"
#include "os/signals.h"
#include "os/wall_clock.h"
#include "test.h"

TEST(randomness_fills_all_of_it_and_differs)
{
        struct entropy_port entropy = os_entropy();
        uint8_t a[1000] = {0}, b[1000] = {0};
        size_t zeros = 0;

        entropy.fill(entropy.context, a, sizeof(a));
        entropy.fill(entropy.context, b, sizeof(b));
        CHECK(memcmp(a, b, sizeof(a)) != 0);
        for (size_t i = 0; i < sizeof(a); i++)
                zeros += a[i] == 0;
        CHECK(zeros < 50);
}

TEST(the_clock_tells_the_time_of_day_and_waits)
{
        struct clock_port clock = os_clock();
        int64_t before = monotonic_now();
        time_t now = time(NULL);

        CHECK(instant_seconds(clock.now(clock.context)) - now <= 1);
        clock.pause(clock.context, 20);
        CHECK(monotonic_now() - before >= 20 * MONOTONIC_MILLISECOND);
}

TEST(signals_are_waited_for)
{
        signals_hold();
        CHECK_INT(signals_wait(0), SIGNAL_NONE);
        CHECK(raise(SIGTERM) == 0);
        CHECK_INT(signals_wait(1000), SIGNAL_STOP);
        CHECK(raise(SIGHUP) == 0);
        CHECK_INT(signals_wait(1000), SIGNAL_REOPEN);
        CHECK(raise(SIGPIPE) == 0);
        CHECK_INT(signals_wait(1), SIGNAL_NONE);
}

/* In a child: a leak checker could not look into this process afterwards. */
TEST(there_are_no_core_dumps)
{
        struct rlimit limit;
        int status = 1;
        pid_t child = fork();

        if (child == 0) {
                sandbox_hide_memory();
                _exit(getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0 ||
                      prctl(PR_GET_DUMPABLE) != 0);
        }
        CHECK(child > 0 && waitpid(child, &status, 0) == child);
        CHECK_INT(status, 0);
}

TEST(the_limit_of_open_files_is_raised_as_far_as_it_goes_and_never_lowered)
{
        struct rlimit before, low;

        CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
        low = (struct rlimit){.rlim_cur = 64, .rlim_max = before.rlim_max};
        CHECK_INT(setrlimit(RLIMIT_NOFILE, &low), 0);
        CHECK_INT(descriptors_raise(100), 100);
        CHECK_INT(descriptors_raise(80), 100);
        CHECK_INT(descriptors_raise(UINT64_MAX - 1), before.rlim_max);
        CHECK_INT(setrlimit(RLIMIT_NOFILE, &before), 0);
}
