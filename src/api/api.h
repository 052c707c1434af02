/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoints: each decodes a request, calls the core, and encodes the answer.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"
#include "http/call.h"
#include "http/engine.h"
#include "http/forwarded.h"
#include "http/origin.h"

enum { API_TABLES = 32 };

/* Sizes of the tables, some seconds old. */
struct api_tables {
        struct api_table {
                const char *name;
                struct table_size size;
        } items[API_TABLES];
        size_t n;
        int64_t age; /* seconds */
};

/* Gauges of the process. */
struct api_gauges {
        uint64_t derivations, derivations_refused, derivations_without_memory;
        uint32_t rate_limit_entries;
        unsigned derivation_queue, derivation_queue_limit, memories;
        int64_t derivation_us;
        uint64_t resident_bytes;
        int64_t started_at, certificate_end;             /* unix seconds; 0: there is none */
        unsigned connections, exchanges;                 /* open */
        size_t store_reading, store_idle, store_writing; /* connections to the database */
        bool has_disk; /* the database is a file here: of it the next two are */
        uint64_t disk_free;
        uint64_t log_bytes; /* of the write-ahead log */
        struct api_tables tables;
};

/* What every endpoint may use. Created by `serve`; read-only while serving. */
struct api {
        const struct ports *ports;
        struct http_site site; /* our own origin, for Host and Origin */
        bool is_https;         /* the public URL's scheme */
        struct networks trusted_proxies;

        /* Whether the node may serve; if false, with a word for /readyz. */
        bool (*is_ready)(void *context, const char **ret_why);
        void (*read_gauges)(void *context, struct api_gauges *ret);
        bool has_metrics_listener; /* so /metrics is not here */
        void *context;
};

/* Responds to one request. Runs on a worker. */
enum http_handled api_handle(const struct api *api, struct http_call *call);

/* Responds to requests on metrics.listen: /metrics and nothing else. */
enum http_handled api_handle_metrics(const struct api *api, struct http_call *call);

/* Counts a response, and how long it took. */
void api_count(const struct http_call *call, int64_t microseconds);

/* Where a request is handled. */
enum http_pace api_pace(const struct http_request *request);

/* Responds with a refusal or fault; for responses written after the handler has returned. */
void api_refuse(const struct api *api, struct http_call *call, enum err error);

/* The first `{name}` of the path as a UUID; anything else does not exist.
 * Return: ERR_OK; ERR_NOT_FOUND. */
enum err api_path_id(const struct http_call *call, struct uuid *ret);

/* The issuer's URL of a path, in the arena. */
struct slice api_url(struct arena *arena, struct slice issuer, struct slice path);

/* Starts the core's call for this request. `session` may be NULL. */
struct op api_op(const struct api *api, struct http_call *call, const struct session *session);

/* An endpoint. `session` is set if the route's guard requires one, otherwise NULL. Return: ERR_OK
 * if it has written the response; the dispatcher responds to any other outcome. */
typedef enum err api_handler(const struct api *api, struct http_call *call,
                             const struct session *session);

/* An endpoint that may respond after it has returned, or must be called where it may block. Return:
 * ERR_OK, and what it has done; the dispatcher responds to any other outcome. */
typedef enum err api_starter(const struct api *api, struct http_call *call,
                             const struct session *session, enum http_handled *ret_handled);

api_handler account_register_post, invitation_open_post, account_get, account_patch,
        account_delete_own;
api_handler account_password_post;
api_handler reset_post;
api_handler reset_complete_post;
api_handler email_change_post, email_confirm_post, email_undo_post;
api_handler factor_get, factor_post, factor_patch, factor_delete, factor_confirm_post,
        factor_codes_post;
api_handler session_token_post, session_proxy_post, session_openid_post, session_passkey_post,
        session_proof_post, session_logout_post;
api_handler passkey_challenge_post, passkeys_get, passkey_begin_post, passkeys_post, passkey_patch,
        passkey_delete_one;
api_handler openid_begin_get, openid_callback_get;
api_handler activity_get;
api_handler sessions_get, sessions_delete, session_delete_one;
api_handler clients_post, clients_get, client_get_one, client_put_one, client_delete_one;
api_handler client_status_patch, client_regenerate_post;
api_handler projects_post, projects_get, project_delete_one, project_owner_grant_post;
api_handler request_post, request_get_one, consent_post;
api_starter token_post, integration_token_post;
api_handler access_logs_get, access_logs_statistics_get, access_logs_export_get,
        access_logs_failures_get;
api_handler grants_get, grant_delete_one;
api_handler access_get, access_history_get, access_revoke_delete;
api_handler grants_check_post, revocations_get;
api_handler page_get, static_get, authorize_get, authorize_post, integration_get, logout_get,
        logout_post;
api_handler openid_configuration_get, signing_keys_get, userinfo_get;
api_handler register_post, pushed_post, device_post, device_enter_post, metadata_get,
        token_revoke_post;
api_handler token_introspect_post;
api_handler admin_accounts_get, admin_account_patch, admin_factors_post, admin_reset_post,
        admin_clients_get, admin_review_post, admin_audit_get, admin_rates_get;
api_handler health_get, ready_get, metrics_get;
