/* SPDX-License-Identifier: Apache-2.0
 *
 * Every reading operation of the store, with data to work on.
 */
#include "every_operation.h"

static enum err do_account_find(struct given *given)
{
        struct account account;

        return CALL(account_find, &SLICE("user1@example.com"), &account);
}

static enum err do_identity_find(struct given *given)
{
        struct identity identity;

        return CALL(identity_find,
                    &(struct identity_key){SLICE("user1@example.com"), LOGIN_PASSWORD}, &identity);
}

static enum err do_account_list(struct given *given)
{
        struct account_list accounts;

        return CALL(account_list, ID(0), &accounts);
}

static enum err do_session_list(struct given *given)
{
        struct session_list sessions;

        return STORE_AS(given->world, ID(1), NOW, session_list,
                        &(struct session_page){{.limit = LIMIT_LIST}, 60}, &sessions);
}

static enum err do_session_find(struct given *given)
{
        struct digest token = digest_of(40);
        struct session session;

        return CALL(session_find, &(struct session_key){token, 60}, &session);
}

static enum err do_client_list(struct given *given)
{
        struct client_list clients;

        return STORE_AS(given->world, ID(1), NOW, client_list, &clients);
}

static enum err do_client_get(struct given *given)
{
        struct client client;

        return STORE_AS(given->world, ID(1), NOW, client_get, ID(20), &client);
}

static enum err do_client_registered(struct given *given)
{
        struct client_list clients;

        return CALL(client_registered, &(struct list_page){.limit = 10}, &clients);
}

static enum err do_client_find(struct given *given)
{
        struct client client;

        return CALL(client_find, ID(1020), &client);
}

static enum err do_client_by_row(struct given *given)
{
        struct client client;

        return CALL(client_by_row, ID(20), &client);
}

static enum err do_project_list(struct given *given)
{
        struct project_list projects;

        return STORE_AS(given->world, ID(1), NOW, project_list, &projects);
}

static enum err do_project_get(struct given *given)
{
        struct project project;

        return CALL(project_get, ID(10), &project);
}

static enum err do_request_get(struct given *given)
{
        struct request request;

        return CALL(request_get, ID(30), &request);
}

static enum err do_refresh_find(struct given *given)
{
        struct refresh_state state;

        return CALL(refresh_find, &given->request.no, &state);
}

static enum err do_code_find(struct given *given)
{
        struct request request;

        return CALL(code_find, &given->request.no, &request);
}

static enum err do_device_find(struct given *given)
{
        struct digest digest = digest_of(82);
        struct device_request device;

        return CALL(device_find, &digest, &device);
}

static enum err do_device_by_user_code(struct given *given)
{
        struct digest digest = digest_of(83);
        struct device_request device;

        return CALL(device_by_user_code, &digest, &device);
}

static enum err do_exchange_rows(struct given *given)
{
        struct exchange_rows rows;

        return CALL(exchange_rows, &(struct exchange_key){id_of(1020), given->request.no}, &rows);
}

static enum err do_grant_list(struct given *given)
{
        struct grant_list grants;

        return STORE_AS(given->world, ID(1), NOW, grant_list, &(struct list_page){.limit = 9},
                        &grants);
}

static enum err do_grant_scopes(struct given *given)
{
        struct scope_list scopes;

        return STORE_AS(given->world, ID(1), NOW, grant_scopes, ID(20), &scopes);
}

static enum err do_authorization_replaced(struct given *given)
{
        struct replaced replaced;

        return STORE_AS(given->world, ID(1), NOW, authorization_replaced,
                        &(struct authorizations){id_of(20), 1}, &replaced);
}

static enum err do_connection_list(struct given *given)
{
        struct connection_list connections;

        return STORE_AS(given->world, ID(1), NOW, connection_list,
                        &(struct list_page){.limit = LIMIT_LIST}, &connections);
}

static enum err do_history_list(struct given *given)
{
        struct history_query query = {id_of(20), {.limit = LIMIT_LIST}};
        struct history_list entries;

        return STORE_AS(given->world, ID(1), NOW, history_list, &query, &entries);
}

static enum err do_revocation_list(struct given *given)
{
        struct revocation_list list;

        return CALL(revocation_list, &(struct revocation_page){.limit = 9}, &list);
}

static enum err do_token_find(struct given *given)
{
        struct digest digest = digest_of(50);
        struct service_token token;

        return CALL(token_find, &digest, &token);
}

static enum err do_token_list(struct given *given)
{
        struct service_token_list tokens;

        return CALL(token_list, &tokens);
}

static enum err do_meta_get(struct given *given)
{
        struct slice value;

        return CALL(meta_get, "name", &value);
}

static enum err do_cleanup_waiting(struct given *given)
{
        int64_t n;

        struct cleanup_limits limits = limits_at(after(9999));

        return CALL_AT(after(9999), cleanup_waiting, &limits, &n);
}

static enum err do_project_by_head(struct given *given)
{
        struct project project;

        return CALL(project_by_head, &SLICE("head"), &project);
}

static enum err do_grants_find(struct given *given)
{
        struct grant grant;

        return STORE(given->world, grants_find, &(struct grant_ids){&given->grant, 1}, &grant);
}

static enum err do_grant_by_id(struct given *given)
{
        struct grant grant;

        return CALL(grant_by_id, &given->grant, &grant);
}

static enum err do_grant_person(struct given *given)
{
        struct grant_person person;

        return CALL(grant_person, &given->grant, &person);
}

static enum err do_log_list(struct given *given)
{
        struct log_query query = {.filter = {.before = after(9999), .state = -1},
                                  .page = {.limit = 9}};
        struct history_list entries;

        return STORE_AS(given->world, ID(1), NOW, log_list, &query, &entries);
}

static enum err do_log_states(struct given *given)
{
        struct log_filter filter = {.before = after(9999), .state = -1};
        struct state_counts states;

        return STORE_AS(given->world, ID(1), NOW, log_states, &filter, &states);
}

static enum err do_log_days(struct given *given)
{
        struct log_filter filter = {.before = after(9999), .state = -1};
        struct log_day_list days;

        return STORE_AS(given->world, ID(1), NOW, log_days, &filter, &days);
}

static enum err do_sealed_list(struct given *given)
{
        const struct sealed_page page = {.purpose = SEAL_CLIENT_SECRET, .key_id = SLICE("")};
        struct sealed_list list;

        return CALL(sealed_list, &page, &list);
}

static enum err do_integrity(struct given *given)
{
        struct texts problems;

        return CALL(integrity, &problems);
}

static enum err do_table_size(struct given *given)
{
        const size_t first = 0;
        struct table_size size;

        return CALL(table_size, &first, &size);
}

static enum err do_state(struct given *given)
{
        struct store_state state;

        return CALL(state, &state);
}

static enum err do_space(struct given *given)
{
        struct store_space space;

        return CALL(space, &space);
}

static enum err do_ping(struct given *given)
{
        struct instant now;

        return CALL(ping, &now);
}

static enum err do_delivery_list_due(struct given *given)
{
        struct delivery_due_list due;

        return CALL_AT(after(99), delivery_list_due, &(struct delivery_page){.limit = 9}, &due);
}

static enum err do_delivery_waiting(struct given *given)
{
        struct delivery_waiting waiting;

        return CALL_AT(after(5), delivery_waiting, &waiting);
}

const struct store_operation reading_operations[] = {
        {"account_find", do_account_find, 30},
        {"identity_find", do_identity_find, 30},
        {"identity_of_subject", do_identity_of_subject, 30},
        {"reset_find", do_reset_find, 30},
        {"email_change_find", do_email_change_find, 30},
        {"email_undo_find", do_email_undo_find, 30},
        {"mail_waiting", do_mail_waiting, 30},
        {"account_list", do_account_list, 30},
        {"session_find", do_session_find, 30},
        {"totp_find", do_totp_find, 30},
        {"passkey_find", do_passkey_find, 30},
        {"passkey_list", do_passkey_list, 30},
        {"session_list", do_session_list, 30},
        {"client_list", do_client_list, 30},
        {"client_get", do_client_get, 30},
        {"client_registered", do_client_registered, 30},
        {"client_find", do_client_find, 30},
        {"client_by_row", do_client_by_row, 30},
        {"project_list", do_project_list, 30},
        {"project_get", do_project_get, 30},
        {"request_get", do_request_get, 30},
        {"code_find", do_code_find, 30},
        {"device_find", do_device_find, 30},
        {"device_by_user_code", do_device_by_user_code, 30},
        {"exchange_rows", do_exchange_rows, 30},
        {"refresh_find", do_refresh_find, 33},
        {"audit_list", do_audit_list, 30},
        {"audit_newest", do_audit_newest, 30},
        {"overview_list", do_overview_list, 30},
        {"overview_list, by address", do_overview_list_by_address, 30},
        {"waiting_client_list", do_waiting_client_list, 30},
        {"account_by_id", do_account_by_id, 30},
        {"account_client_next", do_account_client_next, 30},
        {"client_requests", do_client_requests, 30},
        {"grant_list", do_grant_list, 30},
        {"grant_scopes", do_grant_scopes, 30},
        {"authorization_replaced", do_authorization_replaced, 30},
        {"connection_list", do_connection_list, 30},
        {"history_list", do_history_list, 30},
        {"revocation_list", do_revocation_list, 30},
        {"token_find", do_token_find, 30},
        {"token_list", do_token_list, 30},
        {"invitation_find", do_invitation_find, 30},
        {"invitation_list", do_invitation_list, 30},
        {"meta_get", do_meta_get, 30},
        {"cleanup_waiting", do_cleanup_waiting, 30},
        {"project_by_head", do_project_by_head, 30},
        {"grants_find", do_grants_find, 30},
        {"grant_by_id", do_grant_by_id, 30},
        {"grant_person", do_grant_person, 30},
        {"log_list", do_log_list, 30},
        {"log_states", do_log_states, 30},
        {"log_days", do_log_days, 30},
        {"failure_list", do_failure_list, 30},
        {"failure_reasons", do_failure_reasons, 30},
        {"activity_list", do_activity_list, 30},
        {"sealed_list", do_sealed_list, 30},
        {"delivery_list_due", do_delivery_list_due, 30},
        {"delivery_waiting", do_delivery_waiting, 30},
        {"integrity", do_integrity, 30},
        {"table_size", do_table_size, 30},
        {"space", do_space, 30},
        {"state", do_state, 30},
        {"ping", do_ping, 30},
        {0},
};
