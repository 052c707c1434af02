/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of routes, and the path of a request through it: host, route, method, cross-site check,
 * guard, handler.
 */
#include "api/api.h"
#include "api/guard.h"
#include "api/metrics.h"
#include "api/page.h"
#include "api/route_refusal.h"
#include "base/macros.h"
#include "base/metric.h"
#include "core/upkeep/rate_limit.h"
#include "http/auth_header.h"
#include "http/respond.h"
#include "http/router.h"

/* Neither looks at cookies. */
enum origin {
        ORIGIN_ANY = 1, /* forms of any site may be sent here */
        ORIGIN_CORS,    /* and scripts may read the response */
};

struct route {
        enum http_method method;
        const char *path;
        enum guard guard;
        api_handler *handler;
        enum disk_level refused_at; /* how low the disk may be; none: never refused for it */
        enum http_pace pace;
        api_starter *start; /* instead of `handler` */
        enum origin origin; /* from where it may be called; none: only our own pages */
};

static const struct route routes[] = {
        {HTTP_POST, "/api/v0/auth/register", GUARD_PUBLIC, account_register_post, DISK_LOW},
        {HTTP_POST, "/api/v0/auth/invitation", GUARD_PUBLIC, invitation_open_post},
        {HTTP_POST, "/api/v0/auth/token", GUARD_PUBLIC, session_token_post, DISK_FULL},
        {HTTP_POST, "/api/v0/auth/proxy-login", GUARD_PUBLIC, session_proxy_post, DISK_LOW},
        {HTTP_POST, "/api/v0/auth/openid-login", GUARD_PUBLIC, session_openid_post, DISK_FULL},
        {HTTP_POST, "/api/v0/auth/passkey-login", GUARD_PUBLIC, session_passkey_post, DISK_FULL},
        {HTTP_POST, "/api/v0/auth/passkey-login/challenge", GUARD_PUBLIC, passkey_challenge_post},
        {HTTP_POST, "/api/v0/auth/logout", GUARD_ACCOUNT, session_logout_post},
        {HTTP_POST, "/api/v0/auth/session/proof", GUARD_ACCOUNT, session_proof_post, DISK_FULL},
        {HTTP_GET, "/api/v0/auth/account", GUARD_ACCOUNT, account_get},
        {HTTP_PATCH, "/api/v0/auth/account", GUARD_ACCOUNT, account_patch, DISK_VERY_LOW},
        {HTTP_DELETE, "/api/v0/auth/account", GUARD_ACCOUNT, account_delete_own},
        {HTTP_POST, "/api/v0/auth/account/password", GUARD_ACCOUNT, account_password_post,
         DISK_FULL},
        {HTTP_POST, "/api/v0/auth/password-reset", GUARD_PUBLIC, reset_post, DISK_LOW},
        {HTTP_POST, "/api/v0/auth/password-reset/complete", GUARD_PUBLIC, reset_complete_post,
         DISK_FULL},
        {HTTP_POST, "/api/v0/auth/account/email", GUARD_ACCOUNT, email_change_post, DISK_LOW},
        {HTTP_POST, "/api/v0/auth/email-change/confirm", GUARD_PUBLIC, email_confirm_post,
         DISK_FULL},
        {HTTP_POST, "/api/v0/auth/email-change/undo", GUARD_PUBLIC, email_undo_post},
        {HTTP_GET, "/api/v0/auth/account/factor", GUARD_ACCOUNT, factor_get},
        {HTTP_POST, "/api/v0/auth/account/factor", GUARD_ACCOUNT, factor_post, DISK_FULL},
        {HTTP_PATCH, "/api/v0/auth/account/factor", GUARD_ACCOUNT, factor_patch, DISK_FULL},
        {HTTP_DELETE, "/api/v0/auth/account/factor", GUARD_ACCOUNT, factor_delete},
        {HTTP_POST, "/api/v0/auth/account/factor/confirm", GUARD_ACCOUNT, factor_confirm_post,
         DISK_FULL},
        {HTTP_POST, "/api/v0/auth/account/factor/recovery-codes", GUARD_ACCOUNT, factor_codes_post,
         DISK_FULL},
        {HTTP_GET, "/api/v0/auth/account/passkeys", GUARD_ACCOUNT, passkeys_get},
        {HTTP_POST, "/api/v0/auth/account/passkeys", GUARD_ACCOUNT, passkeys_post, DISK_FULL},
        {HTTP_POST, "/api/v0/auth/account/passkey-setup", GUARD_ACCOUNT, passkey_begin_post,
         DISK_FULL},
        {HTTP_PATCH, "/api/v0/auth/account/passkeys/{id}", GUARD_ACCOUNT, passkey_patch,
         DISK_VERY_LOW},
        {HTTP_DELETE, "/api/v0/auth/account/passkeys/{id}", GUARD_ACCOUNT, passkey_delete_one},
        {HTTP_GET, "/api/v0/auth/sessions", GUARD_ACCOUNT, sessions_get},
        {HTTP_DELETE, "/api/v0/auth/sessions", GUARD_ACCOUNT, sessions_delete},
        {HTTP_DELETE, "/api/v0/auth/sessions/{id}", GUARD_ACCOUNT, session_delete_one},
        {HTTP_GET, "/api/v0/auth/activity", GUARD_ACCOUNT, activity_get},
        {HTTP_GET, "/api/v0/auth/grants", GUARD_SESSION, grants_get},
        {HTTP_DELETE, "/api/v0/auth/grants/{id}", GUARD_SESSION, grant_delete_one},
        {HTTP_GET, "/api/v0/auth/developer-access", GUARD_SESSION, access_get},
        {HTTP_GET, "/api/v0/auth/developer-access/{client_id}/history", GUARD_SESSION,
         access_history_get},
        {HTTP_DELETE, "/api/v0/auth/developer-access/{client_id}/revoke", GUARD_SESSION,
         access_revoke_delete},

        {HTTP_POST, "/api/v0/developer/auth/register", GUARD_PUBLIC, account_register_post,
         DISK_LOW},
        {HTTP_POST, "/api/v0/developer/auth/token", GUARD_PUBLIC, session_token_post, DISK_FULL},
        {HTTP_POST, "/api/v0/developer/auth/oauth2/clients", GUARD_DEVELOPER, clients_post,
         DISK_VERY_LOW},
        {HTTP_GET, "/api/v0/developer/auth/oauth2/clients", GUARD_DEVELOPER, clients_get},
        {HTTP_GET, "/api/v0/developer/auth/oauth2/clients/{id}", GUARD_DEVELOPER, client_get_one},
        {HTTP_PUT, "/api/v0/developer/auth/oauth2/clients/{id}", GUARD_DEVELOPER, client_put_one,
         DISK_VERY_LOW},
        {HTTP_DELETE, "/api/v0/developer/auth/oauth2/clients/{id}", GUARD_DEVELOPER,
         client_delete_one},
        {HTTP_PATCH, "/api/v0/developer/auth/oauth2/clients/{id}/status", GUARD_DEVELOPER,
         client_status_patch},
        {HTTP_POST, "/api/v0/developer/auth/oauth2/clients/{id}/regenerate-secret", GUARD_DEVELOPER,
         client_regenerate_post, DISK_FULL},

        {HTTP_GET, "/api/v0/developer/auth/access-logs", GUARD_DEVELOPER, access_logs_get},
        {HTTP_GET, "/api/v0/developer/auth/access-logs/statistics", GUARD_DEVELOPER,
         access_logs_statistics_get},
        {HTTP_GET, "/api/v0/developer/auth/access-logs/failures", GUARD_DEVELOPER,
         access_logs_failures_get},
        {HTTP_GET, "/api/v0/developer/auth/access-logs/export", GUARD_DEVELOPER,
         access_logs_export_get},

        {HTTP_POST, "/api/v0/projects", GUARD_SESSION, projects_post, DISK_VERY_LOW},
        {HTTP_GET, "/api/v0/projects", GUARD_SESSION, projects_get},
        {HTTP_DELETE, "/api/v0/projects/{id}", GUARD_SESSION, project_delete_one},
        {HTTP_POST, "/api/v0/projects/{id}/owner-grant", GUARD_SESSION, project_owner_grant_post,
         DISK_VERY_LOW},

        {HTTP_POST, "/api/v0/oauth2/request", GUARD_SESSION, request_post, DISK_LOW},
        {HTTP_GET, "/api/v0/oauth2/requests/{id}", GUARD_SESSION, request_get_one},
        {HTTP_POST, "/api/v0/oauth2/device", GUARD_SESSION, device_enter_post, DISK_LOW},
        {HTTP_POST, "/api/v0/oauth2/consent", GUARD_SESSION, consent_post, DISK_VERY_LOW},
        {HTTP_POST, "/api/v0/oauth2/token", GUARD_CLIENT, .refused_at = DISK_FULL,
         .pace = PACE_NONBLOCKING, .start = token_post},
        {HTTP_POST, "/api/v0/oauth2/integration", GUARD_SESSION, .refused_at = DISK_FULL,
         .start = integration_token_post},
        {HTTP_POST, "/oauth2/token", GUARD_CLIENT, .refused_at = DISK_FULL,
         .pace = PACE_NONBLOCKING, .start = token_post, .origin = ORIGIN_CORS},
        {HTTP_POST, "/oauth2/par", GUARD_CLIENT, pushed_post, DISK_LOW, .origin = ORIGIN_ANY},
        {HTTP_POST, "/oauth2/device_authorization", GUARD_CLIENT, device_post, DISK_LOW,
         .origin = ORIGIN_ANY},
        {HTTP_POST, "/oauth2/revoke", GUARD_CLIENT, token_revoke_post, .origin = ORIGIN_CORS},
        {HTTP_POST, "/oauth2/introspect", GUARD_CLIENT, token_introspect_post},
        {HTTP_POST, "/oauth2/register", GUARD_PUBLIC, register_post, DISK_LOW,
         .origin = ORIGIN_CORS},
        {HTTP_GET, "/oauth2/keys", GUARD_PUBLIC, signing_keys_get, .origin = ORIGIN_CORS},
        {HTTP_GET, "/oauth2/userinfo", GUARD_CLIENT, userinfo_get, .origin = ORIGIN_CORS},
        {HTTP_POST, "/oauth2/userinfo", GUARD_CLIENT, userinfo_get, .origin = ORIGIN_CORS},
        {HTTP_GET, "/.well-known/openid-configuration", GUARD_PUBLIC, openid_configuration_get,
         .origin = ORIGIN_CORS},
        {HTTP_GET, "/.well-known/oauth-authorization-server", GUARD_PUBLIC, metadata_get,
         .origin = ORIGIN_CORS},

        {HTTP_POST, "/api/v0/grants/check", GUARD_CHECK, grants_check_post},
        {HTTP_GET, "/api/v0/revocations", GUARD_REVOCATIONS, revocations_get},

        {HTTP_GET, "/api/v0/admin/accounts", GUARD_OPERATOR, admin_accounts_get},
        {HTTP_PATCH, "/api/v0/admin/accounts/{id}", GUARD_OPERATOR, admin_account_patch},
        {HTTP_POST, "/api/v0/admin/accounts/{id}/reset-factors", GUARD_OPERATOR,
         admin_factors_post},
        {HTTP_POST, "/api/v0/admin/accounts/{id}/reset-mail", GUARD_OPERATOR, admin_reset_post,
         DISK_LOW},
        {HTTP_GET, "/api/v0/admin/clients", GUARD_OPERATOR, admin_clients_get},
        {HTTP_POST, "/api/v0/admin/clients/{id}/review", GUARD_OPERATOR, admin_review_post},
        {HTTP_GET, "/api/v0/admin/audit", GUARD_OPERATOR, admin_audit_get},
        {HTTP_GET, "/api/v0/admin/rates", GUARD_OPERATOR, admin_rates_get},

        {HTTP_GET, "/", GUARD_PAGE, page_get},
        {HTTP_GET, "/login", GUARD_PAGE, page_get},
        {HTTP_GET, "/login/oidc/{name}", GUARD_PAGE, openid_begin_get},
        {HTTP_GET, "/login/oidc/{name}/callback", GUARD_PAGE, openid_callback_get, DISK_LOW},
        {HTTP_GET, "/register", GUARD_PAGE, page_get},
        {HTTP_GET, "/forgot", GUARD_PAGE, page_get},
        {HTTP_GET, "/reset", GUARD_PAGE, page_get},
        {HTTP_GET, "/email", GUARD_PAGE, page_get},
        {HTTP_GET, "/apps", GUARD_PAGE, page_get},
        {HTTP_GET, "/projects", GUARD_PAGE, page_get},
        {HTTP_GET, "/console", GUARD_PAGE, page_get},
        {HTTP_GET, "/account", GUARD_PAGE, page_get},
        {HTTP_GET, "/activity", GUARD_PAGE, page_get},
        {HTTP_GET, "/test", GUARD_PAGE, page_get},
        {HTTP_GET, "/device", GUARD_PAGE, page_get},
        {HTTP_GET, "/reference", GUARD_PAGE, page_get},
        {HTTP_GET, "/operator", GUARD_PAGE, page_get},
        {HTTP_GET, "/oauth2/authorize", GUARD_PAGE, authorize_get},
        {HTTP_POST, "/oauth2/authorize", GUARD_PAGE, authorize_post, .origin = ORIGIN_ANY},
        {HTTP_GET, "/oauth2/logout", GUARD_PAGE, logout_get},
        {HTTP_POST, "/oauth2/logout", GUARD_PAGE, logout_post, .origin = ORIGIN_ANY},
        {HTTP_GET, "/oauth2-integration", GUARD_PAGE, integration_get},
        {HTTP_GET, "/static/{name}", GUARD_PUBLIC, static_get},

        {HTTP_GET, "/healthz", GUARD_PROBE, health_get, .pace = PACE_AT_ONCE},
        {HTTP_GET, "/readyz", GUARD_PROBE, ready_get},
        {HTTP_GET, "/metrics", GUARD_PUBLIC, metrics_get},
};

_Static_assert((ARRAY_SIZE(routes) + 1) * STATUS_CLASSES <= METRIC_CELLS, "a cell for each");

size_t api_n_routes(void)
{
        return ARRAY_SIZE(routes) + 1;
}

const char *api_route_name(size_t route)
{
        return route ? routes[route - 1].path : "other";
}

const char *api_route_method(size_t route)
{
        return route ? method_text(routes[route - 1].method) : "other";
}

enum guard api_route_guard(size_t route)
{
        return routes[route - 1].guard;
}

/* Return: the route of path and method; NULL, with the methods that the path supports. */
static const struct route *route_find(struct http_call *call, unsigned *ret_allowed)
{
        unsigned allowed = 0;

        for (size_t i = 0; i < ARRAY_SIZE(routes); i++) {
                struct http_params params;

                if (!path_match(slice_from_string(routes[i].path), call->request.path, &params))
                        continue;
                allowed |= HTTP_BIT(routes[i].method);
                if (routes[i].method == call->request.method) {
                        call->request.params = params;
                        call->route = (unsigned)i + 1;
                        return &routes[i];
                }
        }
        *ret_allowed = allowed;
        return NULL;
}

/* Scripts of other sites may read the responses of this path. */
static bool has_cors(struct slice path)
{
        for (size_t i = 0; i < ARRAY_SIZE(routes); i++)
                if (routes[i].origin == ORIGIN_CORS &&
                    slice_equal(slice_from_string(routes[i].path), path))
                        return true;
        return false;
}

/* The answer to a browser that asks before it sends such a request (the CORS protocol). */
static void respond_preflight(struct http_call *call)
{
        struct buf methods CLEANUP(buf_deinit) = BUF_LOCAL(128);

        methods_encode(&methods, call->allowed_methods);
        respond_header(call, "Access-Control-Allow-Methods", buf_slice(&methods));
        respond_header(call, "Access-Control-Allow-Headers", SLICE("Authorization, Content-Type"));
        respond_header(call, "Access-Control-Max-Age", SLICE("86400"));
        respond_empty(call, 204);
}

/* `ret_session` is set for the guards that ask for a person only. */
static enum err guard_route(const struct api *api, struct http_call *call, enum guard guard,
                            struct session *ret_session)
{
        switch (guard) {
        case GUARD_PUBLIC:
        case GUARD_PAGE:
        case GUARD_PROBE:
        case GUARD_CLIENT:
                return ERR_OK;
        case GUARD_ACCOUNT:
        case GUARD_SESSION:
        case GUARD_DEVELOPER:
        case GUARD_OPERATOR:
                return guard_person(api, call, guard, ret_session);
        case GUARD_CHECK:
                return guard_service(api, call, TOKEN_CHECK);
        case GUARD_REVOCATIONS:
                return guard_service(api, call, TOKEN_REVOCATIONS);
        }
        return ERR_INTERNAL;
}

/* Whether refusals after this guard do not count as failed attempts, since a session or token was
 * right. An application's failures are counted where its signature is checked. */
static bool guard_is_proof(enum guard guard)
{
        return guard != GUARD_PUBLIC && guard != GUARD_PAGE && guard != GUARD_PROBE;
}

/* Whether a cookie may say who calls. A browser sends it by itself, also from the page of another
 * site; but no such page can make it send a Bearer token, or credentials that it does not know. */
static bool looks_at_cookies(const struct http_call *call, const struct route *route)
{
        switch (route->guard) {
        case GUARD_CLIENT:
        case GUARD_CHECK:
        case GUARD_REVOCATIONS:
                return false;
        case GUARD_ACCOUNT:
        case GUARD_SESSION:
        case GUARD_DEVELOPER:
        case GUARD_OPERATOR:
                return !bearer_is_sent(call);
        case GUARD_PUBLIC:
        case GUARD_PAGE:
        case GUARD_PROBE:
                return !route->origin;
        }
        return true;
}

enum { DISK_PATIENCE = 30 }; /* Retry-After of such a refusal, in seconds */

/* Checks that the disk has room for what this route writes. */
static enum err disk_check(const struct api *api, struct http_call *call, const struct route *route)
{
        if (route->refused_at == DISK_PLENTY || disk_level(&api->ports->disk) < route->refused_at)
                return ERR_OK;
        metric_count(METRIC_disk_refusals_total, 0);
        call->retry_after = DISK_PATIENCE;
        return ERR_DISK_LOW;
}

static enum err route_run(const struct api *api, struct http_call *call, bool *ret_is_proven,
                          enum http_handled *ret_handled)
{
        const struct route *route = route_find(call, &call->allowed_methods);
        bool is_open = has_cors(call->request.path);
        const struct session *caller;
        struct session session;

        if (!route || route->guard != GUARD_PROBE)
                TRY(guard_host(api, call));
        if (is_open)
                respond_header(call, "Access-Control-Allow-Origin", SLICE("*"));
        if (is_open && call->request.method == HTTP_OPTIONS) {
                respond_preflight(call);
                return ERR_OK;
        }
        if (!route)
                return route_refuse(call);
        if (looks_at_cookies(call, route))
                TRY(guard_cross_site(api, call));
        TRY(guard_route(api, call, route->guard, &session));
        caller = guard_is_person(route->guard) ? &session : NULL;
        *ret_is_proven = guard_is_proof(route->guard);
        TRY(disk_check(api, call, route));
        if (route->start)
                return route->start(api, call, caller, ret_handled);
        return route->handler(api, call, caller);
}

static void limited_note(enum err error)
{
        if (error == ERR_TOO_MANY_REQUESTS)
                metric_count(METRIC_rate_limited_total, LIMITED_ADDRESS);
        if (error == ERR_CLIENT_FAILURES)
                metric_count(METRIC_rate_limited_total, LIMITED_CLIENT);
        if (error == ERR_TOO_MANY_DOCUMENTS)
                metric_count(METRIC_rate_limited_total, LIMITED_DOCUMENT);
        if (error == ERR_TOO_MANY_STARTS)
                metric_count(METRIC_rate_limited_total, LIMITED_START);
        if (error == ERR_TOO_MANY_MAILS)
                metric_count(METRIC_rate_limited_total, LIMITED_MAIL);
        if (error == ERR_TOO_MANY_REGISTRATIONS)
                metric_count(METRIC_rate_limited_total, LIMITED_REGISTRATION);
}

/* A request for a page gets a page. */
void api_refuse(const struct api *api, struct http_call *call, enum err error)
{
        limited_note(error);
        if (api_quota_name(error))
                metric_count(METRIC_quota_refusals_total, (size_t)error);
        if (call->route ? routes[call->route - 1].guard == GUARD_PAGE : route_wants_page(call))
                page_refuse(api, call, error, (struct slice){0});
        else
                respond_error(call, error);
}

enum http_handled api_handle(const struct api *api, struct http_call *call)
{
        struct http_request *request = &call->request;
        enum http_handled handled = HTTP_ANSWERED;
        bool is_proven = false;
        struct op op;
        enum err error;

        if (!networks_hold_text(&api->trusted_proxies, request->peer))
                request->headers.person = (struct slice){0};
        request->peer = forwarded_client(call->arena, &api->trusted_proxies, request->peer,
                                         request->headers.forwarded_for);
        op = api_op(api, call, NULL);
        error = route_run(api, call, &is_proven, &handled);
        if (!is_proven)
                error = limit_address(&op, error);
        if (error == ERR_OK)
                return handled;
        api_refuse(api, call, error);
        return HTTP_ANSWERED;
}

enum http_pace api_pace(const struct http_request *request)
{
        for (size_t i = 0; i < ARRAY_SIZE(routes); i++)
                if (routes[i].pace && routes[i].method == request->method &&
                    slice_equal(request->path, slice_from_string(routes[i].path)))
                        return routes[i].pace;
        return PACE_BLOCKING;
}
