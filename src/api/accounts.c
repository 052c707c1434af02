/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts and sessions: contract section 2.
 */
#include "oauth/account.h"

#include "api/api.h"
#include "api/json.h"
#include "base/macros.h"
#include "http/cookie.h"
#include "http/respond.h"
#include "oauth/policy.h"

/* --- register --- */

struct register_form {
        struct slice email;
        struct secret password;
        struct slice full_name;
        struct slice name; /* the developers' word for full_name */
};

static const struct field register_fields[] = {
        {"email", FIELD_TEXT, offsetof(struct register_form, email), .flags = FIELD_REQUIRED,
         .maximum = 2 * LIMIT_EMAIL},
        {"password", FIELD_SECRET, offsetof(struct register_form, password),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_PASSWORD, .too_long = ERR_PASSWORD_LENGTH},
        {"full_name", FIELD_NAME, offsetof(struct register_form, full_name),
         .maximum = LIMIT_FULL_NAME},
        {"name", FIELD_NAME, offsetof(struct register_form, name), .maximum = LIMIT_FULL_NAME},
};

static json_t *account_json(const struct account *account)
{
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&account->id));
        json_put(object, "email", json_from_slice(account->email));
        json_put(object, "full_name", json_from_slice(account->full_name));
        return object;
}

enum err account_register_post(const struct api *api, struct http_call *call,
                               const struct session *session)
{
        struct caller caller = api_caller(call);
        struct register_form form = {0};
        struct account account;
        enum err error;

        (void)session;
        TRY(fields_decode_json(call, register_fields, ARRAY_SIZE(register_fields), &form));
        if (!form.full_name.data)
                form.full_name = form.name;
        if (!form.full_name.data) {
                call->problem_field = "full_name";
                return ERR_FIELD_MISSING;
        }
        error = account_register(api->ports, call->arena, &caller,
                                 &(struct registration){.email = form.email,
                                                        .password = form.password,
                                                        .full_name = form.full_name},
                                 &account);
        if (error == ERR_FIELD_MALFORMED)
                call->problem_field = "email";
        TRY(error);
        respond_json(call, 201, account_json(&account));
        return ERR_OK;
}

enum err account_get(const struct api *api, struct http_call *call, const struct session *session)
{
        (void)api;
        respond_json(call, 200, account_json(&session->account));
        return ERR_OK;
}

/* --- log in and out --- */

struct login_form {
        struct slice email;
        struct secret password;
        enum field_boolean cookie_only;
};

static const struct field login_fields[] = {
        {"email", FIELD_TEXT, offsetof(struct login_form, email), .flags = FIELD_REQUIRED,
         .maximum = 2 * LIMIT_EMAIL},
        {"password", FIELD_SECRET, offsetof(struct login_form, password), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_BODY},
        {"cookie_only", FIELD_BOOLEAN, offsetof(struct login_form, cookie_only)},
};

enum err session_token_post(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct caller caller = api_caller(call);
        struct login_form form = {0};
        struct session made;
        struct secret token;
        json_t *object;

        (void)session;
        call->no_store = true;
        TRY(fields_decode_json(call, login_fields, ARRAY_SIZE(login_fields), &form));
        TRY(session_log_in(api->ports, call->arena, &caller, form.email, form.password, &made,
                           &token));
        object = json_object();
        if (form.cookie_only != FIELD_TRUE)
                respond_secret(call, object, "token", token);
        json_put(object, "expires_at", json_from_instant(made.ends_at));
        respond_cookie(call, api->is_https, token, api->ports->policy->session_lifetime);
        respond_json(call, 200, object);
        return ERR_OK;
}

enum err session_logout_post(const struct api *api, struct http_call *call,
                             const struct session *session)
{
        struct caller caller = api_caller(call);

        TRY(session_log_out(api->ports, call->arena, &caller, session));
        respond_cookie_gone(call, api->is_https);
        respond_empty(call, 204);
        return ERR_OK;
}
