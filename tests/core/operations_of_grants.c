/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core does with projects, requests, codes and grants.
 */
#include "core/authorize/device.h"
#include "core/authorize/pushed.h"
#include "core/clients/client_proof.h"
#include "core/grants/check.h"
#include "core/grants/connected.h"
#include "core/grants/delivery.h"
#include "core/grants/issued.h"
#include "core/grants/owner_grant.h"
#include "core/operations.h"
#include "core/projects/proof.h"
#include "core/token/narrow.h"

/* --- projects --- */

static enum err do_project_create(struct full_core *full)
{
        struct project_form form = {.name = SLICE("Another")};
        struct project project;

        return DO(project_create, &form, &project);
}

static enum err do_project_import(struct full_core *full)
{
        return import(&full->remote, (struct slice){0});
}

static enum err do_project_import_grant(struct full_core *full)
{
        struct project_form form = {.name = SLICE("Another"), .access_grant = full->grant};
        struct project project;

        return DO(project_create, &form, &project);
}

ONE_CALL(do_project_remove, DO(project_remove, &full->imported.id))

static enum err do_show_secret(struct full_core *full)
{
        struct secret secret;

        return ASK(project_show_secret, &full->project, &secret);
}

static enum err do_prove_due(struct full_core *full)
{
        size_t n;

        return ASK(project_prove_due, &full->remote.desk, &n);
}

static bool is_all_proven(struct full_core *full)
{
        struct project_list projects;

        CHECK_OK(STORE_AS(&full->remote.core.world, &ACCOUNT->id, NOW, project_list, &projects));
        for (size_t i = 0; i < projects.n; i++)
                if (projects.items[i].prove_at.ms)
                        return false;
        return projects.n == 3;
}

/* --- requests --- */

static enum err do_request_start(struct full_core *full)
{
        struct slice scope = SLICE("read");
        struct request_form form = {.client_id = CLIENT->client_id,
                                    .redirect_uri = CORE_REDIRECT,
                                    .scope = {.items = &scope, .n = 1}};
        struct request_view view;

        return DO(request_start, &form, &view);
}

static enum err do_pushed_keep(struct full_core *full)
{
        struct secret uri;

        return DO(pushed_keep, CLIENT, SLICE("scope=read"), &uri);
}

static enum err do_pushed_open(struct full_core *full)
{
        struct pushed_request request;
        struct secret uri;

        TRY(DO(pushed_keep, CLIENT, SLICE("scope=read"), &uri));
        return DO(pushed_open, CLIENT, secret_reveal(uri), &CLIENT->id, &request);
}

static enum err do_device_begin(struct full_core *full)
{
        struct slice scope = SLICE("read");
        struct device_start start;

        return DO(device_begin, CLIENT, &(struct device_wish){.scope = {.items = &scope, .n = 1}},
                  &start);
}

static enum err do_device_enter(struct full_core *full)
{
        struct slice scope = SLICE("read");
        struct device_start start;
        struct request_view view;

        TRY(DO(device_begin, CLIENT, &(struct device_wish){.scope = {.items = &scope, .n = 1}},
               &start));
        return DO(device_enter, start.user_code, &view);
}

static enum err do_request_show(struct full_core *full)
{
        struct request_view view;

        return ASK(request_show, &full->pending, &view);
}

static enum err decide(struct full_core *full, struct consent_form form)
{
        struct slice scope[] = {SLICE("read"), SLICE("bucket:photos;prefix:2024/")};
        struct consent_result result;

        form.request_id = full->pending;
        form.approved = (struct texts){.items = scope, .n = ARRAY_SIZE(scope)};
        form.authentication = full->session.authentication;
        return DO(consent_decide, &form, &result);
}

static enum err do_consent(struct full_core *full)
{
        return decide(full, (struct consent_form){0});
}

static enum err do_consent_with_key(struct full_core *full)
{
        return decide(full, (struct consent_form){.project_id = &full->imported.id,
                                                  .passphrase = {SLICE("a passphrase")}});
}

static enum err do_refuse(struct full_core *full)
{
        return decide(full, (struct consent_form){.answer = CONSENT_REFUSE});
}

/* --- codes --- */

static enum err exchange(struct full_core *full, struct exchange_form form)
{
        struct exchange_result result;

        return DO(exchange_code_wait, &form, &result);
}

ONE_CALL(do_exchange, exchange(full, core_form(&full->remote.core, full->code)))
ONE_CALL(do_exchange_sealed, exchange(full, core_form(&full->remote.core, full->sealed_code)))

static enum err exchange_device(struct full_core *full, struct secret device_code)
{
        struct device_form form = core_device_form(&full->remote.core, device_code);
        struct exchange_result result;

        return DO(device_exchange_wait, &form, &result);
}

ONE_CALL(do_device_exchange, exchange_device(full, full->device_code))
ONE_CALL(do_device_poll, exchange_device(full, full->device.device_code))

static enum err do_exchange_for_s3(struct full_core *full)
{
        struct exchange_form form = core_form(&full->remote.core, full->code);

        form.credentials = SLICE("s3");
        return exchange(full, form);
}

ONE_CALL(do_exchange_unknown, exchange(full, core_form(&full->remote.core, full->token)))

static enum err do_exchange_offline(struct full_core *full)
{
        struct exchange_form form = core_form(&full->remote.core, full->offline_code);

        form.may_refresh = true;
        return exchange(full, form);
}

static enum err refresh(struct full_core *full, struct secret token)
{
        struct refresh_form form = core_refresh_form(&full->remote.core, token);
        struct exchange_result result;

        return DO(refresh_exchange_wait, &form, &result);
}

ONE_CALL(do_refresh, refresh(full, full->refresh_token))
ONE_CALL(do_refresh_again, refresh(full, full->used_token))
ONE_CALL(do_refresh_unknown, refresh(full, full->token))

/* With a JWT signed with another secret. */
static enum err do_exchange_unproven(struct full_core *full)
{
        struct core *core = &full->remote.core;
        struct secret right = core->client_secret;
        struct exchange_form form;

        core->client_secret = full->token;
        form = core_form(core, full->code);
        core->client_secret = right;
        return exchange(full, form);
}

/* --- grants --- */

static enum err own_grant(struct full_core *full, const struct project *project,
                          struct secret passphrase)
{
        struct owner_grant_form form = {
                .project_id = project->id, .person = {PASSWORD}, .passphrase = passphrase};
        struct secret grant;

        return DO(owner_grant_make, ACCOUNT, &form, &grant);
}

static enum err do_own_grant(struct full_core *full)
{
        return own_grant(full, &full->imported, (struct secret){0});
}

static enum err do_own_grant_with_key(struct full_core *full)
{
        return own_grant(full, &full->project, (struct secret){SLICE("a passphrase")});
}

/* The response is "yes" or that we cannot say, never "no". */
static enum err check(struct full_core *full, struct grant_check_form form)
{
        struct grant_verdict verdict;

        form.op = AG_OP_READ;
        form.bucket = SLICE("photos");
        form.time.seconds = instant_seconds(full->now);
        TRY(ASK(grant_check, &form, &verdict));
        CHECK_INT(verdict.reason, CHECK_GOOD);
        CHECK(verdict.has_grant);
        return ERR_OK;
}

static enum err do_check(struct full_core *full)
{
        return check(full, (struct grant_check_form){.api_key = full->grant_key});
}

static enum err do_check_brought_in(struct full_core *full)
{
        return check(full, (struct grant_check_form){.access_grant = full->own_grant});
}

static enum err do_issued_look(struct full_core *full)
{
        struct issued issued;

        TRY(ASK(issued_look, CLIENT, full->grant, &issued));
        CHECK(issued.is_active);
        return ERR_OK;
}

static enum err do_narrow(struct full_core *full)
{
        struct narrow_form form = {.grant = full->grant, .scope = SLICE("read")};
        struct exchange_result result;

        return ASK(grant_narrow, CLIENT, &form, &result);
}

ONE_CALL(do_issued_revoke, DO(issued_revoke, CLIENT, full->grant))

static enum err do_issued_look_refresh(struct full_core *full)
{
        struct issued issued;

        TRY(ASK(issued_look, CLIENT, full->refresh_token, &issued));
        CHECK(issued.is_active && issued.is_refresh);
        return ERR_OK;
}

ONE_CALL(do_issued_revoke_refresh, DO(issued_revoke, CLIENT, full->refresh_token))

static enum err do_client_prove(struct full_core *full)
{
        struct exchange_form form = core_form(&full->remote.core, full->code);
        struct client client;

        return DO(client_prove, &form.proof, &client);
}

static enum err do_history(struct full_core *full)
{
        struct history_list entries;

        return ASK(connected_history, &CLIENT->client_id, &(struct list_page){.limit = LIMIT_LIST},
                   &entries);
}

static enum err do_revoke(struct full_core *full)
{
        struct grant_list grants;

        return DO(connected_revoke, &CLIENT->client_id, &grants);
}

static enum err do_revoke_grant(struct full_core *full)
{
        struct grant grant;

        return DO(connected_revoke_grant, &full->own_id, &grant);
}

static enum err do_deliver(struct full_core *full)
{
        size_t n;

        return ASK(delivery_run_due, &full->remote.desk, NULL, &n);
}

static bool is_all_delivered(struct full_core *full)
{
        struct delivery_waiting waiting;

        CHECK_OK(STORE_AS(&full->remote.core.world, NULL, full->remote.core.now, delivery_waiting,
                          &waiting));
        return waiting.n_pending == 0 && waiting.n_failed == 0 && full->remote.satellite.n_revokes;
}

const struct operation operations_of_grants[] = {
        {"project_create", do_project_create, WRITES, ERR_OK, NULL},
        {"project_create, API key", do_project_import, WRITES, ERR_OK, NULL},
        {"project_create, access grant", do_project_import_grant, WRITES, ERR_OK, NULL},
        {"project_remove", do_project_remove, WRITES, ERR_OK, NULL},
        {"project_show_secret", do_show_secret, WRITES, ERR_OK, NULL},
        {"project_prove_due", do_prove_due, STEPS, ERR_OK, is_all_proven},
        {"request_start", do_request_start, STEPS, ERR_OK, NULL},
        {"pushed_keep", do_pushed_keep, WRITES, ERR_OK, NULL},
        {"pushed_open", do_pushed_open, STEPS, ERR_OK, NULL},
        {"device_begin", do_device_begin, WRITES, ERR_OK, NULL},
        {"device_enter", do_device_enter, STEPS, ERR_OK, NULL},
        {"request_show", do_request_show, READS, ERR_OK, NULL},
        {"consent_decide", do_consent, WRITES, ERR_OK, NULL},
        {"consent_decide, passphrase", do_consent_with_key, WRITES, ERR_OK, NULL},
        {"consent_decide, refused", do_refuse, WRITES, ERR_OK, NULL},
        {"exchange_code", do_exchange, WRITES, ERR_OK, NULL},
        {"exchange_code, sealed key", do_exchange_sealed, WRITES, ERR_OK, NULL},
        {"exchange_code, offline_access", do_exchange_offline, WRITES, ERR_OK, NULL},
        {"device_exchange", do_device_exchange, WRITES, ERR_OK, NULL},
        {"device_exchange, undecided", do_device_poll, WRITES, ERR_DEVICE_PENDING, NULL},
        {"refresh_exchange", do_refresh, WRITES, ERR_OK, NULL},
        {"refresh_exchange, again", do_refresh_again, WRITES, ERR_OK, NULL},
        {"refresh_exchange, unknown", do_refresh_unknown, WRITES, ERR_REFRESH_UNKNOWN, NULL},
        {"exchange_code, S3", do_exchange_for_s3, SHRUGS, ERR_OK, NULL},
        {"exchange_code, unknown code", do_exchange_unknown, WRITES, ERR_CODE_UNKNOWN, NULL},
        {"exchange_code, unproven", do_exchange_unproven, SHRUGS, ERR_CLIENT_UNKNOWN, NULL},
        {"owner_grant_make", do_own_grant, WRITES, ERR_OK, NULL},
        {"owner_grant_make, passphrase", do_own_grant_with_key, WRITES, ERR_OK, NULL},
        {"grant_check", do_check, READS, ERR_OK, NULL},
        {"grant_check, brought in", do_check_brought_in, READS, ERR_OK, NULL},
        {"issued_look", do_issued_look, READS, ERR_OK, NULL},
        {"grant_narrow", do_narrow, WRITES, ERR_OK, NULL},
        {"issued_revoke", do_issued_revoke, WRITES, ERR_OK, NULL},
        {"issued_look, refresh token", do_issued_look_refresh, READS, ERR_OK, NULL},
        {"issued_revoke, refresh token", do_issued_revoke_refresh, WRITES, ERR_OK, NULL},
        {"client_prove", do_client_prove, WRITES, ERR_OK, NULL},
        {"connected_history", do_history, READS, ERR_OK, NULL},
        {"connected_revoke", do_revoke, WRITES, ERR_OK, NULL},
        {"connected_revoke_grant", do_revoke_grant, WRITES, ERR_OK, NULL},
        {"delivery_run_due", do_deliver, STEPS, ERR_OK, is_all_delivered},
        {0},
};
