/* SPDX-License-Identifier: Apache-2.0
 *
 * Attempts: waits that double, windows, and a table of a fixed size.
 */
#include "os/attempts.h"
#include "test.h"

static void attempts_freep(struct attempts **attempts)
{
        attempts_free(*attempts);
}

#define ATTEMPTS(port)                                                                             \
        struct attempts *attempts CLEANUP(attempts_freep) = attempts_new();                        \
        struct attempt_port port = attempts_port(attempts)

static const struct attempt_rule doubling = {
        .free = 4, .wait = 2, .longest_wait = 900, .memory = 86400};
static const struct attempt_rule window = {.free = 2, .memory = 600};

static struct digest digest_of(uint32_t number)
{
        struct digest digest;

        crypto_sha256(slice_new(&number, sizeof(number)), &digest);
        return digest;
}

static void end(const struct attempt_port *port, uint32_t number, enum attempt_end how)
{
        struct digest what = digest_of(number);

        port->end(port->context, &what, how);
}

static int64_t begin(const struct attempt_port *port, uint32_t number,
                     const struct attempt_rule *rule, int64_t second)
{
        struct digest what = digest_of(number);

        return port->begin(port->context, &what, rule, (struct instant){.ms = second * 1000});
}

/* An attempt that fails at once, if it may be made. */
static int64_t miss(const struct attempt_port *port, uint32_t number,
                    const struct attempt_rule *rule, int64_t second)
{
        int64_t wait = begin(port, number, rule, second);

        if (!wait)
                end(port, number, ATTEMPT_FAILED);
        return wait;
}

TEST(from_the_fifth_attempt_on_the_wait_doubles_up_to_the_longest)
{
        ATTEMPTS(port);
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
        ATTEMPTS(port);

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
        ATTEMPTS(port);

        for (int i = 0; i < 3; i++)
                CHECK_INT(miss(&port, 1, &window, 1000 + i), 0);
        CHECK_INT(miss(&port, 1, &window, 1100), 500);
        CHECK_INT(miss(&port, 1, &window, 1599), 1);
        CHECK_INT(miss(&port, 1, &window, 1600), 0);
}

TEST(what_is_taken_back_was_no_attempt)
{
        ATTEMPTS(port);

        for (int i = 0; i < 10; i++) {
                CHECK_INT(begin(&port, 1, &doubling, 1000), 0);
                end(&port, 1, ATTEMPT_NONE);
        }
        end(&port, 1, ATTEMPT_NONE);
        for (int i = 0; i < 5; i++)
                CHECK_INT(miss(&port, 1, &doubling, 1000), 0);
}

TEST(more_things_than_there_is_room_for_are_forgotten_oldest_first)
{
        ATTEMPTS(port);

        for (uint32_t i = 0; i < 50000; i++)
                CHECK_INT(miss(&port, i, &doubling, 1000 + i), 0);
        for (int i = 0; i < 4; i++)
                CHECK_INT(miss(&port, 49999, &doubling, 60000), 0);
        CHECK_INT(miss(&port, 49999, &doubling, 60000), 2);
}

static const struct attempt_rule at_once = {
        .free = 4, .parallel = 8, .wait = 2, .longest_wait = 900, .memory = 86400};

TEST(so_many_run_at_once_until_there_are_too_many_failures)
{
        ATTEMPTS(port);

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
