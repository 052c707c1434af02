/* SPDX-License-Identifier: Apache-2.0
 *
 * Families of refresh tokens as their users see and end them.
 */
#include "refreshes.h"
#include "snapshot.h"

static enum request_state state_of_newest(struct world *world)
{
        struct history_query query = {.client_row = id_of(20), .page = {.limit = 1}};
        struct history_list history;

        CHECK_OK(STORE_AS(world, id(world, 1), after(15), history_list, &query, &history));
        CHECK_INT(history.n, 1);
        return history.items[0].state;
}

TEST(a_user_who_revokes_a_grant_that_has_just_ended_ends_its_family)
{
        WORLD_WITH_FAMILY(world, code);
        struct grant grant;

        CHECK_OK(use(&world, &code, 500, 0)); /* at 510; the first one ends at 602 */
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(603), grant_revoke, id(&world, 5001), &audit,
                          &grant));
        CHECK_ID(grant.id, 5001);
        CHECK_INT(grant.status, GRANT_LIVE); /* until it ended */
        CHECK_INT(status_of_newest(&world), GRANT_REVOKED);
        CHECK_INT(snapshot_count(&world, "refresh_token"), 0);
        CHECK_ERR(use(&world, &code, 700, 1), ERR_REFRESH_UNKNOWN);
}

TEST(revoking_it_once_more_leaves_nothing_behind)
{
        WORLD_WITH_FAMILY(world, code);
        struct grant grant;
        int64_t n;

        CHECK_OK(STORE_AS(&world, id(&world, 1), after(603), grant_revoke, id(&world, 5001), &audit,
                          &grant));
        n = snapshot_count(&world, "audit");
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(604), grant_revoke, id(&world, 5001), &audit,
                          &grant));
        CHECK_INT(snapshot_count(&world, "audit"), n);
}

TEST(a_request_is_not_revoked_while_its_client_can_renew)
{
        WORLD_WITH_FAMILY(world, code);
        struct audit_entry client = audit;
        struct grant_list dying;
        struct grant grant;

        client.client_id = id_of(20);
        CHECK_OK(use(&world, &code, 2, 0));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(13), grant_revoke, id(&world, 5002), &client,
                          &grant));
        CHECK_INT(state_of_newest(&world), STATE_USED);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(14), access_revoke, id(&world, 20), &audit,
                          &dying));
        CHECK_INT(state_of_newest(&world), STATE_REVOKED);
}

/* Otherwise many renewals with less would cut off the list before what they came of. */
TEST(a_client_has_the_scope_of_what_it_can_renew)
{
        WORLD_WITH_FAMILY(world, code);
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 2, 0, &next);
        struct scope_list scopes;
        struct grant grant;

        refresh.scope = SLICE("read bucket:photos;prefix:a/");
        refresh.claim.lifetime = 2000;
        CHECK_OK(refresh_at(&world, after(20), &refresh, &grant));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(21), grant_scopes, id(&world, 20), &scopes));
        CHECK_INT(scopes.n, 1);
        CHECK_TEXT(scopes.items[0], "read bucket:photos");
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(1001), grant_scopes, id(&world, 20),
                          &scopes));
        CHECK_INT(scopes.n, 1);
        CHECK_TEXT(scopes.items[0], "read bucket:photos;prefix:a/");
}

/* Each authorization has a quota of its own, but months of them would add up. */
TEST(all_families_of_a_client_for_an_account_have_a_quota_together)
{
        WORLD_WITH_FAMILY(world, code);
        const struct uuid pair[] = {id_of(1), id_of(20)};
        const struct quota all = {QUOTA_RENEWALS, slice_new(pair, sizeof(pair)), 1,
                                  ERR_QUOTA_REFRESH};
        struct quota_bill used_up = {&all, 1};
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 2, 0, &next);
        struct refreshed refreshed = {0};
        int64_t wait;

        CHECK_OK(STORE_AS(&world, NULL, after(12), quota_spend, &used_up, NULL, &wait));
        CHECK_ERR(STORE_AS(&world, NULL, after(12), refresh, &refresh, &audit, &refreshed),
                  ERR_QUOTA_REFRESH);
        CHECK_INT(refreshed.wait, 86400 / LIMIT_RENEWALS + 1);
        refresh = refresh_of(&code, 3, 0, &next);
        CHECK_OK(STORE_AS(&world, NULL, after(12 + refreshed.wait), refresh, &refresh, &audit,
                          &refreshed));
        refresh = refresh_of(&code, 4, 1, &next);
        CHECK_ERR(STORE_AS(&world, NULL, after(12 + 29), refresh, &refresh, &audit, &refreshed),
                  ERR_QUOTA_REFRESH);
}
