/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core charges to which quota, and what is never charged.
 */
#include "core/upkeep/quota.h"

#include "core.h"
#include "core/people/session.h"

static enum err request_make(struct core *core)
{
        struct uuid id;

        return core_request(core, READ, &id);
}

/* From now on requests are for an application of this new developer. */
static void developer_change(struct core *core, struct slice email)
{
        struct registration registration = {
                .email = email, .password = PASSWORD, .full_name = SLICE("A Developer")};
        struct client_form form = {.name = SLICE("App"), .redirect_uris = TEXTS(CORE_REDIRECT)};
        struct account account;

        CHECK_OK(account_create(core_op(core), &registration, &account));
        CHECK_OK(client_create(OP(&core->ports, &core->world.arena, NULL, &account.id), &form,
                               &core->client, &core->client_secret));
}

TEST(the_applications_of_one_developer_have_a_quarter_of_an_accounts_requests)
{
        CORE(core);

        core.policy.account_requests = 10;
        for (int i = 0; i < 3; i++) /* rounded up */
                CHECK_OK(request_make(&core));
        CHECK_ERR(request_make(&core), ERR_QUOTA_SHARE);
        developer_change(&core, SLICE("b@example.com"));
        CHECK_OK(request_make(&core));
}

TEST(an_account_has_its_requests_whosever_the_applications_are)
{
        CORE(core);

        core.policy.account_requests = 2;
        CHECK_OK(request_make(&core));
        developer_change(&core, SLICE("b@example.com"));
        CHECK_OK(request_make(&core));
        developer_change(&core, SLICE("c@example.com"));
        CHECK_ERR(request_make(&core), ERR_QUOTA_REQUESTS);
}

TEST(an_application_has_its_requests_whosever_the_accounts_are)
{
        CORE(core);

        core.policy.client_requests = 2;
        CHECK_OK(request_make(&core));
        core.account.id.bytes[0] ^= 1;
        CHECK_OK(request_make(&core));
        CHECK_ERR(request_make(&core), ERR_QUOTA_CLIENT);
}

TEST(a_request_beyond_a_quota_is_not_stored_and_says_how_long_to_wait)
{
        CORE(core);
        unsigned wait = 0;

        core.caller.wait = &wait;
        core.policy.client_requests = 1;
        CHECK_OK(request_make(&core));
        CHECK_INT(wait, 0);
        CHECK_ERR(request_make(&core), ERR_QUOTA_CLIENT);
        CHECK_INT(wait, 86400);
        CHECK_INT(core_n_rows(&core, "request"), 1);
}

TEST(quotas_of_nothing_are_not_asked)
{
        CORE(core);

        CHECK_OK(request_make(&core));
        CHECK_INT(core_n_rows(&core, "quota"), 0);
        core.policy.client_requests = 4;
        CHECK_OK(request_make(&core));
        CHECK_INT(core_n_rows(&core, "quota"), 1);
}

TEST(a_store_that_fails_is_no_quota)
{
        CORE(core);
        unsigned at = 0;
        enum err error;

        core.policy.client_requests = 100;
        do {
                fault_set((struct fault){FAULT_FULL, .at = ++at, .lasts = true});
                error = request_make(&core);
                CHECK_ERR(error, fault_clear() ? ERR_STORE_UNAVAILABLE : ERR_OK);
        } while (error != ERR_OK);
        CHECK(at > 3);
}

TEST(a_log_in_spends_after_the_password_was_right)
{
        CORE(core);
        struct secret wrong = {SLICE("a wrong password")}, token;
        struct session session;

        core.policy.account_logins = 1;
        CHECK_ERR(session_log_in(core_op(&core), BY_PASSWORD(core.account.email, wrong), &session,
                                 &token),
                  ERR_INVALID_CREDENTIALS);
        CHECK_INT(core_n_rows(&core, "quota"), 0);
        CHECK_OK(session_log_in(core_op(&core), BY_PASSWORD(core.account.email, PASSWORD), &session,
                                &token));
        CHECK_ERR(session_log_in(core_op(&core), BY_PASSWORD(core.account.email, PASSWORD),
                                 &session, &token),
                  ERR_QUOTA_LOGINS);
        CHECK_INT(core_n_rows(&core, "session"), 1);
}
