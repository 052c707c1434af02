/* SPDX-License-Identifier: Apache-2.0
 *
 * Daily quotas: they refill evenly, and no account spends from another's.
 */
#include "snapshot.h"

static enum err spend_at(struct world *world, int64_t account, int64_t per_day, struct instant now,
                         int64_t *ret_wait)
{
        struct quota quota = {QUOTA_REQUESTS, uuid_slice(id(world, account)), per_day,
                              ERR_QUOTA_REQUESTS};
        struct quota_bill bill = {.quotas = &quota, .n = 1};

        *ret_wait = 0;
        return STORE_AS(world, NULL, now, quota_spend, &bill, NULL, ret_wait);
}

static enum err spend(struct world *world, int64_t account, int64_t per_day, struct instant now)
{
        int64_t wait;

        return spend_at(world, account, per_day, now, &wait);
}

TEST(a_quota_is_spent_at_once_and_comes_back_evenly)
{
        struct world world CLEANUP(world_end) = world_new();
        int64_t wait;

        for (int64_t i = 0; i < 4; i++)
                CHECK_OK(spend(&world, 1, 4, NOW));
        CHECK_ERR(spend_at(&world, 1, 4, NOW, &wait), ERR_QUOTA_REQUESTS);
        CHECK_INT(wait, 86400 / 4);
        CHECK_ERR(spend_at(&world, 1, 4, after(86400 / 4 - 1), &wait), ERR_QUOTA_REQUESTS);
        CHECK_INT(wait, 1);
        CHECK_OK(spend(&world, 1, 4, after(86400 / 4)));
        CHECK_ERR(spend(&world, 1, 4, after(86400 / 4)), ERR_QUOTA_REQUESTS);
        for (int64_t i = 0; i < 4; i++)
                CHECK_OK(spend(&world, 1, 4, after(3 * 86400)));
        CHECK_ERR(spend(&world, 1, 4, after(3 * 86400)), ERR_QUOTA_REQUESTS);
}

TEST(nobody_spends_from_anothers_quota)
{
        struct world world CLEANUP(world_end) = world_new();

        CHECK_OK(spend(&world, 1, 1, NOW));
        CHECK_ERR(spend(&world, 1, 1, NOW), ERR_QUOTA_REQUESTS);
        CHECK_OK(spend(&world, 2, 1, NOW));
}

TEST(a_bill_is_paid_wholly_or_not_at_all)
{
        struct world world CLEANUP(world_end) = world_new();
        struct quota quotas[] = {{QUOTA_SHARE, SLICE("a"), 3, ERR_QUOTA_SHARE},
                                 {QUOTA_REQUESTS, SLICE("a"), 1, ERR_QUOTA_REQUESTS}};
        struct quota_bill bill = {.quotas = quotas, .n = 2}, share = bill;
        int64_t wait;

        share.n = 1;
        CHECK_OK(STORE(&world, quota_spend, &bill, NULL, &wait));
        for (int64_t i = 0; i < 10; i++)
                CHECK_ERR(STORE(&world, quota_spend, &bill, NULL, &wait), ERR_QUOTA_REQUESTS);
        CHECK_OK(STORE(&world, quota_spend, &share, NULL, &wait));
        CHECK_OK(STORE(&world, quota_spend, &share, NULL, &wait));
        CHECK_ERR(STORE(&world, quota_spend, &share, NULL, &wait), ERR_QUOTA_SHARE);
}

TEST(a_quota_outlives_a_restart)
{
        struct world world CLEANUP(world_end) = world_new();

        CHECK_OK(spend(&world, 1, 1, NOW));
        world_close(&world);
        world_open(&world);
        CHECK_ERR(spend(&world, 1, 1, NOW), ERR_QUOTA_REQUESTS);
}

TEST(a_clock_set_back_costs_a_day_at_most)
{
        struct world world CLEANUP(world_end) = world_new();
        int64_t wait;

        CHECK_OK(spend(&world, 1, 1, after(1000000)));
        CHECK_ERR(spend_at(&world, 1, 1, NOW, &wait), ERR_QUOTA_REQUESTS);
        CHECK_INT(wait, 86400);
}

TEST(a_quota_that_was_lowered_holds_at_once_and_one_that_was_raised_too)
{
        struct world world CLEANUP(world_end) = world_new();

        for (int64_t i = 0; i < 5; i++)
                CHECK_OK(spend(&world, 1, 10, NOW));
        CHECK_ERR(spend(&world, 1, 1, NOW), ERR_QUOTA_REQUESTS);
        for (int64_t i = 0; i < 50; i++)
                CHECK_OK(spend(&world, 1, 100, NOW));
}

TEST(quotas_that_are_whole_again_leave_no_row)
{
        struct world world CLEANUP(world_end) = world_new();
        struct cleanup_limits limits = limits_none();

        CHECK_OK(spend(&world, 1, 2, NOW));
        CHECK_INT(clean_up(&world, after(86400 / 2 - 1), &limits), 0);
        CHECK_INT(clean_up(&world, after(86400 / 2), &limits), 1);
}

/* --- the audit trail of refused exchanges --- */

TEST(an_application_fills_the_audit_trail_with_refusals_only_so_far)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30);
        struct grant grant;

        (void)audit_take(&world);
        for (int64_t i = 0; i < LIMIT_AUDITED_REFUSALS + 50; i++) {
                struct claim claim = claim_of(&code, 100 + i);

                claim.redirect_uri = SLICE("https://elsewhere.example.com/");
                CHECK_ERR(CLAIM(&world, &claim, &grant), ERR_REDIRECT_URI_DIFFERS);
        }
        CHECK_INT(audit_take(&world), LIMIT_AUDITED_REFUSALS);
}

/* As if the application had been refused that often already. */
static void refusals_use_up(struct world *world, enum quota_kind kind)
{
        struct quota quota = {kind, uuid_slice(id(world, 20)), 1, ERR_CLIENT_FAILURES};
        struct quota_bill bill = {.quotas = &quota, .n = 1};
        int64_t wait;

        CHECK_OK(STORE_AS(world, NULL, after(2), quota_spend, &bill, NULL, &wait));
}

TEST(an_application_fills_the_memory_of_jwts_with_refusals_only_so_far)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = code_new(&world, 30), second = code_new(&world, 31);
        struct claim wrong = claim_of(&first, 7), right = claim_of(&first, 8);
        struct claim reuse = claim_of(&second, 9);
        struct grant grant;

        refusals_use_up(&world, QUOTA_REFUSED);
        wrong.redirect_uri = SLICE("https://elsewhere.example.com/");
        CHECK_ERR(CLAIM(&world, &wrong, &grant), ERR_REDIRECT_URI_DIFFERS);
        CHECK_INT(snapshot_count(&world, "used_jwt"), 0);

        CHECK_OK(CLAIM(&world, &right, &grant));
        reuse.jwt = right.jwt;
        CHECK_ERR(CLAIM(&world, &reuse, &grant), ERR_JWT_REUSED);
        wrong = claim_of(&second, 10);
        wrong.jwt = right.jwt;
        CHECK_ERR(CLAIM(&world, &wrong, &grant), ERR_JWT_REUSED);
        CHECK_INT(snapshot_count(&world, "used_jwt"), 1);
}

/* Found by docs/model/exchange.pml: the outcome of the commit was not learned, and the project is
 * deleted meanwhile. */
TEST(a_refused_repetition_does_not_forget_the_jwt_that_claimed_the_code)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = code_new(&world, 30), second = code_new(&world, 31);
        struct claim right = claim_of(&first, 7), reuse = claim_of(&second, 8);
        struct grant grant;

        CHECK_OK(CLAIM(&world, &right, &grant));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, project_delete, id(&world, 10), &audit));
        refusals_use_up(&world, QUOTA_REFUSED);
        CHECK_ERR(CLAIM(&world, &right, &grant), ERR_CODE_GONE);
        reuse.jwt = right.jwt;
        CHECK_ERR(CLAIM(&world, &reuse, &grant), ERR_JWT_REUSED);
}

TEST(doing_again_what_is_done_leaves_no_row_in_the_audit_trail)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct grant own = {.id = id_of(40),
                            .account_id = id_of(1),
                            .project_id = id_of(10),
                            .scope = SLICE("read"),
                            .created_at = NOW,
                            .sealed_tail = SLICE("tail")};
        struct grant_list grants;

        CHECK_OK(STORE(&world, owner_grant_insert, &own, &audit));
        (void)audit_take(&world);
        for (int64_t i = 0; i < 5; i++) {
                CHECK_OK(STORE_AS(&world, id(&world, 1), after(1), grant_revoke, id(&world, 40),
                                  &audit, &own));
                CHECK_OK(STORE_AS(
                        &world, id(&world, 1), NOW, client_set_status,
                        &(struct client_status_change){.id = id_of(20), .status = CLIENT_DISABLED},
                        &audit));
                CHECK_OK(STORE_AS(&world, id(&world, 1), after(1), access_revoke, id(&world, 20),
                                  &audit, &grants));
        }
        CHECK_INT(audit_take(&world), 2);
}
