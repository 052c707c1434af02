/* SPDX-License-Identifier: Apache-2.0
 *
 * Families of refresh tokens: a token is exchanged once, its response repeated for a while, and the
 * reuse of any older one ends everything.
 */
#include "refreshes.h"
#include "snapshot.h"

/* At one instant, whatever the number. */
static enum err use_now(struct world *world, const struct request *code, int64_t attempt,
                        int64_t generation)
{
        struct refresh_issue next;
        struct refresh refresh = refresh_of(code, attempt, generation, &next);
        struct grant grant;

        return refresh_at(world, after(12), &refresh, &grant);
}

static struct audit_entry audit_of_client(void)
{
        struct audit_entry entry = audit;

        entry.client_id = id_of(20);
        return entry;
}

static int64_t n_families(struct world *world)
{
        return snapshot_count(world, "refresh_token");
}

static void check_all_revoked(struct world *world, size_t n)
{
        struct grant_list grants = grants_now(world, 100);

        CHECK_INT(grants.n, n);
        for (size_t i = 0; i < n; i++)
                CHECK_INT(grants.items[i].status, GRANT_REVOKED);
        CHECK_INT(n_families(world), 0);
        CHECK_INT(snapshot_number(world, "SELECT COUNT(*) FROM access_authorization "
                                         "WHERE ended_at IS NOT NULL"),
                  1);
}

/* --- using --- */

TEST(a_token_is_replaced_with_a_grant_of_its_own_scope_and_end)
{
        WORLD_WITH_FAMILY(world, code);
        struct refresh_state family;
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 2, 0, &next);
        struct grant grant;

        refresh.scope = SLICE("read bucket:photos;prefix:a/");
        CHECK_OK(refresh_at(&world, after(20), &refresh, &grant));
        CHECK_ID(grant.id, 5002);
        CHECK_INT(grant.authorization_no, code.no);
        CHECK_TEXT(grant.scope, "read bucket:photos;prefix:a/");
        CHECK_INT(grant.status, GRANT_LIVE);
        CHECK_INT(grant.expires_at.ms, after(620).ms);
        CHECK_INT(n_grants(&world), 2);
        CHECK_OK(STORE_AS(&world, NULL, after(21), refresh_find, &code.no, &family));
        CHECK(digest_equal(&family.family, &refresh.family));
        CHECK(digest_equal(&family.token, &next.token));
        CHECK(digest_equal(&family.previous, &refresh.token));
        CHECK_TEXT(family.salt, "salt");
        CHECK_TEXT(family.sealed_access, "sealed access");
        CHECK_TEXT(family.previous_access, "sealed access");
        CHECK_ID(family.grant_id, 5002);
        CHECK_INT(family.replaced_at.ms, after(20).ms);
        CHECK_INT(family.last_used_at.ms, after(20).ms);
        CHECK_INT(family.expires_at.ms, after(1001).ms);
        CHECK_INT(family.ends_at.ms, after(5000).ms);
        CHECK(family.is_alive);
        CHECK_OK(use(&world, &code, 3, 1));
        CHECK_OK(use(&world, &code, 4, 2));
        CHECK_INT(n_families(&world), 1);
}

TEST(an_attempt_that_is_repeated_changes_nothing)
{
        WORLD_WITH_FAMILY(world, code);
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 2, 0, &next);
        struct grant first, second;

        refresh.grace = 0;
        CHECK_OK(refresh_at(&world, after(20), &refresh, &first));
        CHECK_OK(refresh_at(&world, after(90), &refresh, &second));
        CHECK(uuid_equal(&first.id, &second.id));
        CHECK_INT(n_grants(&world), 2);
        CHECK_OK(use(&world, &code, 3, 1));
}

TEST(a_jwt_is_good_for_one_use)
{
        WORLD_WITH_FAMILY(world, code);
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 2, 0, &next);
        struct grant grant;

        refresh.claim.jwt = digest_of(1); /* that of the exchange */
        CHECK_ERR(refresh_at(&world, after(20), &refresh, &grant), ERR_JWT_REUSED);
        CHECK_OK(use(&world, &code, 3, 0));
}

TEST(only_the_family_and_the_client_of_a_token_can_use_it)
{
        WORLD_WITH_FAMILY(world, code);
        struct client other = client_of(&world, 21, 1);
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 2, 0, &next);
        struct grant grant;

        CHECK_OK(STORE(&world, client_insert, &other, &audit));
        refresh.claim.client_row = other.id;
        CHECK_ERR(refresh_at(&world, after(20), &refresh, &grant), ERR_REFRESH_UNKNOWN);
        refresh = refresh_of(&code, 3, 0, &next);
        refresh.family = digest_of(331);
        CHECK_ERR(refresh_at(&world, after(20), &refresh, &grant), ERR_REFRESH_UNKNOWN);
        refresh = refresh_of(&code, 4, 0, &next);
        refresh.claim.authorization_no++;
        CHECK_ERR(refresh_at(&world, after(20), &refresh, &grant), ERR_REFRESH_UNKNOWN);
        CHECK_OK(use(&world, &code, 5, 0));
}

TEST(a_claim_without_a_successor_is_for_who_looks_again)
{
        WORLD_WITH_FAMILY(world, code);
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 2, 0, &next);
        struct grant grant;

        refresh.claim.refresh = NULL;
        CHECK_ERR(refresh_at(&world, after(20), &refresh, &grant), ERR_CONFLICT);
        refresh.claim.refresh = &next;
        CHECK_OK(refresh_at(&world, after(20), &refresh, &grant));
}

TEST(a_family_is_used_so_often_in_a_day_and_then_stays_good)
{
        WORLD_WITH_FAMILY(world, code);
        struct refreshed refreshed = {0};
        struct refresh_issue next;
        struct refresh refresh;

        for (int64_t i = 0; i < LIMIT_REFRESHES; i++)
                CHECK_OK(use_now(&world, &code, i + 2, i));
        refresh = refresh_of(&code, 900, LIMIT_REFRESHES, &next);
        CHECK_ERR(STORE_AS(&world, NULL, after(12), refresh, &refresh, &audit, &refreshed),
                  ERR_QUOTA_REFRESH);
        CHECK(refreshed.wait > 0);
        CHECK_INT(n_families(&world), 1);
}

/* --- repeating and reusing --- */

TEST(the_token_before_gives_its_grant_again_within_the_grace)
{
        WORLD_WITH_FAMILY(world, code);
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 3, 0, &next);
        struct grant grant;

        CHECK_OK(use(&world, &code, 2, 0)); /* at 12 */
        CHECK_ERR(refresh_at(&world, after(22), &refresh, &grant), ERR_CONFLICT);
        refresh.claim.grant_id = id_of(5002);
        refresh.claim.refresh = NULL;
        CHECK_OK(refresh_at(&world, after(22), &refresh, &grant));
        CHECK_ID(grant.id, 5002);
        CHECK_INT(n_grants(&world), 2);
        CHECK_OK(use(&world, &code, 4, 1));
}

TEST(a_grant_that_was_revoked_is_not_given_again)
{
        WORLD_WITH_FAMILY(world, code);
        struct audit_entry client = audit_of_client();
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 3, 0, &next);
        struct grant grant;

        CHECK_OK(use(&world, &code, 2, 0));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(13), grant_revoke, id(&world, 5002), &client,
                          &grant));
        refresh.claim.grant_id = id_of(5002);
        CHECK_ERR(refresh_at(&world, after(14), &refresh, &grant), ERR_REFRESH_ENDED);
        CHECK_OK(use(&world, &code, 4, 1));
}

TEST(the_token_before_ends_everything_after_the_grace)
{
        WORLD_WITH_FAMILY(world, code);
        struct revocation_list feed;
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 3, 0, &next);
        struct grant grant;

        CHECK_OK(use(&world, &code, 2, 0)); /* at 12 */
        refresh.claim.grant_id = id_of(5002);
        CHECK_ERR(refresh_at(&world, after(23), &refresh, &grant), ERR_REFRESH_REUSED);
        check_all_revoked(&world, 2);
        CHECK_OK(STORE_AS(&world, NULL, after(24), revocation_list,
                          &(struct revocation_page){.limit = 10}, &feed));
        CHECK_INT(feed.n, 2);
        CHECK_ERR(use(&world, &code, 4, 1), ERR_REFRESH_UNKNOWN);
        CHECK_ERR(use(&world, &code, 5, 0), ERR_REFRESH_UNKNOWN);
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM audit "
                                          "WHERE outcome = 'ERR_REFRESH_REUSED'"),
                  1);
}

TEST(any_older_token_ends_everything_at_once)
{
        WORLD_WITH_FAMILY(world, code);

        CHECK_OK(use(&world, &code, 2, 0));
        CHECK_OK(use(&world, &code, 3, 1));
        CHECK_ERR(use(&world, &code, 4, 0), ERR_REFRESH_REUSED);
        check_all_revoked(&world, 3);
}

TEST(a_replayed_code_ends_the_family)
{
        WORLD_WITH_FAMILY(world, code);
        struct claim claim = claim_of(&code, 9);

        CHECK_OK(use(&world, &code, 2, 0));
        CHECK_ERR(claim_at(&world, after(40), &claim), ERR_CODE_REPLAYED);
        check_all_revoked(&world, 2);
}

/* --- its ends --- */

TEST(a_family_ends_by_its_time)
{
        WORLD_WITH_FAMILY(world, code);
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 2, 0, &next);
        struct grant grant;

        CHECK_ERR(refresh_at(&world, after(1000), &refresh, &grant), ERR_REFRESH_ENDED);
        refresh = refresh_of(&code, 3, 0, &next);
        CHECK_OK(refresh_at(&world, after(999), &refresh, &grant));
}

TEST(a_user_who_revokes_a_grant_ends_its_family)
{
        WORLD_WITH_FAMILY(world, code);
        struct grant grant;

        CHECK_OK(use(&world, &code, 2, 0));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(13), grant_revoke, id(&world, 5001), &audit,
                          &grant));
        CHECK_ID(grant.id, 5001);
        CHECK_INT(grant.status, GRANT_REVOKED);
        check_all_revoked(&world, 2);
}

TEST(a_client_that_revokes_a_grant_does_not_end_its_family)
{
        WORLD_WITH_FAMILY(world, code);
        struct audit_entry client = audit_of_client();
        struct grant grant;

        CHECK_OK(STORE_AS(&world, id(&world, 1), after(3), grant_revoke, id(&world, 5001), &client,
                          &grant));
        CHECK_OK(use(&world, &code, 2, 0));
}

TEST(a_client_ends_its_own_family_by_any_of_its_tokens)
{
        WORLD_WITH_FAMILY(world, code);
        struct refresh_end end = {code.no, digest_of(330), id_of(21)};

        CHECK_OK(use(&world, &code, 2, 0));
        CHECK_OK(STORE_AS(&world, NULL, after(13), refresh_end, &end, &audit));
        end = (struct refresh_end){code.no, digest_of(331), id_of(20)};
        CHECK_OK(STORE_AS(&world, NULL, after(13), refresh_end, &end, &audit));
        CHECK_INT(n_families(&world), 1);
        end.family = digest_of(330);
        CHECK_OK(STORE_AS(&world, NULL, after(13), refresh_end, &end, &audit));
        check_all_revoked(&world, 2);
        CHECK_OK(STORE_AS(&world, NULL, after(13), refresh_end, &end, &audit));
}

TEST(removed_access_and_what_is_gone_cannot_be_renewed)
{
        static const char *const ends[] = {
                "UPDATE project SET deleted_at = 1 RETURNING 1",
                "UPDATE project SET key_ends_at = 1 RETURNING 1",
                "UPDATE account SET disabled_at = 1 RETURNING 1",
        };

        for (size_t i = 0; i <= ARRAY_SIZE(ends); i++) {
                WORLD_WITH_FAMILY(world, code);
                struct grant_list dying;
                struct connection_list connections;
                struct list_page page = {.limit = 10};

                CHECK_OK(STORE_AS(&world, id(&world, 1), after(3), connection_list, &page,
                                  &connections));
                CHECK_INT(connections.items[0].renewable_until.ms, after(5000).ms);
                CHECK_INT(connections.items[0].renewed_at.ms, 0);
                if (i < ARRAY_SIZE(ends))
                        CHECK_INT(snapshot_number(&world, ends[i]), 1);
                else
                        CHECK_OK(STORE_AS(&world, id(&world, 1), after(3), access_revoke,
                                          id(&world, 20), &audit, &dying));
                /* The client's account is the same. */
                CHECK_ERR(use(&world, &code, 2, 0),
                          i == 2 ? ERR_CLIENT_DISABLED : ERR_REFRESH_ENDED);
                if (i == ARRAY_SIZE(ends)) {
                        CHECK_OK(STORE_AS(&world, id(&world, 1), after(13), connection_list, &page,
                                          &connections));
                        CHECK_INT(connections.items[0].renewable_until.ms, 0);
                }
        }
}

static struct instant last_access(struct world *world)
{
        struct list_page page = {.limit = 10};
        struct connection_list connections;

        CHECK_OK(STORE_AS(world, id(world, 1), after(9000), connection_list, &page, &connections));
        CHECK_INT(connections.n, 1);
        return connections.items[0].last_at;
}

TEST(a_renewal_moves_the_last_access_of_its_connection_once_an_hour)
{
        WORLD_WITH_FAMILY(world, code);

        CHECK_OK(use(&world, &code, 2, 0));
        CHECK_INT(last_access(&world).ms, after(1).ms);
        CHECK_INT(snapshot_number(&world, "UPDATE connected_client SET last_at = last_at - 3600000 "
                                          "RETURNING 1"),
                  1);
        CHECK_OK(use(&world, &code, 3, 1));
        CHECK_INT(last_access(&world).ms, after(13).ms);
}

TEST(a_request_stays_as_long_as_it_can_be_renewed)
{
        WORLD_WITH_FAMILY(world, code);
        struct cleanup_limits limits = limits_none();
        struct grant grant;
        struct refresh_issue next;
        struct refresh refresh = refresh_of(&code, 2, 0, &next);

        limits.grants_before = after(900);
        CHECK(clean_up(&world, after(950), &limits) > 0);
        CHECK_INT(snapshot_count(&world, "access_grant"), 0);
        CHECK_INT(snapshot_count(&world, "request"), 1);
        CHECK_OK(refresh_at(&world, after(951), &refresh, &grant));
        CHECK(clean_up(&world, after(1001), &limits) > 0);
        CHECK_INT(n_families(&world), 0);
        CHECK_INT(snapshot_count(&world, "request"), 1);
        limits.grants_before = after(2000);
        CHECK(clean_up(&world, after(2001), &limits) > 0);
        CHECK_INT(snapshot_count(&world, "request"), 0);
        CHECK_INT(snapshot_count(&world, "access_authorization"), 0);
}

TEST(after_a_restore_no_family_is_left)
{
        WORLD_WITH_FAMILY(world, code);
        struct recovered recovered;

        CHECK_OK(STORE_AS(&world, NULL, after(9), recover, &audit, &recovered));
        CHECK_INT(n_families(&world), 0);
        CHECK_ERR(use(&world, &code, 2, 0), ERR_REFRESH_UNKNOWN);
        CHECK_INT(status_of_newest(&world), GRANT_LIVE);
}
