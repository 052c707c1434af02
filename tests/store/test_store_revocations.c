/* SPDX-License-Identifier: Apache-2.0
 *
 * The feed of revocations, and the file that repeats it.
 */
#include "fixture.h"
#include "store/driver.h"
#include "store/revocation_history.h"

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};
static const struct revocation_cursor beginning;

/* The code of this number, exchanged; the grant's id is the number and 5000. */
static void grant_new(struct world *world, int64_t number)
{
        struct request code = code_new(world, number);
        struct claim claim = claim_of(&code, number);
        struct grant grant;

        claim.sealed_tail = tail;
        CHECK_OK(CLAIM(world, &claim, &grant));
}

static struct revocation_cursor read_on(struct world *world, struct revocation_cursor after,
                                        int64_t limit, size_t expected)
{
        struct revocation_list list;

        CHECK_OK(STORE(world, revocation_list, &(struct revocation_page){after, limit}, &list));
        CHECK_INT(list.n, expected);
        for (size_t i = 0; i < list.n; i++)
                CHECK(slice_equal(list.items[i].sealed_tail, tail));
        return list.next;
}

static void take_back(struct world *world, int64_t grant)
{
        struct grant taken;

        CHECK_OK(STORE_AS(world, id(world, 1), after(9), grant_revoke, id(world, grant), &audit,
                          &taken));
        CHECK_INT(taken.status, GRANT_REVOKED);
}

static struct revocation_history log_read(struct world *world)
{
        struct revocation_history history = REVOCATION_HISTORY(&world->arena, 0);
        struct store_location location;
        struct sql_connection *connection;

        world_locate(world, &location);
        CHECK_OK(location.driver->open(&location, true, &connection));
        CHECK_OK(location.driver->log_read(connection, &history));
        location.driver->close(connection);
        return history;
}

TEST(an_empty_feed_stays_where_it_is)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_INT(read_on(&world, beginning, 10, 0).seq, 0);
}

TEST(a_revocation_is_told_with_its_time_and_the_grants_end)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_list list;

        grant_new(&world, 30);
        take_back(&world, 5030);
        CHECK_OK(STORE(&world, revocation_list, &(struct revocation_page){.limit = 10}, &list));
        CHECK_INT(list.n, 1);
        CHECK_INT(list.items[0].revoked_at.ms, after(9).ms);
        CHECK_INT(list.items[0].until.ms, after(3602).ms);
        CHECK_INT(list.next.seq, 1);
}

TEST(taking_back_twice_is_one_revocation)
{
        struct world world CLEANUP(world_end) = world_with_client();

        grant_new(&world, 30);
        take_back(&world, 5030);
        take_back(&world, 5030);
        CHECK_INT(read_on(&world, beginning, 10, 1).seq, 1);
}

TEST(a_reader_goes_on_where_it_stopped)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_cursor at;

        for (int64_t i = 0; i < 5; i++) {
                grant_new(&world, 30 + i);
                take_back(&world, 5030 + i);
        }
        at = read_on(&world, beginning, 2, 2);
        at = read_on(&world, at, 2, 2);
        at = read_on(&world, at, 2, 1);
        (void)read_on(&world, at, 2, 0);
}

TEST(the_grants_of_one_row_may_take_several_pages)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_cursor at;

        for (int64_t i = 0; i < 5; i++)
                grant_new(&world, 30 + i);
        take_back(&world, 5030);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), client_delete, id(&world, 20), &audit));
        at = read_on(&world, beginning, 3, 3);
        CHECK_INT(at.seq, 2);
        at = read_on(&world, at, 3, 2);
        (void)read_on(&world, at, 3, 0);
}

/* What a reader gets who reads until nothing follows. */
static size_t read_all(struct world *world, struct revocation_cursor at)
{
        size_t n = 0;

        for (;;) {
                struct revocation_page page = {at, LIMIT_LIST};
                struct revocation_list list;

                CHECK_OK(STORE(world, revocation_list, &page, &list));
                n += list.n;
                if (list.next.seq == at.seq && uuid_equal(&list.next.grant, &at.grant))
                        return n;
                at = list.next;
        }
}

/* Return: where the feed goes on behind them. */
static struct revocation_cursor ended_before(struct world *world, int64_t n)
{
        for (int64_t i = 0; i < n; i++) {
                grant_new(world, 100 + i);
                take_back(world, 5100 + i);
        }
        request_new(world, 100 + n);
        return (struct revocation_cursor){.seq = n};
}

TEST(grants_that_ended_before_hide_none_that_a_deletion_ends)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_cursor at = ended_before(&world, LIMIT_LIST + 1);
        bool has_more = true;

        grant_new(&world, 30);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), client_delete, id(&world, 20), &audit));
        at = read_on(&world, at, 10, 0); /* none of those that a page looks at */
        CHECK_INT(read_all(&world, at), 1);
        CHECK_OK(
                STORE_AS(&world, id(&world, 1), after(10), project_delete, id(&world, 10), &audit));
        CHECK_INT(read_all(&world, at), 2);
        for (int i = 0; i < 6; i++)
                CHECK_OK(STORE(&world, delivery_spread, &has_more));
        CHECK(has_more);
        CHECK_OK(STORE(&world, delivery_spread, &has_more));
        CHECK(!has_more);
}

TEST(a_grant_of_a_deleted_client_is_not_issued_any_more)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30);
        struct claim claim = claim_of(&code, 30);
        struct grant grant;

        CHECK_OK(CLAIM(&world, &claim, &grant));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(3), client_delete, id(&world, 20), &audit));
        CHECK_ERR(issue(&world, 5030, 30, after(4)), ERR_CODE_FAILED);
        (void)read_on(&world, beginning, 10, 0);
}

TEST(the_log_holds_every_revocation_in_order)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_history history;

        grant_new(&world, 30);
        take_back(&world, 5030);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), client_delete, id(&world, 20), &audit));
        history = log_read(&world);
        CHECK_INT(history.n, 2);
        CHECK_INT(history.lines[0].number, 1);
        CHECK_INT(history.lines[0].feed, 1);
        CHECK_INT(history.lines[0].kind, LOG_grant);
        CHECK_ID(history.lines[0].id, 5030);
        CHECK_INT(history.lines[0].at.ms, after(9).ms);
        CHECK_INT(history.lines[1].number, 2);
        CHECK_INT(history.lines[1].before, 1);
        CHECK_INT(history.lines[1].kind, LOG_client);
        CHECK_ID(history.lines[1].id, 20);
}
