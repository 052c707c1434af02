/* SPDX-License-Identifier: Apache-2.0
 *
 * Housekeeping: named values, the audit trail, and what cleanup removes and keeps.
 */
#include "snapshot.h"

/* Seconds of a partition on PostgreSQL; NOW is the first second of one of either kind. */
enum { PARTITION_JWTS = 6 * 3600, PARTITION_AUDIT = 24 * 3600 };

/* The rows that cleanup removes with these limits; NOW if nothing should be old. */
static int64_t clean(struct world *world, struct instant now, struct instant jwts,
                     struct instant codes, struct instant audits)
{
        struct cleanup_limits limits = limits_none();

        limits.jwt_before = instant_seconds(jwts);
        limits.codes_before = codes;
        limits.audit_before = audits;
        return clean_up(world, now, &limits);
}

static const struct instant long_ago = {1000};

TEST(the_store_answers)
{
        struct world world CLEANUP(world_end) = world_new();

        struct instant now;

        CHECK_OK(STORE(&world, ping, &now));
        CHECK(now.ms > NOW.ms);
}

TEST(the_first_value_of_a_name_stays)
{
        struct world world CLEANUP(world_end) = world_new();
        const struct named_value first = {"key", SLICE("first")}, second = {"key", SLICE("second")};
        struct slice value;

        CHECK_ERR(STORE(&world, meta_get, "key", &value), ERR_NO_ROW);
        CHECK_OK(STORE(&world, meta_put, &first, &value));
        CHECK_TEXT(value, "first");
        CHECK_OK(STORE(&world, meta_put, &second, &value));
        CHECK_TEXT(value, "first");
        CHECK_OK(STORE(&world, meta_get, "key", &value));
        CHECK_TEXT(value, "first");
        CHECK_ERR(STORE(&world, meta_get, "Key", &value), ERR_NO_ROW);
}

TEST(a_clean_store_has_nothing_to_remove)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_INT(clean(&world, NOW, long_ago, long_ago, long_ago), 0);
}

/* --- used JWTs and the audit trail: on PostgreSQL they go in partitions, see below --- */

TEST(old_audit_rows_go)
{
        struct world world CLEANUP(world_end) = world_in_file();
        struct audit_entry entry = audit;

        CHECK_OK(STORE(&world, audit_write, &entry));
        entry.at = after(10);
        CHECK_OK(STORE(&world, audit_write, &entry));
        CHECK_INT(clean(&world, NOW, long_ago, long_ago, NOW), 0);
        CHECK_INT(clean(&world, NOW, long_ago, long_ago, after(1)), 1);
        CHECK_INT(clean(&world, NOW, long_ago, long_ago, after(11)), 1);
        CHECK_INT(clean(&world, NOW, long_ago, long_ago, after(11)), 0);
}

TEST(a_clean_up_is_one_batch)
{
        struct world world CLEANUP(world_end) = world_in_file();

        for (int64_t i = 0; i < LIMIT_CLEANUP + 20; i++)
                CHECK_OK(STORE(&world, audit_write, &audit));
        CHECK_INT(clean(&world, NOW, long_ago, long_ago, after(1)), LIMIT_CLEANUP);
        CHECK_INT(clean(&world, NOW, long_ago, long_ago, after(1)), 20);
}

TEST(sessions_past_their_end_go)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session session = {.id = id_of(30),
                                  .token = digest_of(30),
                                  .account = account_of(&world, 1),
                                  .created_at = NOW,
                                  .last_seen_at = NOW,
                                  .ends_at = after(100)};

        CHECK_OK(session_add(&world, &session));
        CHECK_INT(clean(&world, after(99), long_ago, long_ago, long_ago), 0);
        CHECK_OK(STORE(&world, session_find, &(struct session_key){session.token, 100}, &session));
        CHECK_INT(clean(&world, after(100), long_ago, long_ago, long_ago), 1);
        CHECK_ERR(STORE(&world, session_find, &(struct session_key){session.token, 100}, &session),
                  ERR_NO_ROW);
}

TEST(used_jwts_and_audit_rows_have_gone_when_their_partition_is_past)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30), second = code_new(&world, 31);
        struct claim claim = claim_of(&code, 7), reuse = claim_of(&second, 8);
        struct audit_entry later = audit;
        struct grant grant;

        CHECK_OK(CLAIM(&world, &claim, &grant));
        (void)audit_take(&world);
        CHECK_OK(STORE(&world, audit_write, &audit));
        later.at = after(PARTITION_AUDIT);
        CHECK_OK(STORE(&world, audit_write, &later));
        (void)clean(&world, NOW, after(300), long_ago, NOW);
        CHECK_INT(snapshot_count(&world, "used_jwt"), 1);
        CHECK_INT(snapshot_count(&world, "audit"), 2);
        (void)clean(&world, NOW, after(PARTITION_JWTS), long_ago, after(PARTITION_AUDIT));
        CHECK_INT(snapshot_count(&world, "used_jwt"), 0);
        CHECK_INT(snapshot_count(&world, "audit"), 1);
        reuse.jwt = claim.jwt;
        CHECK_OK(CLAIM(&world, &reuse, &grant));
}

TEST(a_used_jwt_is_remembered_until_it_is_past)
{
        struct world world CLEANUP(world_end) = world_fill(world_in_file());
        struct request first = code_new(&world, 30), second = code_new(&world, 31);
        struct request third = code_new(&world, 32);
        struct claim claim = claim_of(&first, 7), reuse = claim_of(&second, 8);
        struct claim later = claim_of(&third, 9);
        struct grant grant;

        CHECK_OK(CLAIM(&world, &claim, &grant));
        CHECK_INT(clean(&world, NOW, after(300), long_ago, long_ago), 0);
        reuse.jwt = later.jwt = claim.jwt;
        CHECK_ERR(CLAIM(&world, &reuse, &grant), ERR_JWT_REUSED);
        CHECK_INT(clean(&world, NOW, after(301), long_ago, long_ago), 1);
        CHECK_OK(CLAIM(&world, &later, &grant));
}

TEST(a_key_kept_with_a_code_goes_with_the_codes_end)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30), found;

        CHECK_INT(clean(&world, after(60), long_ago, long_ago, long_ago), 0);
        CHECK_INT(clean(&world, after(61), long_ago, long_ago, long_ago), 1);
        CHECK_OK(STORE(&world, code_find, &code.no, &found));
        CHECK(!found.code.sealed_access.data);
        CHECK_INT(found.status, REQUEST_APPROVED);
        CHECK_INT(clean(&world, after(61), long_ago, long_ago, long_ago), 0);
}

TEST(an_old_code_is_forgotten_and_its_grant_is_not)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30);
        struct claim claim = claim_of(&code, 7), again = claim_of(&code, 8);
        struct grant_list grants;
        struct grant grant;

        claim.sealed_tail = SLICE("tail");
        CHECK_OK(CLAIM(&world, &claim, &grant));
        CHECK_INT(clean(&world, NOW, long_ago, after(62), long_ago), 1);
        CHECK_ERR(CLAIM_AT(&world, after(1000), &again, &grant), ERR_CODE_UNKNOWN);
        grants = grants_now(&world, 10);
        CHECK_INT(grants.n, 1);
        CHECK_INT(grants.items[0].status, GRANT_LIVE);
}

/* --- repeating --- */

TEST(inserting_again_does_no_harm)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project project = project_of(11, 1);
        struct project_list projects;
        struct client client = client_of(&world, 21, 1);
        struct client_list clients;
        struct request request = request_of(30), found;
        struct account account = account_of(&world, 1), user;

        CHECK_OK(STORE(&world, project_insert, &project, &audit));
        CHECK_OK(STORE(&world, client_insert, &client, &audit));
        CHECK_OK(STORE(&world, request_insert, &request, &audit, &request.no));
        CHECK(STORE(&world, project_insert, &project, &audit) != ERR_OK);
        CHECK_ERR(STORE(&world, client_insert, &client, &audit), ERR_CONFLICT);
        CHECK(STORE(&world, request_insert, &request, &audit, &found.no) != ERR_OK);
        CHECK_ERR(account_add(&world, &account, &project), ERR_EMAIL_TAKEN);

        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, project_list, &projects));
        CHECK_INT(projects.n, 2);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_list, &clients));
        CHECK_INT(clients.n, 2);
        CHECK_INT(clients.items[1].n_secrets, 1);
        CHECK_OK(STORE(&world, request_get, id(&world, 30), &found));
        CHECK_INT(found.no, request.no);
        CHECK_OK(STORE(&world, account_find, &SLICE("user1@example.com"), &user));
        CHECK(store_is_sound(world.store));
}

/* --- keys of deleted projects --- */

/* Whether cleanup at this time drops the key of the one deleted project. */
static bool key_goes(struct world *world, struct instant now)
{
        return clean(world, now, long_ago, long_ago, long_ago) == 1;
}

/* A grant of project 10. */
static void grant_new(struct world *world, struct instant end)
{
        struct grant grant = {.id = id_of(40),
                              .account_id = id_of(1),
                              .project_id = id_of(10),
                              .scope = SLICE("read"),
                              .created_at = NOW,
                              .expires_at = end,
                              .sealed_tail = SLICE("tail")};

        CHECK_OK(STORE(world, owner_grant_insert, &grant, &audit));
}

static void project_end(struct world *world)
{
        CHECK_OK(STORE_AS(world, id(world, 1), NOW, project_delete, id(world, 10), &audit));
        CHECK_ERR(STORE_AS(world, id(world, 1), NOW, project_delete, id(world, 10), &audit),
                  ERR_NO_ROW);
}

TEST(the_key_of_a_living_project_stays)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK(!key_goes(&world, after(1000000)));
}

TEST(the_key_of_a_deleted_project_without_grants_goes_once)
{
        struct world world CLEANUP(world_end) = world_with_client();

        project_end(&world);
        CHECK(key_goes(&world, after(1)));
        CHECK(!key_goes(&world, after(1000000)));
}

TEST(the_key_of_a_deleted_project_goes_within_a_day_of_the_end_of_its_last_grant)
{
        struct world world CLEANUP(world_end) = world_with_client();

        grant_new(&world, after(100000));
        project_end(&world);
        CHECK(!key_goes(&world, after(1)));
        CHECK(!key_goes(&world, after(86401)));
        CHECK(!key_goes(&world, after(100001)));
        CHECK(key_goes(&world, after(2 * 86400 + 2)));
}

TEST(a_grant_without_end_keeps_the_key)
{
        struct world world CLEANUP(world_end) = world_with_client();

        grant_new(&world, (struct instant){0});
        project_end(&world);
        for (int64_t day = 0; day < 1000; day += 50)
                CHECK(!key_goes(&world, after(day * 86400 + 1)));
}

TEST(the_keys_of_a_deleted_account_go_too)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_OK(STORE(&world, account_delete, id(&world, 1), &audit));
        CHECK(key_goes(&world, after(1)));
}
