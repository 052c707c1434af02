/* SPDX-License-Identifier: Apache-2.0
 *
 * What an account has allowed a client, apart from the code it was exchanged by: any number of its
 * grants are listed, reported, revoked and removed.
 */
#include "snapshot.h"

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

/* Blobs are written differently in each database. */
#define LATER_GRANT(begin, end)                                                                    \
        "INSERT INTO access_grant (id, authorization_no, account_id, client_row, project_id, "     \
        "scope, status, created_at, expires_at, sealed_tail, attempt) "                            \
        "SELECT " begin "019000000000000000000000000013a7" end ", authorization_no, account_id, "  \
        "client_row, project_id, scope, status, created_at + 1, expires_at + 600000, "             \
        "sealed_tail, " begin "01900000000000000000000000000001" end " FROM access_grant "         \
        "RETURNING 1"

/* Request 30 with two grants of its authorization: 5030 from the code, and a later one, 5031, that
 * ends later. Returns its code. */
static struct request two_grants(struct world *world)
{
        struct request code = code_new(world, 30);
        struct claim claim = claim_of(&code, 30);
        struct grant grant;

        claim.sealed_tail = tail;
        CHECK_OK(CLAIM(world, &claim, &grant));
        CHECK_ID(grant.id, 5030);
        CHECK_INT(snapshot_number(world, *world->schema ? LATER_GRANT("'\\x", "'")
                                                        : LATER_GRANT("x'", "'")),
                  1);
        return code;
}

static enum request_state state_now(struct world *world)
{
        struct history_query query = {id_of(20), {.limit = LIMIT_LIST}};
        struct history_list entries;

        CHECK_OK(STORE_AS(world, id(world, 1), after(9), history_list, &query, &entries));
        CHECK_INT(entries.n, 1);
        return entries.items[0].state;
}

TEST(one_authorization_issues_many_grants)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = two_grants(&world);
        struct grant_list grants = grants_now(&world, 10);
        struct list_page page = {.limit = LIMIT_LIST};
        struct connection_list connections;

        CHECK_INT(grants.n, 2);
        CHECK_ID(grants.items[0].id, 5031);
        CHECK_ID(grants.items[1].id, 5030);
        for (size_t i = 0; i < grants.n; i++) {
                CHECK_INT(grants.items[i].authorization_no, code.no);
                CHECK_INT(grants.items[i].status, GRANT_LIVE);
        }
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), connection_list, &page, &connections));
        CHECK_INT(connections.n, 1);
        CHECK_INT(connections.items[0].n_live, 2);
        CHECK_INT(connections.items[0].n_requests, 1);
        CHECK_INT(state_now(&world), STATE_USED);
}

TEST(a_request_is_as_its_newest_grant)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant grant;

        (void)two_grants(&world);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), grant_revoke, id(&world, 5030), &audit,
                          &grant));
        CHECK_INT(state_now(&world), STATE_USED);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), grant_revoke, id(&world, 5031), &audit,
                          &grant));
        CHECK_INT(state_now(&world), STATE_REVOKED);
}

TEST(a_replay_of_the_code_costs_all_grants_and_the_authorization)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = two_grants(&world);
        struct claim replay = claim_of(&code, 31);
        struct grant_list grants;
        struct grant grant;

        CHECK_ERR(CLAIM_AT(&world, after(60), &replay, &grant), ERR_CODE_REPLAYED);
        grants = grants_now(&world, 10);
        CHECK_INT(grants.items[0].status, GRANT_REVOKED);
        CHECK_INT(grants.items[1].status, GRANT_REVOKED);
        CHECK_INT(snapshot_number(&world, "SELECT ended_at FROM access_authorization"),
                  after(60).ms);
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM revocation"), 2);
}

TEST(revoked_access_ends_all_grants_of_an_authorization)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant_list grants;

        (void)two_grants(&world);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), access_revoke, id(&world, 20), &audit,
                          &grants));
        CHECK_INT(grants.n, 2);
        grants = grants_now(&world, 10);
        CHECK_INT(grants.items[0].status, GRANT_REVOKED);
        CHECK_INT(grants.items[1].status, GRANT_REVOKED);
}

TEST(the_feed_tells_all_grants_of_an_authorization_one_at_a_time)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_list list = {0};

        (void)two_grants(&world);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), client_delete, id(&world, 20), &audit));
        for (int64_t i = 0; i < 3; i++) {
                CHECK_OK(STORE_AS(&world, NULL, after(9), revocation_list,
                                  &(struct revocation_page){list.next, 1}, &list));
                CHECK_INT(list.n, i < 2);
                if (list.n)
                        CHECK_ID(list.items[0].grant_id, 5030 + i);
        }
}

/* Checks which of the three are there. */
static void check_kept(struct world *world, int64_t n)
{
        CHECK_INT(snapshot_number(world, "SELECT COUNT(*) FROM request"), n);
        CHECK_INT(snapshot_number(world, "SELECT COUNT(*) FROM access_authorization"), n);
        CHECK_INT(snapshot_number(world, "SELECT COUNT(*) FROM code"), n);
}

static void clean_before(struct world *world, struct instant now)
{
        struct cleanup_limits limits = limits_at(now);

        (void)clean_up(world, now, &limits);
}

TEST(an_authorization_goes_with_its_last_grant)
{
        struct world world CLEANUP(world_end) = world_with_client();

        (void)two_grants(&world);
        clean_before(&world, after(3603));
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM access_grant"), 1);
        check_kept(&world, 1);
        clean_before(&world, after(4203));
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM access_grant"), 0);
        check_kept(&world, 0);
}

TEST(an_authorization_goes_with_a_code_that_nobody_exchanged)
{
        struct world world CLEANUP(world_end) = world_with_client();

        (void)code_new(&world, 30);
        clean_before(&world, NOW);
        check_kept(&world, 1);
        clean_before(&world, after(1));
        check_kept(&world, 0);
}
