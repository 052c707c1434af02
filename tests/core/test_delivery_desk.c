/* SPDX-License-Identifier: Apache-2.0
 *
 * Which satellite may be called now.
 */
#include "core/grants/delivery_desk.h"

#include "base/macros.h"
#include "test.h"

static const struct uuid accounts[] = {{{1}}, {{2}}, {{3}}, {{4}}, {{5}}};

static struct instant at(int64_t seconds)
{
        return (struct instant){.ms = 1000000000 + seconds * 1000};
}

static enum desk_answer begin(struct delivery_desk *desk, const char *address, size_t account,
                              int64_t seconds)
{
        struct desk_call call = {slice_from_string(address), &accounts[account]};
        struct instant until;

        return desk_begin(desk, &call, at(seconds), &until);
}

static void end(struct delivery_desk *desk, const char *address, size_t account, enum err outcome,
                int64_t seconds)
{
        struct desk_call call = {slice_from_string(address), &accounts[account]};

        desk_end(desk, &call, outcome, at(seconds));
}

TEST(a_satellite_and_an_account_have_a_share_of_the_workers)
{
        struct delivery_desk desk = {0};

        for (size_t account = 0; account < 2; account++) {
                for (int i = 0; i < LIMIT_DELIVERIES_OF_ACCOUNT; i++)
                        CHECK_INT(begin(&desk, "a", account, 0), DESK_GO);
                CHECK_INT(begin(&desk, "a", account, 0), DESK_BUSY);
        }
        CHECK_INT(begin(&desk, "a", 2, 0), DESK_BUSY); /* its satellite's share is used up */
        CHECK_INT(begin(&desk, "b", 0, 0), DESK_BUSY); /* its account's */
        CHECK_INT(begin(&desk, "b", 2, 0), DESK_GO);
        end(&desk, "a", 0, ERR_OK, 1);
        CHECK_INT(begin(&desk, "a", 2, 1), DESK_GO);
}

TEST(there_are_no_more_calls_than_workers)
{
        static const char *const satellites[] = {"a", "b", "c", "d", "e"};
        struct delivery_desk desk = {0};

        for (size_t i = 0; i < LIMIT_DELIVERIES; i++)
                CHECK_INT(begin(&desk, satellites[i / 2], i / 2, 0), DESK_GO);
        CHECK_INT(begin(&desk, "e", 4, 0), DESK_BUSY);
}

TEST(a_satellite_that_was_away_is_tried_by_one_worker_after_growing_pauses)
{
        int64_t pauses[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600}, now = 0;
        struct delivery_desk desk = {0};

        for (size_t i = 0; i < ARRAY_SIZE(pauses); i++) {
                CHECK_INT(begin(&desk, "a", 0, now), DESK_GO);
                if (i > 0)
                        CHECK_INT(begin(&desk, "a", 1, now), DESK_BUSY);
                now += 20;
                end(&desk, "a", 0, ERR_SATELLITE_UNAVAILABLE, now);
                CHECK_INT(begin(&desk, "a", 1, now + pauses[i] - 1), DESK_LATER);
                CHECK_INT(begin(&desk, "b", 1, now), DESK_GO);
                end(&desk, "b", 1, ERR_OK, now);
                now += pauses[i];
        }
        CHECK_INT(begin(&desk, "a", 0, now), DESK_GO);
        end(&desk, "a", 0, ERR_OK, now);
        CHECK_INT(begin(&desk, "a", 0, now), DESK_GO);
        CHECK_INT(begin(&desk, "a", 1, now), DESK_GO);
}

TEST(a_satellite_that_fails_at_once_is_tried_again_soon)
{
        struct delivery_desk desk = {0};

        for (int64_t now = 0; now < 1000; now += 5) {
                CHECK_INT(begin(&desk, "a", 0, now), DESK_GO);
                end(&desk, "a", 0, ERR_SATELLITE_OUTCOME_UNKNOWN, now);
                CHECK_INT(begin(&desk, "a", 1, now), DESK_LATER);
        }
}

TEST(calls_that_fail_together_are_one_failure)
{
        struct delivery_desk desk = {0};

        for (size_t i = 0; i < 4; i++)
                CHECK_INT(begin(&desk, "a", i, 0), DESK_GO);
        for (size_t i = 0; i < 4; i++)
                end(&desk, "a", i, ERR_SATELLITE_OUTCOME_UNKNOWN, 0);
        CHECK_INT(begin(&desk, "a", 0, 1), DESK_GO);
}

TEST(a_clock_that_is_set_back_keeps_nobody_waiting)
{
        struct delivery_desk desk = {0};

        CHECK_INT(begin(&desk, "a", 0, 0), DESK_GO);
        end(&desk, "a", 0, ERR_SATELLITE_UNAVAILABLE, 0);
        CHECK_INT(begin(&desk, "a", 0, -86400), DESK_GO);
}

TEST(more_satellites_than_are_remembered_are_only_tried_again_sooner)
{
        struct delivery_desk desk = {0};
        char address[32];

        for (int i = 0; i <= DESK_AWAY; i++) {
                (void)snprintf(address, sizeof(address), "satellite %d", i);
                CHECK_INT(begin(&desk, address, 0, 0), DESK_GO);
                end(&desk, address, 0, ERR_SATELLITE_UNAVAILABLE, 0);
        }
        CHECK_INT(begin(&desk, "satellite 0", 0, 0), DESK_GO);
        CHECK_INT(begin(&desk, "satellite 1", 0, 0), DESK_LATER);
        CHECK_INT(begin(&desk, address, 0, 0), DESK_LATER);
}
