/* SPDX-License-Identifier: Apache-2.0
 *
 * Grants as a user sees them: listed, and revoked.
 */
#include "fixture.h"

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

/* The code of this number, claimed by the attempt of its number, `at` seconds after NOW. */
static struct grant grant_new(struct world *world, int64_t number, bool is_live, int64_t at)
{
        struct request code = code_new(world, number);
        struct claim claim = claim_of(&code, number);
        struct grant grant;

        if (is_live)
                claim.sealed_tail = tail;
        CHECK_OK(CLAIM_AT(world, after(at), &claim, &grant));
        return grant;
}

static struct grant *list(struct world *world, int64_t limit, size_t expected)
{
        struct grant_list grants = grants_now(world, limit);

        CHECK_INT(grants.n, expected);
        return grants.items;
}

TEST(grants_are_listed_newest_first)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant *grants;

        grant_new(&world, 30, true, 2);
        grant_new(&world, 31, false, 3);
        grants = list(&world, 10, 2);
        CHECK_ID(grants[0].id, 5031);
        CHECK_INT(grants[0].status, GRANT_MINTING);
        CHECK(!grants[0].sealed_tail.data);
        CHECK_ID(grants[1].id, 5030);
        CHECK_INT(grants[1].status, GRANT_LIVE);
        CHECK(slice_equal(grants[1].sealed_tail, tail));
        CHECK_ID(grants[1].account_id, 1);
        CHECK_ID(grants[1].client_row, 20);
        CHECK_ID(grants[1].client_id, 1020);
        CHECK_ID(grants[1].project_id, 10);
        CHECK_TEXT(grants[1].scope, "read bucket:photos");
        CHECK_INT(grants[1].created_at.ms, after(2).ms);
        CHECK_INT(grants[1].expires_at.ms, after(3602).ms);
        CHECK(!grants[1].is_dead && grants[1].enforced_by == ENFORCED_BY_EXPIRY);
}

TEST(a_list_of_grants_has_a_limit)
{
        struct world world CLEANUP(world_end) = world_with_client();

        for (int64_t i = 0; i < 5; i++)
                grant_new(&world, 30 + i, true, 2);
        CHECK_ID(list(&world, 3, 3)[2].id, 5032);
}

TEST(an_account_sees_no_others_grants)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant_list grants;

        grant_new(&world, 30, true, 2);
        CHECK_OK(STORE_AS(&world, id(&world, 2), NOW, grant_list, &(struct list_page){.limit = 10},
                          &grants));
        CHECK_INT(grants.n, 0);
}

TEST(a_grant_of_a_deleted_client_is_dead)
{
        struct world world CLEANUP(world_end) = world_with_client();

        grant_new(&world, 30, true, 2);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_delete, id(&world, 20), &audit));
        CHECK(list(&world, 10, 1)[0].is_dead);
}

TEST(a_grant_of_a_project_with_a_secret_is_self_issued)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project project = project_of(11, 1);
        struct request pending = request_new(&world, 30);
        struct request code = approval_of(&pending, 30);
        struct claim claim;
        struct grant grant;

        project.sealed_secret = SLICE("secret");
        CHECK_OK(STORE(&world, project_insert, &project, &audit));
        code.authorization.project_id = id_of(11);
        CHECK_OK(STORE(&world, request_decide, &code, &audit));
        claim = claim_of(&code, 30);
        CHECK_OK(CLAIM(&world, &claim, &grant));
        CHECK(list(&world, 10, 1)[0].enforced_by == ENFORCED_BY_CHECK);
}

TEST(a_grant_is_dead_when_its_client_project_or_account_is)
{
        static const struct {
                bool developer, project, disabled;
        } cases[] = {{.developer = true},
                     {.project = true},
                     {.developer = true, .disabled = true},
                     {.disabled = true},
                     {0}};

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct world world CLEANUP(world_end) = world_new();
                struct account developer = account_of(&world, 3), user = account_of(&world, 1);
                struct project projects[] = {project_of(12, 3), project_of(10, 1)};
                struct client client = client_of(&world, 20, 3);
                const struct uuid *account = id(&world, cases[i].developer ? 3 : 1);

                CHECK_OK(account_add(&world, &developer, &projects[0]));
                CHECK_OK(account_add(&world, &user, &projects[1]));
                CHECK_OK(STORE(&world, client_insert, &client, &audit));
                grant_new(&world, 30, true, 2);
                CHECK(!list(&world, 10, 1)[0].is_dead);
                if (cases[i].project)
                        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, project_delete,
                                          id(&world, 10), &audit));
                else if (cases[i].disabled)
                        CHECK_OK(STORE(&world, account_disable, account, &audit));
                else
                        CHECK_OK(STORE(&world, account_delete, account, &audit));
                CHECK(list(&world, 10, 1)[0].is_dead);
                CHECK_INT(list(&world, 10, 1)[0].status, GRANT_LIVE);
        }
}

/* --- owner's grants --- */

static struct grant owner_grant_of(int64_t number)
{
        return (struct grant){.id = id_of(number),
                              .account_id = id_of(1),
                              .project_id = id_of(10),
                              .scope = SLICE("read"),
                              .created_at = NOW,
                              .sealed_tail = tail};
}

TEST(the_owners_grant_is_listed_without_a_client)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant grant = owner_grant_of(40), *grants;

        CHECK_OK(STORE(&world, owner_grant_insert, &grant, &audit));
        CHECK_OK(STORE(&world, owner_grant_insert, &grant, &audit));
        grants = list(&world, 10, 1);
        CHECK(grant_is_owners(&grants[0]) && !grants[0].is_dead);
        CHECK_INT(grants[0].status, GRANT_LIVE);
        CHECK_INT(grants[0].authorization_no, 0);
        CHECK_INT(grants[0].expires_at.ms, 0);
        CHECK(slice_equal(grants[0].sealed_tail, tail));
        grant.id = id_of(41);
        CHECK_OK(STORE(&world, owner_grant_insert, &grant, &audit));
        list(&world, 10, 2);
}

TEST(the_owners_grant_needs_a_living_project_of_theirs)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant grant = owner_grant_of(40);

        grant.account_id = id_of(2);
        CHECK_ERR(STORE(&world, owner_grant_insert, &grant, &audit), ERR_NO_ROW);
        grant.account_id = id_of(1);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, project_delete, id(&world, 10), &audit));
        CHECK_ERR(STORE(&world, owner_grant_insert, &grant, &audit), ERR_NO_ROW);
}

/* --- revoking --- */

static enum grant_status revoke_one(struct world *world, int64_t number, struct instant now)
{
        struct grant grant;

        CHECK_OK(STORE_AS(world, id(world, 1), now, grant_revoke, id(world, number), &audit,
                          &grant));
        CHECK_ID(grant.id, number);
        return grant.status;
}

TEST(one_grant_is_revoked_unless_it_has_ended)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant owners = owner_grant_of(40), grant, *grants;

        CHECK_OK(STORE(&world, owner_grant_insert, &owners, &audit));
        grant_new(&world, 30, true, 2);
        grant_new(&world, 31, false, 2);
        CHECK_ERR(
                STORE_AS(&world, id(&world, 2), NOW, grant_revoke, id(&world, 40), &audit, &grant),
                ERR_NO_ROW);
        CHECK_INT(revoke_one(&world, 40, after(3)), GRANT_REVOKED);
        CHECK_INT(revoke_one(&world, 40, after(4)), GRANT_REVOKED);
        CHECK_INT(revoke_one(&world, 5031, after(4)), GRANT_REVOKED);
        CHECK_INT(revoke_one(&world, 5030, after(3602)), GRANT_LIVE);
        grants = list(&world, 10, 3);
        CHECK_INT(grants[0].status, GRANT_REVOKED);
        CHECK_INT(grants[1].status, GRANT_LIVE);
        CHECK_INT(grants[2].status, GRANT_REVOKED);
}

static struct grant *revoke_all(struct world *world, struct instant now, size_t expected)
{
        struct grant_list grants;

        CHECK_OK(STORE_AS(world, id(world, 1), now, access_revoke, id(world, 20), &audit, &grants));
        CHECK_INT(grants.n, expected);
        return grants.items;
}

TEST(revoking_ends_live_and_minting_grants)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant *grants;

        grant_new(&world, 30, true, 2);
        grant_new(&world, 31, false, 2);
        grants = revoke_all(&world, after(5), 2);
        for (size_t i = 0; i < 2; i++) {
                CHECK_INT(grants[i].status, GRANT_REVOKED);
                CHECK_ID(grants[i].project_id, 10);
                CHECK_ID(grants[i].account_id, 1);
                CHECK_ID(grants[i].client_row, 20);
        }
        grants = list(&world, 10, 2);
        CHECK_INT(grants[0].status, GRANT_REVOKED);
        CHECK_INT(grants[1].status, GRANT_REVOKED);
}

TEST(revoking_again_finds_nothing_more)
{
        struct world world CLEANUP(world_end) = world_with_client();

        grant_new(&world, 30, true, 2);
        revoke_all(&world, after(5), 1);
        revoke_all(&world, after(6), 0);
        grant_new(&world, 31, true, 7);
        CHECK_ID(revoke_all(&world, after(8), 1)[0].id, 5031);
}

TEST(a_grant_that_has_ended_is_not_revoked)
{
        struct world world CLEANUP(world_end) = world_with_client();

        grant_new(&world, 30, true, 2);
        revoke_all(&world, after(3602), 0);
        CHECK_INT(list(&world, 10, 1)[0].status, GRANT_LIVE);
}

TEST(a_revoked_grant_is_not_issued_any_more)
{
        struct world world CLEANUP(world_end) = world_with_client();

        grant_new(&world, 30, false, 2);
        revoke_all(&world, after(3), 1);
        CHECK_ERR(issue(&world, 5030, 30, after(4)), ERR_CODE_FAILED);
        CHECK_INT(list(&world, 10, 1)[0].status, GRANT_REVOKED);
}

TEST(revoking_withdraws_pending_requests_and_unspent_codes)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request pending = request_new(&world, 30), code = code_new(&world, 31), found;
        struct request approved = approval_of(&pending, 30);
        struct claim claim = claim_of(&code, 7);
        struct grant grant;

        revoke_all(&world, after(2), 0);
        CHECK_ERR(STORE(&world, request_decide, &approved, &audit), ERR_REQUEST_NOT_PENDING);
        CHECK_ERR(CLAIM(&world, &claim, &grant), ERR_CODE_WITHDRAWN);
        CHECK_OK(STORE(&world, code_find, &code.no, &found));
        CHECK_INT(found.status, REQUEST_WITHDRAWN);
        CHECK(!found.code.sealed_access.data);
}

TEST(another_clients_access_stays)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant_list grants;

        grant_new(&world, 30, true, 2);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(5), access_revoke, id(&world, 21), &audit,
                          &grants));
        CHECK_INT(grants.n, 0);
        CHECK_OK(STORE_AS(&world, id(&world, 2), after(5), access_revoke, id(&world, 20), &audit,
                          &grants));
        CHECK_INT(grants.n, 0);
        CHECK_INT(list(&world, 10, 1)[0].status, GRANT_LIVE);
}
