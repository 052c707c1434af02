/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core spends from which quota, and what it never asks one for.
 */
#include "core/upkeep/quota.h"

#include "core.h"
#include "core/grants/connected.h"

static struct {
        struct quota quotas[4];
        uint8_t who[4][2 * UUID_SIZE];
        size_t n, n_calls;
        enum err outcome;
} spent;

static enum err spend_note(struct store *store, struct arena *arena, const struct quota_bill *bill,
                           int64_t *ret_wait)
{
        CHECK(bill->n <= ARRAY_SIZE(spent.quotas));
        spent.n = bill->n;
        spent.n_calls++;
        for (size_t i = 0; i < bill->n; i++) {
                spent.quotas[i] = bill->quotas[i];
                memcpy(spent.who[i], bill->quotas[i].who.data, bill->quotas[i].who.size);
                spent.quotas[i].who.data = spent.who[i];
        }
        if (spent.outcome != ERR_OK)
                *ret_wait = 77;
        return spent.outcome;
}

/* A core whose store has quotas, with these limits. */
static struct core *core_with_quotas(struct store_verbs *verbs, enum err outcome)
{
        struct core *core = core_new();

        *verbs = core_verbs;
        verbs->quota_spend = spend_note;
        core->store.verbs = verbs;
        core->policy.account_requests = 10;
        core->policy.client_requests = 100;
        core->policy.account_logins = 7;
        core->policy.account_changes = 5;
        memset(&spent, 0, sizeof(spent));
        spent.outcome = outcome;
        return core;
}

static enum err request_make(struct core *core)
{
        struct request_form form = {.client_id = core->client.client_id,
                                    .redirect_uri = REDIRECT,
                                    .scope = TEXTS(SLICE("read"))};
        struct request_view view;

        return request_start(OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                             &form, &view);
}

TEST(a_request_spends_of_a_share_of_the_account_and_of_the_application)
{
        struct store_verbs verbs;
        struct core *core CLEANUP(core_freep) = core_with_quotas(&verbs, ERR_OK);

        CHECK_OK(request_make(core));
        CHECK_INT(spent.n, 3);
        CHECK_INT(spent.quotas[0].kind, QUOTA_SHARE);
        CHECK_INT(spent.quotas[0].per_day, 3); /* a quarter, rounded up */
        CHECK_INT(spent.quotas[0].who.size, 2 * UUID_SIZE);
        CHECK(slice_starts_with(spent.quotas[0].who, uuid_slice(&core->account.id)));
        CHECK_INT(spent.quotas[1].kind, QUOTA_REQUESTS);
        CHECK_INT(spent.quotas[1].per_day, 10);
        CHECK_INT(spent.quotas[2].kind, QUOTA_CLIENT);
        CHECK_INT(spent.quotas[2].per_day, 100);
        CHECK(slice_equal(spent.quotas[2].who, uuid_slice(&core->client.id)));
}

TEST(a_request_beyond_a_quota_is_not_stored_and_says_how_long_to_wait)
{
        struct store_verbs verbs;
        struct core *core CLEANUP(core_freep) = core_with_quotas(&verbs, ERR_QUOTA_REQUESTS);
        unsigned wait = 0;

        core->caller.wait = &wait;
        CHECK_ERR(request_make(core), ERR_QUOTA_REQUESTS);
        CHECK_INT(wait, 77);
        CHECK(!was_called(core, "request_insert"));
}

TEST(quotas_of_nothing_are_not_asked)
{
        struct store_verbs verbs;
        struct core *core CLEANUP(core_freep) = core_with_quotas(&verbs, ERR_QUOTA_REQUESTS);

        core->policy.account_requests = core->policy.client_requests = 0;
        CHECK_OK(request_make(core));
        CHECK_INT(spent.n_calls, 0);
        core->policy.client_requests = 4;
        CHECK_ERR(request_make(core), ERR_QUOTA_REQUESTS);
        CHECK_INT(spent.n, 1);
        CHECK_INT(spent.quotas[0].kind, QUOTA_CLIENT);
}

TEST(a_store_that_fails_is_no_quota)
{
        struct store_verbs verbs;
        struct core *core CLEANUP(core_freep) = core_with_quotas(&verbs, ERR_STORE_UNAVAILABLE);

        CHECK_ERR(request_make(core), ERR_STORE_UNAVAILABLE);
        CHECK(!was_called(core, "request_insert"));
}

TEST(a_log_in_spends_after_the_password_was_right)
{
        struct store_verbs verbs;
        struct core *core CLEANUP(core_freep) = core_with_quotas(&verbs, ERR_QUOTA_LOGINS);
        struct session session;
        struct secret token, right = {core->account.password};

        CHECK_ERR(session_log_in(OP(&core->ports, &core->arena, &core->caller, NULL),
                                 core->account.email, (struct secret){SLICE("a wrong password")},
                                 &session, &token),
                  ERR_INVALID_CREDENTIALS);
        CHECK_INT(spent.n_calls, 0);
        CHECK_ERR(session_log_in(OP(&core->ports, &core->arena, &core->caller, NULL),
                                 core->account.email, right, &session, &token),
                  ERR_QUOTA_LOGINS);
        CHECK_INT(spent.quotas[0].per_day, 7);
        CHECK(!was_called(core, "session_insert"));
}
