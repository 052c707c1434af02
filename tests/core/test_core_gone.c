/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations of the core on what is not there, or goes while they work on it.
 */
#include "core/authorize/consent.h"
#include "core/clients/client.h"
#include "core/grants/connected.h"
#include "core/grants/owner_grant.h"
#include "core/operations.h"
#include "core/people/account.h"
#include "store/snapshot.h"

static const struct uuid nothing = {{9}};

/* --- what was never there --- */

static void stay_out_of_accounts(struct stage *stage)
{
        struct password_change change = {.password = PASSWORD};
        struct slice name;

        CHECK_ERR(DO_AS(&nothing, account_change_name, SLICE("A"), &name), ERR_UNAUTHENTICATED);
        CHECK_ERR(DO_AS(&nothing, account_set_password_of, &change), ERR_NO_ROW);
        CHECK_ERR(DO(account_end_by_operator, &nothing, ACCOUNT_DELETE), ERR_NOT_FOUND);
        CHECK_ERR(DO(account_end_by_operator, &nothing, ACCOUNT_DISABLE), ERR_NOT_FOUND);
        CHECK_ERR(DO(session_end_one, &nothing), ERR_NOT_FOUND);
        CHECK_ERR(DO(service_token_revoke, &nothing), ERR_NOT_FOUND);
}

static void stay_out_of_clients(struct stage *stage)
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

static void stay_out_of_access(struct stage *stage)
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
        STAGE(stage);

        before = snapshot_dump(&stage->net.core.world, &stage->arena);
        stay_out_of_accounts(stage);
        stay_out_of_clients(stage);
        stay_out_of_access(stage);
        CHECK(slice_equal(before, snapshot_dump(&stage->net.core.world, &stage->arena)));
}

TEST(a_service_is_told_whether_its_token_is_unknown_or_of_another_role)
{
        struct secret text;
        STAGE(stage);

        text = stage->service_text;
        CHECK_OK(ASK(service_token_check, text, TOKEN_CHECK));
        CHECK_ERR(ASK(service_token_check, text, TOKEN_REVOCATIONS), ERR_TOKEN_ROLE);
        CHECK_ERR(ASK(service_token_check, stage->token, TOKEN_CHECK), ERR_TOKEN_UNKNOWN);
        CHECK_OK(DO(service_token_revoke, &stage->service.id));
        CHECK_ERR(ASK(service_token_check, text, TOKEN_CHECK), ERR_TOKEN_UNKNOWN);
}

/* --- what goes meanwhile --- */

static struct stage *busy; /* in which something goes */
static struct ports working;

static enum err verify_and_lose_the_account(void *context, const struct password_user *user,
                                            struct secret password, struct slice encoded)
{
        struct stage *stage = busy;

        CHECK_OK(DO(account_end_by_operator, &ACCOUNT->id, ACCOUNT_DELETE));
        return working.password.verify(context, user, password, encoded);
}

static void lose_the_project(struct core *core)
{
        struct stage *stage = busy;

        (void)core;
        CHECK_OK(DO(project_remove, &stage->project.id));
}

static enum err do_log_in(struct stage *stage)
{
        struct session session;
        struct secret token;

        return DO(session_log_in, BY_PASSWORD(ACCOUNT->email, PASSWORD), &session, &token);
}

static enum err do_change_password(struct stage *stage)
{
        struct password_pair pair = {.old = PASSWORD, .fresh = {SLICE("another long password")}};

        return DO(account_change_password, &stage->session, &pair);
}

static enum err do_remove(struct stage *stage)
{
        return DO(account_remove, &stage->session, PASSWORD);
}

static enum err do_own_grant(struct stage *stage)
{
        struct owner_grant_form form = {.project_id = stage->project.id,
                                        .password = PASSWORD,
                                        .passphrase = {SLICE("a passphrase")}};
        struct secret grant;

        return DO(owner_grant_make, ACCOUNT, &form, &grant);
}

TEST(an_account_that_goes_while_its_password_is_checked_gets_nothing)
{
        static const struct {
                enum err (*run)(struct stage *);
                enum err expected;
        } cases[] = {{do_log_in, ERR_INVALID_CREDENTIALS},
                     {do_change_password, ERR_UNAUTHENTICATED},
                     {do_remove, ERR_UNAUTHENTICATED},
                     {do_own_grant, ERR_NOT_FOUND}};
        struct stage stage CLEANUP(stage_end);

        stage_begin(&stage);
        busy = &stage;
        working = stage.net.core.ports;
        stage.net.core.ports.password.verify = verify_and_lose_the_account;
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                stage_reset(&stage);
                CHECK_ERR(cases[i].run(&stage), cases[i].expected);
        }
}

TEST(a_project_that_goes_while_a_key_is_derived_gives_no_grant)
{
        struct stage stage CLEANUP(stage_end);

        stage_begin(&stage);
        busy = &stage;
        stage.net.core.while_deriving = lose_the_project;
        CHECK_ERR(do_own_grant(&stage), ERR_NOT_FOUND);
        CHECK_INT(stage.net.core.n_reserved, 0);
}

TEST(of_a_project_whose_key_has_ended_its_owner_makes_no_grant)
{
        struct project_form form = {.name = SLICE("Ends in a day")};
        STAGE(stage);

        form.access_grant = stage->grant;
        CHECK_OK(DO(project_create, &form, &stage->project));
        CHECK(stage->project.key_ends_at.ms);
        stage->net.core.now.ms = stage->project.key_ends_at.ms - 1;
        CHECK_OK(do_own_grant(stage));
        stage->net.core.now.ms++;
        CHECK_ERR(do_own_grant(stage), ERR_API_KEY_EXPIRED);
}
