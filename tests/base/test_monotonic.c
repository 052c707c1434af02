/* SPDX-License-Identifier: Apache-2.0
 *
 * Deadlines and waiting for them.
 */
#include "base/monotonic.h"

#include <limits.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

TEST(the_clock_is_the_monotonic_one_in_microseconds)
{
        struct timespec time;
        int64_t before = monotonic_now(), between;

        CHECK_INT(clock_gettime(CLOCK_MONOTONIC, &time), 0);
        between = (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
        CHECK(before <= between && between <= monotonic_now());
}

TEST(a_deadline_is_the_earlier_one)
{
        int64_t soon = monotonic_in(1000);

        CHECK(monotonic_within(soon, 3600000) == soon);
        CHECK(monotonic_within(MONOTONIC_NEVER, 1000) >= soon);
        CHECK(monotonic_within(MONOTONIC_NEVER, 1000) < monotonic_in(1001));
        CHECK(monotonic_in(-1000) < monotonic_now());
}

TEST(the_time_left_is_rounded_up_and_bounded)
{
        CHECK_INT(monotonic_left(monotonic_now() - 1), 0);
        CHECK_INT(monotonic_left(0), 0);
        CHECK_INT(monotonic_left(MONOTONIC_NEVER), INT_MAX);
        CHECK(monotonic_left(monotonic_in(3600000)) > 3590000);
        CHECK(monotonic_left(monotonic_in(3600000)) <= 3600000);
}

TEST(a_sleep_and_a_wait_last_until_their_time)
{
        pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
        pthread_cond_t cond;
        int64_t until;

        until = monotonic_in(20);
        monotonic_sleep(20);
        CHECK(monotonic_now() >= until);
        until = monotonic_in(20);
        monotonic_cond_init(&cond);
        (void)pthread_mutex_lock(&lock);
        while (monotonic_cond_wait(&cond, &lock, until))
                ;
        CHECK(monotonic_now() >= until);
        CHECK(!monotonic_cond_wait(&cond, &lock, 0));
        (void)pthread_mutex_unlock(&lock);
        (void)pthread_cond_destroy(&cond);
}

TEST(a_descriptor_is_waited_for_no_longer_than_the_deadline)
{
        int64_t deadline = monotonic_in(20);
        int ends[2];

        CHECK_INT(pipe(ends), 0);
        CHECK(!monotonic_poll(deadline, ends[0], POLLIN));
        CHECK(monotonic_now() >= deadline);
        CHECK(monotonic_poll(MONOTONIC_NEVER, ends[1], POLLOUT));
        CHECK(!monotonic_poll(0, ends[1], POLLOUT));
        CHECK_INT(write(ends[1], "x", 1), 1);
        CHECK(monotonic_poll(monotonic_in(60000), ends[0], POLLIN));
        (void)close(ends[0]);
        (void)close(ends[1]);
}
