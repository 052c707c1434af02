/* SPDX-License-Identifier: Apache-2.0
 *
 * Retention: every table that grows is cleaned up, and nothing is removed that is still needed.
 */
#include "snapshot.h"

enum { DAY = 86400 };

/* One batch in which all that ended before `now` is old. */
static int64_t clean(struct world *world, struct instant now)
{
        struct cleanup_limits limits = limits_at(now);

        limits.jwt_before = 1;
        limits.audit_before = LONG_AGO;
        return clean_up(world, now, &limits);
}

/* A grant of project 10 to client 20, one hour long; its request has this number. */
static struct grant grant_new(struct world *world, int64_t number, bool is_issued)
{
        struct request code = code_new(world, number);
        struct claim claim = claim_of(&code, number + 100);
        struct grant grant;

        if (is_issued)
                claim.sealed_tail = SLICE("tail");
        CHECK_OK(CLAIM(world, &claim, &grant));
        return grant;
}

/* An owner's grant of project 10. */
static void own_grant_new(struct world *world, int64_t number, struct instant end)
{
        struct grant grant = {.id = id_of(number),
                              .account_id = id_of(1),
                              .project_id = id_of(10),
                              .scope = SLICE("read"),
                              .created_at = NOW,
                              .expires_at = end,
                              .sealed_tail = SLICE("tail")};

        CHECK_OK(STORE(world, owner_grant_insert, &grant, &audit));
}

static void take_back(struct world *world, const struct uuid *grant)
{
        struct grant revoked;

        CHECK_OK(STORE_AS(world, id(world, 1), after(3), grant_revoke, grant, &audit, &revoked));
}

static size_t feed_size(struct world *world, struct instant now)
{
        const struct revocation_page page = {.limit = 100};
        struct revocation_list list;

        CHECK_OK(STORE_AS(world, NULL, now, revocation_list, &page, &list));
        return list.n;
}

/* --- requests --- */

TEST(requests_that_never_became_a_grant_go_when_they_are_old)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request rejected = request_new(&world, 31);

        (void)request_new(&world, 30);
        rejected.status = REQUEST_REJECTED;
        rejected.decided_at = after(1);
        CHECK_OK(STORE(&world, request_decide, &rejected, &audit));
        (void)code_new(&world, 32);
        (void)clean(&world, NOW);
        CHECK_INT(snapshot_count(&world, "request"), 3);
        (void)clean(&world, after(1));
        CHECK_INT(snapshot_count(&world, "request"), 0);
}

TEST(a_request_that_became_a_grant_stays_with_it)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant grant = grant_new(&world, 30, true);
        struct request found;

        (void)clean(&world, after(3600));
        CHECK_OK(STORE(&world, request_get, id(&world, 30), &found));
        CHECK_INT(snapshot_count(&world, "access_grant"), 1);
        CHECK(grant.expires_at.ms < after(3603).ms);
        (void)clean(&world, after(3603));
        CHECK_ERR(STORE(&world, request_get, id(&world, 30), &found), ERR_NO_ROW);
        CHECK_INT(snapshot_count(&world, "access_grant"), 0);
}

TEST(a_grant_that_was_never_issued_goes_with_its_request)
{
        struct world world CLEANUP(world_end) = world_with_client();

        (void)grant_new(&world, 30, false);
        (void)clean(&world, after(2));
        CHECK_INT(snapshot_count(&world, "access_grant"), 1);
        (void)clean(&world, after(3));
        CHECK_INT(snapshot_count(&world, "access_grant"), 0);
        CHECK_INT(snapshot_count(&world, "request"), 0);
}

TEST(requests_go_in_batches)
{
        struct world world CLEANUP(world_end) = world_with_client();

        for (int64_t i = 0; i < LIMIT_CLEANUP + 20; i++)
                (void)request_new(&world, 1000 + i);
        CHECK_INT(clean(&world, after(1)), LIMIT_CLEANUP);
        CHECK_INT(clean(&world, after(1)), 20);
        CHECK_INT(clean(&world, after(1)), 0);
}

/* --- revoked grants --- */

TEST(a_revoked_grant_is_told_and_kept_until_its_own_end)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant grant = grant_new(&world, 30, true), found;

        take_back(&world, &grant.id);
        CHECK_INT(feed_size(&world, after(4)), 1);
        (void)clean(&world, after(3600));
        CHECK_INT(feed_size(&world, after(3600)), 1);
        CHECK_OK(STORE(&world, grants_find, &(struct grant_ids){&grant.id, 1}, &found));
        CHECK_INT(found.status, GRANT_REVOKED);
        (void)clean(&world, after(3603));
        CHECK_INT(snapshot_count(&world, "access_grant"), 0);
        CHECK_INT(snapshot_count(&world, "revocation"), 0);
}

TEST(a_revoked_grant_without_an_end_is_kept_and_told_for_ever)
{
        struct world world CLEANUP(world_end) = world_with_client();

        own_grant_new(&world, 40, (struct instant){0});
        take_back(&world, id(&world, 40));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(4), project_delete, id(&world, 10), &audit));
        for (int64_t day = 1; day < 1000; day += 100)
                (void)clean(&world, after(day * DAY));
        CHECK_INT(snapshot_count(&world, "access_grant"), 1);
        CHECK_INT(snapshot_count(&world, "project"), 1);
        CHECK_INT(feed_size(&world, after(1000 * (int64_t)DAY)), 1);
}

TEST(a_delivery_goes_with_its_grant)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant own = {.id = id_of(61),
                            .account_id = id_of(1),
                            .project_id = id_of(10),
                            .scope = SLICE("read"),
                            .created_at = NOW,
                            .expires_at = after(3600),
                            .sealed_tail = SLICE("tail"),
                            .sealed_caveat = SLICE("sealed")};

        CHECK_OK(STORE(&world, owner_grant_insert, &own, &audit));
        take_back(&world, &own.id);
        CHECK_INT(snapshot_count(&world, "delivery"), 1);
        (void)clean(&world, after(3600));
        CHECK_INT(snapshot_count(&world, "delivery"), 1);
        (void)clean(&world, after(3601));
        CHECK_INT(snapshot_count(&world, "delivery"), 0);
}

/* --- deleted rows --- */

TEST(a_deleted_client_goes_when_nothing_refers_to_it)
{
        struct world world CLEANUP(world_end) = world_with_client();

        (void)grant_new(&world, 30, true);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(3), client_delete, id(&world, 20), &audit));
        (void)clean(&world, after(4));
        CHECK_INT(snapshot_count(&world, "client"), 1);
        CHECK_INT(feed_size(&world, after(4)), 1);
        (void)clean(&world, after(3603)); /* the grant; the client was checked today */
        CHECK_INT(snapshot_count(&world, "client"), 1);
        (void)clean(&world, after(DAY + 5));
        CHECK_INT(snapshot_count(&world, "client"), 0);
        CHECK_INT(snapshot_count(&world, "client_secret"), 0);
        CHECK_INT(snapshot_count(&world, "revocation"), 0);
        CHECK_INT(snapshot_count(&world, "delivery_spread"), 0);
}

TEST(a_deleted_project_goes_when_nothing_refers_to_it)
{
        struct world world CLEANUP(world_end) = world_with_client();

        own_grant_new(&world, 40, after(3600));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(3), project_delete, id(&world, 10), &audit));
        (void)clean(&world, after(4));
        CHECK_INT(snapshot_count(&world, "project"), 1);
        (void)clean(&world, after(3601));
        (void)clean(&world, after(DAY + 5));
        CHECK_INT(snapshot_count(&world, "project"), 0);
        CHECK_INT(snapshot_count(&world, "revocation"), 0);
}

TEST(a_deleted_account_goes_after_all_that_it_had)
{
        struct world world CLEANUP(world_end) = world_with_client();
        static const char *const tables[] = {"account",      "identity",
                                             "client",       "client_secret",
                                             "project",      "request",
                                             "access_grant", "revocation",
                                             "session",      "quota",
                                             "delivery",     "delivery_spread",
                                             "code",         "access_authorization"};

        (void)grant_new(&world, 30, true);
        (void)request_new(&world, 31);
        CHECK_OK(STORE_AS(&world, NULL, after(3), account_delete, id(&world, 1), &audit));
        for (int64_t day = 1; day < 5; day++)
                (void)clean(&world, after(day * (DAY + 5)));
        for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
                CHECK_INT(snapshot_count(&world, tables[i]), 0);
}

/* As in a database that was copied. */
TEST(codes_that_are_years_apart_go_in_a_few_rounds)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request late = request_of(31), approved;

        (void)code_new(&world, 30);
        late.created_at = after(1500 * (int64_t)DAY);
        late.expires_at = instant_add_seconds(late.created_at, 600);
        CHECK_OK(STORE(&world, request_insert, &late, &audit, &late.no));
        approved = approval_of(&late, 31);
        approved.code.expires_at = late.expires_at;
        CHECK_OK(STORE(&world, request_decide, &approved, &audit));
        for (int64_t i = 0; i < 3; i++)
                (void)clean(&world, after(2000 * (int64_t)DAY + i));
        CHECK_INT(snapshot_count(&world, "code"), 0);
        CHECK_INT(snapshot_count(&world, "access_authorization"), 0);
        CHECK_INT(snapshot_count(&world, "request"), 0);
}

TEST(what_is_in_use_stays)
{
        struct world world CLEANUP(world_end) = world_with_client();

        (void)clean(&world, after(1000 * (int64_t)DAY));
        CHECK_INT(snapshot_count(&world, "account"), 1);
        CHECK_INT(snapshot_count(&world, "client"), 1);
        CHECK_INT(snapshot_count(&world, "client_secret"), 1);
        CHECK_INT(snapshot_count(&world, "project"), 1);
}

/* Another account's rows stay. */
TEST(the_end_of_one_account_leaves_another_alone)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account other = account_of(&world, 2);
        struct project project = project_of(11, 2);
        struct client client = client_of(&world, 21, 2);

        CHECK_OK(account_add(&world, &other, &project));
        CHECK_OK(STORE(&world, client_insert, &client, &audit));
        (void)grant_new(&world, 30, true); /* of account 1, to its own client */
        CHECK_OK(STORE_AS(&world, NULL, after(3), account_delete, id(&world, 2), &audit));
        for (int64_t day = 1; day < 5; day++)
                (void)clean(&world, after(4 + day * 600));
        CHECK_INT(snapshot_count(&world, "access_grant"), 1);
        CHECK_INT(snapshot_count(&world, "account"), 1 + 1);
        (void)clean(&world, after(DAY + 600));
        CHECK_INT(snapshot_count(&world, "client"), 1);
        CHECK_INT(snapshot_count(&world, "project"), 1);
}

/* --- sessions --- */

TEST(the_session_unused_longest_falls_out)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest oldest = digest_of(0);
        struct session found;

        for (int64_t i = 0; i <= LIMIT_SESSIONS; i++) {
                struct session session = {.id = id_of(1000 + i),
                                          .token = digest_of(i),
                                          .account = account_of(&world, 1),
                                          .created_at = after(i),
                                          .last_seen_at = after(i),
                                          .ends_at = after(100000)};

                CHECK_OK(session_add(&world, &session));
        }
        CHECK_INT(snapshot_count(&world, "session"), LIMIT_SESSIONS);
        CHECK_ERR(STORE_AS(&world, NULL, after(1), session_find,
                           &(struct session_key){oldest, 100000}, &found),
                  ERR_NO_ROW);
}
