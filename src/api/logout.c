/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging out at an application's request: docs/protocol/openid.md 7.
 */
#include "core/identity/logout.h"

#include "api/guard.h"
#include "api/json.h"
#include "api/page.h"
#include "base/macros.h"
#include "base/name.h"
#include "core/clients/redirect_uri.h"
#include "core/people/session.h"
#include "core/policy.h"
#include "http/cookie.h"
#include "http/fields.h"
#include "http/respond.h"

struct logout_query {
        struct slice hint;
        struct field_uuid client_id;
        struct slice redirect_uri;
        struct slice state;
};

/* `logout_hint` and `ui_locales` are known and mean nothing here, as all others. */
static const struct field query_fields[] = {
        {"id_token_hint", FIELD_ASCII, offsetof(struct logout_query, hint),
         .maximum = LIMIT_TARGET},
        {"client_id", FIELD_UUID, offsetof(struct logout_query, client_id),
         .malformed = ERR_INVALID_CLIENT_ID},
        {"post_logout_redirect_uri", FIELD_TEXT, offsetof(struct logout_query, redirect_uri),
         .maximum = LIMIT_REDIRECT_URI, .too_long = ERR_LOGOUT_URI},
        {"state", FIELD_ASCII, offsetof(struct logout_query, state), .maximum = LIMIT_STATE},
};

/* Where the browser goes back to; absent: it stays. */
static struct slice back_of(struct http_call *call, const struct logout_query *query)
{
        const struct redirect_parameter state = {"state", query->state};

        if (!query->redirect_uri.data)
                return (struct slice){0};
        return redirect_uri_answer(call->arena, query->redirect_uri, &state, 1);
}

static enum err page_show(const struct api *api, struct http_call *call,
                          const struct logout *logout, struct slice back, bool is_out)
{
        json_t *data CLEANUP(json_decrefp) = json_object();
        struct page page = {.script = "logout", .is_private = true};

        json_put(data, "out", json_boolean(is_out));
        if (logout->has_client)
                json_put(data, "client",
                         json_from_slice(name_shown(call->arena, logout->client.name)));
        if (back.data)
                json_put(data, "back", json_from_slice(back));
        page.data = json_text(call->arena, data);
        TRY(arena_check(call->arena));
        page_respond(api, call, 200, &page);
        return ERR_OK;
}

/* Anybody may register an application and get an ID token of their own, so a link goes somewhere
 * else by itself only if it has just logged out whom it meant, or an operator has approved the
 * application. */
static enum err leave(const struct api *api, struct http_call *call, const struct logout *logout,
                      struct slice back)
{
        if (!back.data || (!logout->is_meant && !api->ports->policy->require_approval))
                return page_show(api, call, logout, back, true);
        respond_header(call, "Location", back);
        respond_header(call, "Referrer-Policy", SLICE("no-referrer"));
        respond_empty(call, 303);
        return arena_check(call->arena);
}

enum err logout_get(const struct api *api, struct http_call *call, const struct session *none)
{
        struct op op = api_op(api, call, NULL);
        struct logout_query query = {0};
        struct logout_form form;
        struct session session;
        struct logout logout;
        enum err there = guard_session(api, call, &session);
        struct slice back;

        (void)none;
        if (error_is_fault(there))
                return there;
        call->no_store = true;
        TRY(fields_decode_query(call, query_fields, ARRAY_SIZE(query_fields), &query));
        form = (struct logout_form){
                .hint = query.hint,
                .client_id = query.client_id.present ? &query.client_id.value : NULL,
                .redirect_uri = query.redirect_uri,
        };
        TRY(logout_check(&op, &form, there == ERR_OK ? &session : NULL, &logout));
        back = back_of(call, &query);
        if (there != ERR_OK)
                return leave(api, call, &logout, back);
        if (!logout.is_meant)
                return page_show(api, call, &logout, back, false);
        op = api_op(api, call, &session);
        TRY(session_log_out(&op, &session));
        respond_cookie_gone(call, (struct cookie){COOKIE_SESSION, api->is_https});
        return leave(api, call, &logout, back);
}

enum err logout_post(const struct api *api, struct http_call *call, const struct session *session)
{
        (void)api;
        (void)session;
        return page_post(call, "/oauth2/logout?");
}
