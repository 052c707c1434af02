/* SPDX-License-Identifier: Apache-2.0
 *
 * Pushed requests: whose they are, for how long, and how many there are.
 */
#include "fixture.h"

static struct pushed_request pushed_of(int64_t number)
{
        return (struct pushed_request){.digest = digest_of(number),
                                       .client_row = id_of(20),
                                       .parameters = SLICE("scope=read"),
                                       .expires_at = after(60)};
}

static enum err push(struct world *world, int64_t number, struct instant now)
{
        struct pushed_request request = pushed_of(number);

        return STORE_AS(world, NULL, now, pushed_insert, &request);
}

static enum err open_in(struct world *world, int64_t browser, struct instant now,
                        struct pushed_request *ret)
{
        struct pushed_opening opening = {.digest = digest_of(1),
                                         .client_row = id_of(20),
                                         .browser = id_of(browser),
                                         .expires_at = instant_add_seconds(now, 600)};

        return STORE_AS(world, NULL, now, pushed_open, &opening, ret);
}

TEST(a_pushed_request_belongs_to_the_browser_that_opens_it_first)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct pushed_request found;

        CHECK_OK(push(&world, 1, NOW));
        CHECK_OK(push(&world, 1, NOW)); /* repeated */
        CHECK_OK(open_in(&world, 7, after(59), &found));
        CHECK_TEXT(found.parameters, "scope=read");
        CHECK_INT(found.opened_at.ms, after(59).ms);
        CHECK_INT(found.expires_at.ms, after(659).ms);
        CHECK_OK(open_in(&world, 7, after(658), &found));
        CHECK_INT(found.opened_at.ms, after(59).ms);
        CHECK_INT(found.expires_at.ms, after(659).ms);
        CHECK_ERR(open_in(&world, 8, after(100), &found), ERR_NO_ROW);
        CHECK_ERR(open_in(&world, 7, after(659), &found), ERR_NO_ROW);
}

TEST(a_pushed_request_that_nobody_opened_expires)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct pushed_request found;

        CHECK_OK(push(&world, 1, NOW));
        CHECK_ERR(open_in(&world, 7, after(60), &found), ERR_NO_ROW);
}

TEST(a_pushed_request_is_of_use_to_its_client_alone)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct pushed_opening opening = {.digest = digest_of(1),
                                         .client_row = id_of(21),
                                         .browser = id_of(7),
                                         .expires_at = after(600)};
        struct pushed_request found;

        CHECK_OK(push(&world, 1, NOW));
        CHECK_ERR(STORE(&world, pushed_open, &opening, &found), ERR_NO_ROW);
        opening.client_row = id_of(20);
        opening.digest = digest_of(2);
        CHECK_ERR(STORE(&world, pushed_open, &opening, &found), ERR_NO_ROW);
}

TEST(a_client_has_a_bounded_number_of_them)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct pushed_request other = pushed_of(LIMIT_PUSHED_REQUESTS + 1);

        for (int64_t i = 1; i <= LIMIT_PUSHED_REQUESTS; i++)
                CHECK_OK(push(&world, i, NOW));
        CHECK_ERR(push(&world, LIMIT_PUSHED_REQUESTS + 1, NOW), ERR_TOO_MANY);
        CHECK_OK(push(&world, LIMIT_PUSHED_REQUESTS, NOW)); /* it is there */
        other.client_row = id_of(21);
        CHECK_OK(STORE(&world, pushed_insert, &other));
        CHECK_OK(push(&world, LIMIT_PUSHED_REQUESTS + 2, after(60)));
}

TEST(expired_ones_are_cleaned_up)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct pushed_request found;
        struct cleanup_limits limits = {0};
        int64_t n;

        CHECK_OK(push(&world, 1, NOW));
        CHECK_OK(STORE_AS(&world, NULL, after(59), cleanup, &limits, &n));
        CHECK_INT(n, 0);
        CHECK_OK(open_in(&world, 7, after(59), &found));
        CHECK_OK(STORE_AS(&world, NULL, after(659), cleanup_waiting, &limits, &n));
        CHECK_INT(n, 1);
        CHECK_OK(STORE_AS(&world, NULL, after(659), cleanup, &limits, &n));
        CHECK_INT(n, 1);
}
