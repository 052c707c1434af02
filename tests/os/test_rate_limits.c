/* SPDX-License-Identifier: Apache-2.0
 *
 * Rate limits: waits that double, windows, and a table of a fixed size.
 */
#include "os/rate_limits.h"

#include <pthread.h>

#include "base/monotonic.h"
#include "os/entropy.h"
#include "test.h"

static void rate_limits_freep(struct rate_limits **limits)
{
        rate_limits_free(*limits);
}

static int64_t table_now; /* of the tables' clock */

static int64_t clock_now(void *context)
{
        (void)context;
        return table_now;
}

static struct rate_limits *small_table(uint32_t n_entries)
{
        return rate_limits_new(&(struct rate_limits_options){
                .entropy = os_entropy(), .now = clock_now, .n_entries = n_entries});
}

#define RATE_LIMITS(port)                                                                          \
        struct rate_limits *limits CLEANUP(rate_limits_freep) = small_table(1024);                 \
        struct rate_limit_port port = rate_limits_port(limits)

static const struct rate_limit doubling = {
        .free = 4, .wait = 2, .longest_wait = 900, .memory = 86400};
static const struct rate_limit window = {.free = 2, .memory = 600};

static struct digest digest_of(uint32_t number)
{
        struct digest digest;

        crypto_sha256(slice_new(&number, sizeof(number)), &digest);
        return digest;
}

static void end(const struct rate_limit_port *port, uint32_t number, enum attempt_end how)
{
        struct digest what = digest_of(number);

        port->end(port->context, &what, how);
}

static int64_t begin(const struct rate_limit_port *port, uint32_t number,
                     const struct rate_limit *rule, int64_t second)
{
        struct rate_limit_key key = {.what = digest_of(number)};

        table_now = second * MONOTONIC_SECOND;
        return port->begin(port->context, &key, rule);
}

/* An attempt that fails at once, if it is allowed. */
static int64_t miss(const struct rate_limit_port *port, uint32_t number,
                    const struct rate_limit *rule, int64_t second)
{
        int64_t wait = begin(port, number, rule, second);

        if (!wait)
                end(port, number, ATTEMPT_FAILED);
        return wait;
}

TEST(from_the_fifth_attempt_on_the_wait_doubles_up_to_the_longest)
{
        RATE_LIMITS(port);
        int64_t now = 1000;

        for (int i = 0; i < 5; i++)
                CHECK_INT(miss(&port, 1, &doubling, now), 0);
        for (int64_t wait = 2; wait < 2000; wait *= 2) {
                int64_t expected = wait < 900 ? wait : 900;

                CHECK_INT(miss(&port, 1, &doubling, now), expected);
                CHECK_INT(miss(&port, 1, &doubling, now + expected - 1), 1);
                now += expected;
                CHECK_INT(miss(&port, 1, &doubling, now), 0);
        }
        CHECK_INT(miss(&port, 1, &doubling, now), 900);
        CHECK_INT(miss(&port, 2, &doubling, now), 0);
}

TEST(failures_are_forgotten_after_a_success_and_after_their_memory)
{
        RATE_LIMITS(port);

        for (int i = 0; i < 4; i++)
                CHECK_INT(miss(&port, 1, &doubling, 1000), 0);
        CHECK_INT(begin(&port, 1, &doubling, 1000), 0);
        end(&port, 1, ATTEMPT_SUCCEEDED);
        for (int i = 0; i < 5; i++)
                CHECK_INT(miss(&port, 1, &doubling, 1000), 0);
        CHECK_INT(miss(&port, 1, &doubling, 1000), 2);
        for (int i = 0; i < 5; i++)
                CHECK_INT(miss(&port, 1, &doubling, 1000 + 86400), 0);
}

TEST(a_window_is_closed_until_it_ends)
{
        RATE_LIMITS(port);

        for (int i = 0; i < 3; i++)
                CHECK_INT(miss(&port, 1, &window, 1000 + i), 0);
        CHECK_INT(miss(&port, 1, &window, 1100), 500);
        CHECK_INT(miss(&port, 1, &window, 1599), 1);
        CHECK_INT(miss(&port, 1, &window, 1600), 0);
}

TEST(what_is_taken_back_was_no_attempt)
{
        RATE_LIMITS(port);

        for (int i = 0; i < 10; i++) {
                CHECK_INT(begin(&port, 1, &doubling, 1000), 0);
                end(&port, 1, ATTEMPT_NONE);
        }
        end(&port, 1, ATTEMPT_NONE);
        for (int i = 0; i < 5; i++)
                CHECK_INT(miss(&port, 1, &doubling, 1000), 0);
}

TEST(what_counts_is_never_evicted_for_something_else)
{
        struct rate_limits *limits CLEANUP(rate_limits_freep) = small_table(1000);
        struct rate_limit_port port = rate_limits_port(limits);
        int n_refused = 0;

        for (int i = 0; i < 5; i++)
                CHECK_INT(miss(&port, 1, &doubling, 1000), 0);
        for (uint32_t i = 2; i < 4002; i++)
                n_refused += miss(&port, i, &doubling, 1000) == 60;
        CHECK_INT(n_refused, 4000 - 999);
        CHECK_INT(rate_limits_count(limits), 1000);
        CHECK_INT(miss(&port, 1, &doubling, 1000), 2);
        CHECK_INT(miss(&port, 2, &doubling, 1000), 0); /* existing entries continue */
        CHECK_INT(miss(&port, 1, &doubling, 1002), 0);
}

TEST(a_full_table_has_room_again_once_something_counts_no_more)
{
        struct rate_limits *limits CLEANUP(rate_limits_freep) = small_table(100);
        struct rate_limit_port port = rate_limits_port(limits);

        for (uint32_t i = 0; i < 100; i++)
                CHECK_INT(miss(&port, i, i % 2 ? &doubling : &window, 1000), 0);
        CHECK_INT(miss(&port, 100, &window, 1599), 60);
        CHECK_INT(miss(&port, 100, &window, 1600), 0);
        for (uint32_t i = 101; i < 150; i++)
                CHECK_INT(miss(&port, i, &window, 1600), 0);
        CHECK_INT(miss(&port, 150, &window, 1600), 60);
        CHECK_INT(begin(&port, 101, &window, 1600), 0);
        end(&port, 101, ATTEMPT_SUCCEEDED); /* forgotten at once */
        CHECK_INT(miss(&port, 150, &window, 1600), 0);
        for (uint32_t i = 1000; i < 1100; i++)
                CHECK_INT(miss(&port, i, &window, 1000 + 86400), 0);
}

static const struct rate_limit forgiving = {
        .free = 4, .wait = 2, .longest_wait = 900, .memory = 86400, .free_memory = 3600};

TEST(failures_that_cost_no_wait_yet_are_forgotten_sooner)
{
        RATE_LIMITS(port);

        for (int i = 0; i < 4; i++)
                CHECK_INT(miss(&port, 1, &forgiving, 1000), 0);
        for (int i = 0; i < 5; i++)
                CHECK_INT(miss(&port, 1, &forgiving, 1000 + 3600), 0);
        CHECK_INT(miss(&port, 1, &forgiving, 1000 + 3600), 2);
        CHECK_INT(miss(&port, 1, &forgiving, 4600 + 86399), 0);
        CHECK_INT(miss(&port, 1, &forgiving, 4600 + 86399), 4);
}

/* An attempt at something of an address, which is one of a network's. */
static int64_t miss_of(const struct rate_limit_port *port, uint32_t number, uint32_t address,
                       uint32_t network)
{
        struct rate_limit_key site = {.what = digest_of(network), .most = 50};
        struct rate_limit_key owner = {.what = digest_of(address), .owner = &site, .most = 20};
        struct rate_limit_key key = {.what = digest_of(number), .owner = &owner};
        int64_t wait = port->begin(port->context, &key, &window);

        if (!wait)
                port->end(port->context, &key.what, ATTEMPT_FAILED);
        return wait;
}

static int misses_of(const struct rate_limit_port *port, uint32_t from, uint32_t address,
                     uint32_t network)
{
        int n = 0;

        for (uint32_t i = from; i < from + 100; i++)
                n += miss_of(port, i, address, network) == 0;
        return n;
}

TEST(an_owner_has_a_share_of_the_table_and_no_more)
{
        RATE_LIMITS(port);

        table_now = 1000ll * MONOTONIC_SECOND;
        CHECK_INT(misses_of(&port, 1000, 1, 10), 20);
        CHECK_INT(misses_of(&port, 2000, 2, 10), 20);
        CHECK_INT(misses_of(&port, 3000, 3, 10), 7); /* the three addresses are remembered too */
        CHECK_INT(misses_of(&port, 4000, 4, 10), 0);
        CHECK_INT(misses_of(&port, 5000, 5, 11), 20);
        CHECK_INT(miss_of(&port, 1000, 1, 10), 0);
        table_now += 600ll * MONOTONIC_SECOND;
        CHECK_INT(misses_of(&port, 4000, 4, 10), 20);
        table_now += 600ll * MONOTONIC_SECOND;
        CHECK_INT(miss(&port, 1, &window, table_now / MONOTONIC_SECOND), 0);
        for (int i = 0; i < 100; i++)
                (void)miss(&port, 1, &window, table_now / MONOTONIC_SECOND);
        CHECK_INT(rate_limits_count(limits), 1);
}

TEST(nobody_owns_more_than_a_quarter_of_the_table)
{
        struct rate_limits *limits CLEANUP(rate_limits_freep) = small_table(40);
        struct rate_limit_port port = rate_limits_port(limits);

        table_now = 1000ll * MONOTONIC_SECOND;
        CHECK_INT(misses_of(&port, 1000, 1, 10), 9);
}

TEST(what_runs_is_not_forgotten_before_it_ends)
{
        RATE_LIMITS(port);

        CHECK_INT(begin(&port, 1, &window, 1000), 0);
        CHECK_INT(miss(&port, 2, &window, 2000), 0);
        CHECK_INT(rate_limits_count(limits), 2);
        end(&port, 1, ATTEMPT_NONE);
        CHECK_INT(rate_limits_count(limits), 1);
}

static void *missing_main(void *context)
{
        static const struct rate_limit many = {.free = 3999, .memory = 600};

        for (int i = 0; i < 1000; i++) {
                const struct rate_limit_port *port = context;
                struct rate_limit_key key = {.what = digest_of(7)};

                if (!port->begin(port->context, &key, &many))
                        port->end(port->context, &key.what, ATTEMPT_FAILED);
        }
        return NULL;
}

TEST(threads_are_all_counted)
{
        static const struct rate_limit many = {.free = 3999, .memory = 600};
        RATE_LIMITS(port);
        pthread_t threads[4];

        table_now = 1000ll * MONOTONIC_SECOND;
        for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
                CHECK(pthread_create(&threads[i], NULL, missing_main, &port) == 0);
        for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
                (void)pthread_join(threads[i], NULL);
        CHECK_INT(miss(&port, 7, &many, 1000), 600);
}

static const struct rate_limit at_once = {
        .free = 4, .parallel = 8, .wait = 2, .longest_wait = 900, .memory = 86400};

TEST(so_many_run_at_once_until_there_are_too_many_failures)
{
        RATE_LIMITS(port);

        for (int i = 0; i < 8; i++)
                CHECK_INT(begin(&port, 1, &at_once, 1000), 0);
        CHECK(begin(&port, 1, &at_once, 1000) > 0);
        for (int i = 0; i < 7; i++)
                end(&port, 1, ATTEMPT_SUCCEEDED);
        for (int i = 0; i < 7; i++)
                CHECK_INT(begin(&port, 1, &at_once, 1000), 0);
        for (int i = 0; i < 8; i++)
                end(&port, 1, ATTEMPT_FAILED);
        CHECK_INT(begin(&port, 1, &at_once, 1000), 16);
        CHECK_INT(begin(&port, 1, &at_once, 1016), 0);
        CHECK_INT(begin(&port, 1, &at_once, 1016), 32);
        end(&port, 1, ATTEMPT_SUCCEEDED);
        CHECK_INT(begin(&port, 1, &at_once, 1016), 0);
}
