/* SPDX-License-Identifier: Apache-2.0
 *
 * How much access of one account an application may have: beyond that the oldest ends.
 */
#include <pthread.h>

#include "refreshes.h"
#include "snapshot.h"

enum { MOST = 3 };

/* A request of this number, by an account for a client, and what it was approved for. */
static enum err approve_for(struct world *world, int64_t number, int64_t account, int64_t client)
{
        struct request request = request_of(number), approved;

        request.account_id = id_of(account);
        request.client_row = id_of(client);
        TRY(STORE(world, request_insert, &request, &audit, &request.no));
        approved = approval_of(&request, number);
        approved.authorization.most = MOST;
        return STORE_AS(world, NULL, after(1), request_decide, &approved, &audit);
}

/* The same for account 1 and client 20, with a grant. */
static void exchange(struct world *world, int64_t number)
{
        struct request request;
        struct claim claim;
        struct grant grant;

        CHECK_OK(approve_for(world, number, 1, 20));
        CHECK_OK(STORE(world, request_get, id(world, number), &request));
        claim = claim_of(&request, number);
        claim.sealed_tail = tail;
        CHECK_OK(CLAIM(world, &claim, &grant));
}

static enum grant_status status_of(struct world *world, int64_t grant)
{
        struct grant found;

        CHECK_OK(STORE(world, grant_by_id, id(world, grant), &found));
        return found.status;
}

static enum err replaced_at(struct world *world, struct instant now, struct replaced *ret)
{
        return STORE_AS(world, id(world, 1), now, authorization_replaced,
                        &(struct authorizations){id_of(20), MOST}, ret);
}

TEST(one_too_many_ends_the_oldest_and_only_that)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_list feed;
        struct replaced replaced;

        for (int64_t i = 30; i < 30 + MOST; i++) {
                CHECK_ERR(replaced_at(&world, after(2), &replaced), ERR_NO_ROW);
                exchange(&world, i);
        }
        CHECK_OK(replaced_at(&world, after(2), &replaced));
        CHECK_TEXT(replaced.scope, "read bucket:photos");
        CHECK_INT(replaced.decided_at.ms, after(1).ms);
        exchange(&world, 40);
        CHECK_INT(status_of(&world, 5030), GRANT_REVOKED);
        for (int64_t i = 31; i < 30 + MOST; i++)
                CHECK_INT(status_of(&world, 5000 + i), GRANT_LIVE);
        CHECK_INT(status_of(&world, 5040), GRANT_LIVE);
        CHECK_OK(STORE(&world, revocation_list, &(struct revocation_page){.limit = 9}, &feed));
        CHECK_INT(feed.n, 1);
        CHECK_ID(feed.items[0].grant_id, 5030);
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM audit "
                                          "WHERE action = 'access_replaced'"),
                  1);
}

TEST(what_nobody_can_use_any_more_gives_way_first)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct replaced replaced;
        struct grant taken;

        exchange(&world, 30);
        exchange(&world, 31);
        exchange(&world, 32);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(3), grant_revoke, id(&world, 5031), &audit,
                          &taken));
        CHECK_ERR(replaced_at(&world, after(3), &replaced), ERR_NO_ROW);
        exchange(&world, 33);
        CHECK_INT(status_of(&world, 5030), GRANT_LIVE);
        exchange(&world, 34);
        CHECK_INT(status_of(&world, 5030), GRANT_REVOKED);
        CHECK_INT(status_of(&world, 5032), GRANT_LIVE);
}

TEST(access_that_has_expired_or_was_removed_does_not_count)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct replaced replaced;
        struct grant_list gone;

        for (int64_t i = 30; i < 30 + MOST; i++)
                exchange(&world, i);
        CHECK_ERR(replaced_at(&world, after(3603), &replaced), ERR_NO_ROW);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(4), access_revoke, id(&world, 20), &audit,
                          &gone));
        CHECK_INT(gone.n, MOST);
        CHECK_ERR(replaced_at(&world, after(4), &replaced), ERR_NO_ROW);
        for (int64_t i = 40; i < 40 + MOST; i++)
                exchange(&world, i);
        for (int64_t i = 40; i < 40 + MOST; i++)
                CHECK_INT(status_of(&world, 5000 + i), GRANT_LIVE);
}

TEST(other_accounts_and_applications_keep_theirs)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account account = account_of(&world, 2);
        struct project project = project_of(11, 2);
        struct client client = client_of(&world, 21, 1);
        struct request request;

        CHECK_OK(account_add(&world, &account, &project));
        CHECK_OK(STORE(&world, client_insert, &client, &audit));
        CHECK_OK(approve_for(&world, 50, 2, 20));
        CHECK_OK(approve_for(&world, 51, 1, 21));
        for (int64_t i = 30; i <= 30 + MOST; i++)
                CHECK_OK(approve_for(&world, i, 1, 20));
        for (int64_t i = 50; i <= 51; i++) {
                CHECK_OK(STORE(&world, request_get, id(&world, i), &request));
                CHECK_INT(request.status, REQUEST_APPROVED);
        }
        CHECK_OK(STORE(&world, request_get, id(&world, 30), &request));
        CHECK_INT(request.status, REQUEST_WITHDRAWN);
}

TEST(a_family_of_refresh_tokens_ends_with_what_it_came_of)
{
        WORLD_WITH_FAMILY(world, code);
        struct refresh_state family;

        for (int64_t i = 40; i < 40 + MOST; i++)
                CHECK_OK(approve_for(&world, i, 1, 20));
        CHECK_ERR(STORE_AS(&world, NULL, after(3), refresh_find, &code.no, &family), ERR_NO_ROW);
}

/* A node that approves requests of its own. */
struct node {
        struct world world;
        int64_t first;
        pthread_t thread;
};

enum { REQUESTS_OF_NODE = 6 };

static void *node_run(void *context)
{
        struct node *node = context;

        for (int64_t i = 0; i < REQUESTS_OF_NODE; i++)
                if (approve_for(&node->world, node->first + i, 1, 20) != ERR_OK)
                        return NULL;
        return node;
}

TEST(nodes_that_approve_at_the_same_time_leave_no_more)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct node nodes[2];

        for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
                nodes[i] = (struct node){.world = world, .first = 100 * (int64_t)(i + 1)};
                nodes[i].world.arena = (struct arena)ARENA_INIT(64 << 20);
                nodes[i].world.values = (struct arena)ARENA_INIT(64 << 20);
                world_open(&nodes[i].world);
                assert_int_equal(pthread_create(&nodes[i].thread, NULL, node_run, &nodes[i]), 0);
        }
        for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
                void *done;

                assert_int_equal(pthread_join(nodes[i].thread, &done), 0);
                assert_non_null(done);
                world_close(&nodes[i].world);
                arena_deinit(&nodes[i].world.arena);
                arena_deinit(&nodes[i].world.values);
        }
        CHECK_INT(snapshot_count(&world, "access_authorization"), 2 * REQUESTS_OF_NODE);
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM access_authorization "
                                          "WHERE ended_at IS NULL"),
                  MOST);
}
