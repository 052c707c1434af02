/* SPDX-License-Identifier: Apache-2.0
 *
 * Sessions: docs/protocol/http.md 2.2.
 */
#include "core/people/openid/ticket.h"
#include "core/people/passkey/proof.h"
#include "core/people/proxy_account.h"
#include "core/people/session.h"

#include "api/api.h"
#include "api/browser.h"
#include "api/confirmation.h"
#include "api/json.h"
#include "api/paging.h"
#include "base/macros.h"
#include "core/policy.h"
#include "http/cookie.h"
#include "http/respond.h"

/* --- log in and out --- */

struct login_form {
        struct slice email;
        struct secret password;
        struct secret code;
        enum field_boolean cookie_only;
};

static const struct field login_fields[] = {
        {"email", FIELD_TEXT, offsetof(struct login_form, email), .flags = FIELD_REQUIRED,
         .maximum = 2 * LIMIT_EMAIL},
        {"password", FIELD_SECRET, offsetof(struct login_form, password), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_BODY},
        {"code", FIELD_SECRET, offsetof(struct login_form, code), .maximum = LIMIT_FACTOR_CODE},
        {"cookie_only", FIELD_BOOLEAN, offsetof(struct login_form, cookie_only)},
};

/* A program that keeps no cookies would be surprised by one, and a browser says that it is one. */
static bool wants_cookie(const struct http_call *call, const struct login_form *form)
{
        const struct http_headers *headers = &call->request.headers;

        return form->cookie_only == FIELD_TRUE || headers->origin.data ||
               headers->sec_fetch_site.data;
}

static enum err log_in(const struct api *api, struct http_call *call, struct op *op,
                       const struct credentials *credentials, const struct login_form *form)
{
        struct credentials given = *credentials;
        struct session made;
        struct secret token;
        json_t *object;

        if (wants_cookie(call, form))
                given.browser = browser_known(api, call);
        TRY(session_log_in(op, &given, &made, &token));
        object = json_object();
        if (form->cookie_only != FIELD_TRUE)
                respond_secret(call, object, "token", token);
        json_put(object, "expires_at", json_from_instant(made.ends_at));
        if (wants_cookie(call, form))
                respond_cookie(call, (struct cookie){COOKIE_SESSION, api->is_https}, token,
                               api->ports->policy->session_lifetime);
        browser_remember(api, call, given.browser);
        respond_json(call, 200, object);
        return ERR_OK;
}

enum err session_token_post(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct login_form form = {0};
        struct credentials credentials = {.method = LOGIN_PASSWORD};

        (void)session;
        call->no_store = true;
        TRY(fields_decode_json(call, login_fields, ARRAY_SIZE(login_fields), &form));
        credentials.email = form.email;
        credentials.password = form.password;
        credentials.code = form.code;
        return log_in(api, call, &op, &credentials, &form);
}

static const struct field code_fields[] = {
        {"code", FIELD_SECRET, offsetof(struct login_form, code), .maximum = LIMIT_FACTOR_CODE},
        {"cookie_only", FIELD_BOOLEAN, offsetof(struct login_form, cookie_only)},
};

enum err session_proxy_post(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct login_form form = {0};
        struct credentials credentials = {.method = LOGIN_PROXY};

        (void)session;
        call->no_store = true;
        if (!api->ports->policy->proxy_login)
                return ERR_NOT_FOUND;
        TRY(fields_decode_json(call, code_fields, ARRAY_SIZE(code_fields), &form));
        credentials.code = form.code;
        TRY(proxy_account_ensure(&op, &credentials.email));
        return log_in(api, call, &op, &credentials, &form);
}

enum err session_openid_post(const struct api *api, struct http_call *call,
                             const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct login_form form = {0};
        struct credentials credentials = {.method = LOGIN_OPENID};
        struct secret ticket, whole;

        (void)session;
        call->no_store = true;
        if (!api->ports->policy->n_providers)
                return ERR_NOT_FOUND;
        TRY(fields_decode_json(call, code_fields, ARRAY_SIZE(code_fields), &form));
        credentials.code = form.code;
        TRY(cookie_read(call, (struct cookie){COOKIE_LOGIN, api->is_https}, &ticket));
        TRY(ticket_proven(&op, PROOF_HALF, ticket, &credentials.subject));
        TRY(ticket_prove(&op, PROOF_WHOLE, credentials.subject, &whole));
        TRY(log_in(api, call, &op, &credentials, &form));
        respond_cookie(call, (struct cookie){COOKIE_LOGIN, api->is_https}, whole, TICKET_LIFETIME);
        return ERR_OK;
}

struct passkey_form {
        struct login_form form;
        struct passkey_proof proof;
};

static const struct field passkey_fields[] = {
        {"credential_id", FIELD_BASE64URL, offsetof(struct passkey_form, proof.credential),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_CREDENTIAL},
        {"client_data", FIELD_BASE64URL, offsetof(struct passkey_form, proof.client_data),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_CLIENT_DATA},
        {"authenticator_data", FIELD_BASE64URL, offsetof(struct passkey_form, proof.data),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_PASSKEY_DATA},
        {"signature", FIELD_BASE64URL, offsetof(struct passkey_form, proof.signature),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_PASSKEY_SIGNATURE},
        {"user_handle", FIELD_BASE64URL, offsetof(struct passkey_form, proof.user_handle),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_USER_HANDLE},
        {"cookie_only", FIELD_BOOLEAN, offsetof(struct passkey_form, form.cookie_only)},
};

enum err session_passkey_post(const struct api *api, struct http_call *call,
                              const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct passkey_form form = {0};
        const struct credentials credentials = {.method = LOGIN_PASSKEY, .passkey = &form.proof};

        (void)session;
        call->no_store = true;
        TRY(fields_decode_json(call, passkey_fields, ARRAY_SIZE(passkey_fields), &form));
        return log_in(api, call, &op, &credentials, &form.form);
}

enum err session_proof_post(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct confirmation given = {0};

        TRY(confirmation_read(api, call, &given));
        TRY(session_prove(&op, session, &given));
        respond_empty(call, 204);
        return ERR_OK;
}

enum err session_logout_post(const struct api *api, struct http_call *call,
                             const struct session *session)
{
        struct op op = api_op(api, call, session);

        TRY(session_log_out(&op, session));
        respond_cookie_gone(call, (struct cookie){COOKIE_SESSION, api->is_https});
        respond_cookie_gone(call, (struct cookie){COOKIE_LOGIN, api->is_https});
        respond_empty(call, 204);
        return ERR_OK;
}

/* --- list and end --- */

static json_t *session_json(const struct session *session, const struct session *current)
{
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&session->id));
        json_put(object, "created_at", json_from_instant(session->created_at));
        json_put(object, "last_seen_at", json_from_instant(session->last_seen_at));
        json_put(object, "address", json_from_slice(session->address));
        json_put(object, "user_agent", json_from_slice(session->user_agent));
        json_put(object, "current", json_boolean(uuid_equal(&session->id, &current->id)));
        return object;
}

enum err sessions_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct session_page page = {.idle = api->ports->policy->session_idle};
        struct session_list sessions;
        json_t *array;

        TRY(page_read(call, LIMIT_LIST, &page.page));
        TRY(store_session_list(&op, &page, &sessions));
        respond_next(call, &sessions.next);
        array = json_array();
        for (size_t i = 0; i < sessions.n; i++)
                json_append(array, session_json(&sessions.items[i], session));
        respond_json(call, 200, array);
        return ERR_OK;
}

enum err sessions_delete(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct op op = api_op(api, call, session);

        TRY(session_end_all(&op));
        respond_cookie_gone(call, (struct cookie){COOKIE_SESSION, api->is_https});
        respond_cookie_gone(call, (struct cookie){COOKIE_LOGIN, api->is_https});
        respond_empty(call, 204);
        return ERR_OK;
}

enum err session_delete_one(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct uuid id;

        TRY(api_path_id(call, &id));
        TRY(session_end_one(&op, &id));
        if (uuid_equal(&id, &session->id))
                respond_cookie_gone(call, (struct cookie){COOKIE_SESSION, api->is_https});
        respond_empty(call, 204);
        return ERR_OK;
}
