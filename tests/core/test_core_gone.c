/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations of the core on things that do not exist, or disappear in the meantime.
 */
#include "core/authorize/consent.h"
#include "core/clients/client.h"
#include "core/grants/connected.h"
#include "core/grants/owner_grant.h"
#include "core/operations.h"
#include "core/people/account.h"
#include "store/snapshot.h"

static const struct uuid nothing = {{9}};

/* --- unknown ids --- */

static void stay_out_of_accounts(struct full_core *full)
{
        struct slice name;

        CHECK_ERR(DO_AS(&nothing, account_change_name, SLICE("A"), &name), ERR_UNAUTHENTICATED);
        CHECK_ERR(DO_AS(&nothing, account_set_password_of, ACCOUNT, PASSWORD), ERR_NO_ROW);
        CHECK_ERR(DO(account_end_by_operator, &nothing, ACCOUNT_DELETE), ERR_NOT_FOUND);
        CHECK_ERR(DO(account_end_by_operator, &nothing, ACCOUNT_DISABLE), ERR_NOT_FOUND);
        CHECK_ERR(DO(session_end_one, &nothing), ERR_NOT_FOUND);
        CHECK_ERR(DO(service_token_revoke, &nothing), ERR_NOT_FOUND);
}

static void stay_out_of_clients(struct full_core *full)
{
        struct client client = *CLIENT;
        struct client_update_form form = {.name = SLICE("Renamed")};
        struct secret secret;

        client.id = nothing;
        CHECK_ERR(DO(client_change, &client, &form, &client), ERR_NOT_FOUND);
        CHECK_ERR(DO(client_switch, &client, CLIENT_DISABLED), ERR_NOT_FOUND);
        CHECK_ERR(DO(client_switch_by_operator, &client, true), ERR_NOT_FOUND);
        CHECK_ERR(DO(client_rotate, &nothing, 60, &client, &secret), ERR_NOT_FOUND);
        CHECK_ERR(DO(client_remove, &nothing), ERR_NOT_FOUND);
}

static void stay_out_of_access(struct full_core *full)
{
        struct consent_form consent = {.request_id = nothing};
        struct request_view view;
        struct consent_result result;
        struct history_list entries;
        struct grant_list grants;
        struct grant grant;

        CHECK_ERR(ASK(request_show, &nothing, &view), ERR_NOT_FOUND);
        CHECK_ERR(DO(consent_decide, &consent, &result), ERR_INVALID_REQUEST_ID);
        CHECK_ERR(ASK(connected_history, &nothing, &(struct list_page){.limit = LIMIT_LIST},
                      &entries),
                  ERR_NOT_FOUND);
        CHECK_ERR(DO(connected_revoke, &nothing, &grants), ERR_NOT_FOUND);
        CHECK_ERR(DO(connected_revoke_grant, &nothing, &grant), ERR_NOT_FOUND);
        CHECK_ERR(DO(project_remove, &nothing), ERR_NOT_FOUND);
}

TEST(what_is_not_there_is_told_and_nothing_is_written)
{
        struct slice before;
        FULL_CORE(full);

        before = snapshot_dump(&full->remote.core.world, &full->arena);
        stay_out_of_accounts(full);
        stay_out_of_clients(full);
        stay_out_of_access(full);
        CHECK(slice_equal(before, snapshot_dump(&full->remote.core.world, &full->arena)));
}

TEST(a_service_is_told_whether_its_token_is_unknown_or_of_another_role)
{
        struct secret text;
        FULL_CORE(full);

        text = full->service_text;
        CHECK_OK(ASK(service_token_check, text, TOKEN_CHECK));
        CHECK_ERR(ASK(service_token_check, text, TOKEN_REVOCATIONS), ERR_TOKEN_ROLE);
        CHECK_ERR(ASK(service_token_check, full->token, TOKEN_CHECK), ERR_TOKEN_UNKNOWN);
        CHECK_OK(DO(service_token_revoke, &full->service.id));
        CHECK_ERR(ASK(service_token_check, text, TOKEN_CHECK), ERR_TOKEN_UNKNOWN);
}

/* --- disappearing in the meantime --- */

static struct full_core *busy; /* in which something disappears */
static struct ports working;

static enum err verify_and_lose_the_account(void *context, const struct password_user *user,
                                            struct secret password, struct slice encoded)
{
        struct full_core *full = busy;

        CHECK_OK(DO(account_end_by_operator, &ACCOUNT->id, ACCOUNT_DELETE));
        return working.password.verify(context, user, password, encoded);
}

static void lose_the_project(struct core *core)
{
        struct full_core *full = busy;

        (void)core;
        CHECK_OK(DO(project_remove, &full->project.id));
}

static enum err do_log_in(struct full_core *full)
{
        struct session session;
        struct secret token;

        return DO(session_log_in, BY_PASSWORD(ACCOUNT->email, PASSWORD), &session, &token);
}

static enum err do_change_password(struct full_core *full)
{
        struct password_pair pair = {.old = {PASSWORD}, .fresh = {SLICE("another long password")}};

        return DO(account_change_password, &full->session, &pair);
}

static enum err do_remove(struct full_core *full)
{
        return DO(account_remove, &full->session, &(struct confirmation){PASSWORD});
}

static enum err do_own_grant(struct full_core *full)
{
        struct owner_grant_form form = {.project_id = full->project.id,
                                        .person = {PASSWORD},
                                        .passphrase = {SLICE("a passphrase")}};
        struct secret grant;

        return DO(owner_grant_make, ACCOUNT, &form, &grant);
}

TEST(an_account_that_goes_while_its_password_is_checked_gets_nothing)
{
        static const struct {
                enum err (*run)(struct full_core *);
                enum err expected;
        } cases[] = {{do_log_in, ERR_INVALID_CREDENTIALS},
                     {do_change_password, ERR_UNAUTHENTICATED},
                     {do_remove, ERR_UNAUTHENTICATED},
                     {do_own_grant, ERR_NOT_FOUND}};
        struct full_core full CLEANUP(full_core_end);

        full_core_begin(&full);
        busy = &full;
        working = full.remote.core.ports;
        full.remote.core.ports.password.verify = verify_and_lose_the_account;
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                full_core_reset(&full);
                CHECK_ERR(cases[i].run(&full), cases[i].expected);
        }
}

TEST(a_project_that_goes_while_a_key_is_derived_gives_no_grant)
{
        struct full_core full CLEANUP(full_core_end);

        full_core_begin(&full);
        busy = &full;
        full.remote.core.while_deriving = lose_the_project;
        CHECK_ERR(do_own_grant(&full), ERR_NOT_FOUND);
        CHECK_INT(full.remote.core.n_reserved, 0);
}

TEST(of_a_project_whose_key_has_ended_its_owner_makes_no_grant)
{
        struct project_form form = {.name = SLICE("Ends in a day")};
        FULL_CORE(full);

        form.access_grant = full->grant;
        CHECK_OK(DO(project_create, &form, &full->project));
        CHECK(full->project.key_ends_at.ms);
        full->remote.core.now.ms = full->project.key_ends_at.ms - 1;
        CHECK_OK(do_own_grant(full));
        full->remote.core.now.ms++;
        CHECK_ERR(do_own_grant(full), ERR_API_KEY_EXPIRED);
}
