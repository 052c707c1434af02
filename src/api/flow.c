/* SPDX-License-Identifier: Apache-2.0
 *
 * The flow up to the code: request and consent. docs/protocol/http.md 5.2 and 5.3.
 */
#include "api/authorize_params.h"
#include "api/browser.h"
#include "api/details.h"
#include "api/json.h"
#include "api/pushed.h"
#include "base/macros.h"
#include "base/name.h"
#include "core/authorize/consent.h"
#include "core/authorize/device.h"
#include "core/authorize/protocol_scope.h"
#include "core/authorize/request.h"
#include "core/policy.h"
#include "http/respond.h"

enum { EXPIRES_IN_MAXIMUM = INT32_MAX }; /* seconds: 68 years */

/* --- request --- */

/* Of a pushed request the rest is known. */
struct reference_body {
        struct slice client_id;
        struct slice request_uri;
};

static const struct field reference_fields[] = {
        CLIENT_REF_FIELD(struct reference_body, client_id),
        {"request_uri", FIELD_ASCII, offsetof(struct reference_body, request_uri),
         .maximum = LIMIT_REDIRECT_URI, .too_long = ERR_REQUEST_URI},
};

struct request_body {
        struct slice client_id;
        struct slice redirect_uri;
        struct field_texts scope;
        struct slice details;
        struct slice state;
        struct slice challenge;
        struct slice challenge_method;
        struct field_integer max_age;
        struct slice nonce;
};

static const struct field who_fields[] = {
        CLIENT_REF_FIELD(struct request_body, client_id),
        {"redirect_uri", FIELD_TEXT, offsetof(struct request_body, redirect_uri),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_REDIRECT_URI},
};

#define SCOPE_FIELD(flags_)                                                                        \
        {                                                                                          \
                "scope", FIELD_TEXTS, offsetof(struct request_body, scope),                        \
                        .flags = (flags_) | FIELD_WORDS, .maximum = LIMIT_SCOPE,                   \
                        .count = LIMIT_SCOPES, .too_long = ERR_SCOPE_TOO_LONG                      \
        }

static const struct field details_fields[] = {DETAILS_FIELD(struct request_body, details)};
static const struct field scope_fields[] = {SCOPE_FIELD(FIELD_REQUIRED)};
static const struct field scope_beside_details_fields[] = {SCOPE_FIELD(0)};

static const struct field what_fields[] = {
        {"state", FIELD_ASCII, offsetof(struct request_body, state), .maximum = LIMIT_STATE},
        {"code_challenge", FIELD_ASCII, offsetof(struct request_body, challenge),
         .maximum = LIMIT_VERIFIER},
        {"code_challenge_method", FIELD_ASCII, offsetof(struct request_body, challenge_method),
         .maximum = LIMIT_VERIFIER},
        {"nonce", FIELD_ASCII, offsetof(struct request_body, nonce), .maximum = LIMIT_NONCE},
        {"max_age", FIELD_INTEGER, offsetof(struct request_body, max_age), .maximum = INT32_MAX},
};

/* For how long an application can do without its user. */
static json_t *renewal_json(const struct policy *policy)
{
        json_t *object = json_object();

        json_put(object, "grant_lifetime", json_integer(policy->refresh_grant_lifetime));
        json_put(object, "max_lifetime", json_integer(policy->refresh_max_lifetime));
        return object;
}

/* What the application learns of the person, besides that it is the same one. */
static json_t *identity_json(unsigned protocol_scopes)
{
        json_t *array = json_array();

        if (protocol_scopes & PROTOCOL_EMAIL)
                json_append(array, json_string("email"));
        if (protocol_scopes & PROTOCOL_PROFILE)
                json_append(array, json_string("name"));
        return array;
}

static json_t *replaced_json(const struct replaced *replaced)
{
        json_t *object = json_object();

        json_put(object, "allowed_at", json_from_instant(replaced->decided_at));
        json_put(object, "scopes", json_from_scope_text(replaced->scope));
        return object;
}

static json_t *view_json(struct arena *arena, const struct policy *policy,
                         const struct request_view *view)
{
        json_t *object = json_object();
        static const struct uuid any_project;

        json_put(object, "request_id", json_from_uuid(&view->request.id));
        json_put(object, "client_name", json_from_slice(name_shown(arena, view->client.name)));
        json_put(object, "self_registered", json_boolean(client_is_self_registered(&view->client)));
        if (view->client.document.size)
                json_put(object, "metadata_document", json_from_slice(view->client.document));
        if (!request_is_of_device(&view->request))
                json_put(object, "redirect_uri", json_from_slice(view->request.redirect_uri));
        json_put(object, "current_access", json_from_texts(view->current_access));
        if (view->current_access_is_cut)
                json_put(object, "current_access_truncated", json_true());
        if (view->replaced.decided_at.ms)
                json_put(object, "replaces", replaced_json(&view->replaced));
        json_put(object, "needed_access", json_from_texts(view->needed_access));
        json_put(object, "required_scopes", json_from_texts(view->required_scopes));
        json_put(object, "optional_scopes", json_from_texts(view->optional_scopes));
        json_put(object, "notes", json_from_texts(view->notes));
        json_put(object, "signs_in", json_boolean(view->request.protocol_scopes & PROTOCOL_OPENID));
        json_put(object, "identity", identity_json(view->request.protocol_scopes));
        json_put(object, "consent_expires_at", json_from_instant(view->request.expires_at));
        if (view->request.lifetime_limit)
                json_put(object, "max_expires_in", json_integer(view->request.lifetime_limit));
        if (!uuid_equal(&view->request.wanted_project, &any_project))
                json_put(object, "project_id", json_from_uuid(&view->request.wanted_project));
        if (view->request.protocol_scopes & PROTOCOL_OFFLINE_ACCESS)
                json_put(object, "renewal", renewal_json(policy));
        return object;
}

/* The oldest log-in that is good enough. */
static struct instant login_after(const struct op *op, const struct field_integer *max_age)
{
        return max_age->present ? instant_add_seconds(op->now, -max_age->value)
                                : (struct instant){0};
}

#define DECODE(call, body, fields, ret)                                                            \
        fields_decode_body((call), (body), (fields), ARRAY_SIZE(fields), (ret))

/* Without details there must be scopes. */
static enum err body_decode(struct http_call *call, struct request_body *ret)
{
        struct fields_body body CLEANUP(fields_body_close) = {0};

        if (fields_body_is_form(call))
                return ERR_UNSUPPORTED_MEDIA_TYPE;
        TRY(fields_body_open(call, &body));
        TRY(DECODE(call, &body, who_fields, ret));
        TRY(DECODE(call, &body, details_fields, ret));
        if (ret->details.data)
                TRY(DECODE(call, &body, scope_beside_details_fields, ret));
        else
                TRY(DECODE(call, &body, scope_fields, ret));
        return DECODE(call, &body, what_fields, ret);
}

static enum err form_decode(struct http_call *call, const struct op *op, struct request_form *ret)
{
        struct request_body body = {0};

        TRY(body_decode(call, &body));
        *ret = (struct request_form){
                .redirect_uri = body.redirect_uri,
                .scope = texts_of_field(&body.scope),
                .state = body.state,
                .challenge = body.challenge,
                .challenge_method = body.challenge_method,
                .login_after = login_after(op, &body.max_age),
                .nonce = body.nonce,
        };
        TRY(details_decode(call, body.details, &ret->details));
        return client_ref_read(call, body.client_id, ret);
}

/* In the browser in which the page of the authorization endpoint is open. */
static enum err form_follow(const struct api *api, struct http_call *call,
                            const struct reference_body *body, struct request_form *ret)
{
        struct authorize_params params = {0};
        struct pushed_reference reference = {.request_uri = body->request_uri};
        struct op op = api_op(api, call, NULL);
        struct client client;

        TRY(client_ref_read(call, body->client_id, &params.form));
        if (browser_find(api, call, &reference.browser) != ERR_OK)
                return ERR_REQUEST_URI;
        TRY(pushed_read(&op, call, &reference, &params, &client));
        TRY(authorize_read_terms(&op, call, &client, &params));
        *ret = params.form;
        ret->login_after = authorize_login_after(&params);
        return ERR_OK;
}

enum err request_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct reference_body reference = {0};
        struct request_view view;
        struct request_form form;

        TRY(fields_decode_json(call, reference_fields, ARRAY_SIZE(reference_fields), &reference));
        if (reference.request_uri.data)
                TRY(form_follow(api, call, &reference, &form));
        else
                TRY(form_decode(call, &op, &form));
        TRY(request_start(&op, &form, &view));
        respond_json(call, 200, view_json(call->arena, api->ports->policy, &view));
        return ERR_OK;
}

/* --- a device's --- */

struct user_code_body {
        struct slice user_code;
};

static const struct field user_code_fields[] = {
        {"user_code", FIELD_TEXT, offsetof(struct user_code_body, user_code),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_DEVICE_CODE},
};

enum err device_enter_post(const struct api *api, struct http_call *call,
                           const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct user_code_body body = {0};
        struct request_view view;

        TRY(fields_decode_json(call, user_code_fields, ARRAY_SIZE(user_code_fields), &body));
        TRY(device_enter(&op, body.user_code, &view));
        respond_json(call, 200, view_json(call->arena, api->ports->policy, &view));
        return ERR_OK;
}

enum err request_get_one(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct request_view view;
        struct uuid id;

        if (!uuid_decode(call->request.params.values[0], &id))
                return ERR_NOT_FOUND;
        TRY(request_show(&op, &id, &view));
        respond_json(call, 200, view_json(call->arena, api->ports->policy, &view));
        return ERR_OK;
}

/* --- consent --- */

struct consent_body {
        struct field_uuid request_id;
        struct field_texts approved;
        struct field_texts rejected;
        enum field_boolean approve;
        struct field_uuid project_id;
        struct field_integer expires_in;
        struct secret passphrase;
        struct secret code;
};

static const struct field consent_fields[] = {
        {"request_id", FIELD_UUID, offsetof(struct consent_body, request_id),
         .flags = FIELD_REQUIRED, .malformed = ERR_INVALID_REQUEST_ID},
        {"approved_scopes", FIELD_TEXTS, offsetof(struct consent_body, approved),
         .maximum = LIMIT_SCOPE, .count = LIMIT_SCOPES, .too_long = ERR_SCOPE_TOO_LONG},
        {"rejected_scopes", FIELD_TEXTS, offsetof(struct consent_body, rejected),
         .maximum = LIMIT_SCOPE, .count = LIMIT_SCOPES, .too_long = ERR_SCOPE_TOO_LONG},
        {"approve", FIELD_BOOLEAN, offsetof(struct consent_body, approve)},
        {"project_id", FIELD_UUID, offsetof(struct consent_body, project_id),
         .malformed = ERR_NOT_FOUND},
        {"expires_in", FIELD_INTEGER, offsetof(struct consent_body, expires_in),
         .flags = FIELD_NULLABLE, .minimum = GRANT_LIFETIME_LEAST, .maximum = EXPIRES_IN_MAXIMUM},
        {"passphrase", FIELD_SECRET, offsetof(struct consent_body, passphrase),
         .maximum = LIMIT_PASSPHRASE},
        {"code", FIELD_SECRET, offsetof(struct consent_body, code), .maximum = LIMIT_FACTOR_CODE},
};

static struct consent_form consent_form_of(const struct consent_body *body)
{
        static const enum consent_answer answers[] = {
                [FIELD_UNSET] = CONSENT_BY_LISTS,
                [FIELD_FALSE] = CONSENT_REFUSE,
                [FIELD_TRUE] = CONSENT_APPROVE,
        };

        return (struct consent_form){
                .request_id = body->request_id.value,
                .approved = texts_of_field(&body->approved),
                .rejected = texts_of_field(&body->rejected),
                .answer = answers[body->approve],
                .project_id = body->project_id.present ? &body->project_id.value : NULL,
                .lifetime = body->expires_in.null      ? LIFETIME_NO_END
                            : body->expires_in.present ? LIFETIME_SECONDS
                                                       : LIFETIME_DEFAULT,
                .seconds = body->expires_in.value,
                .passphrase = body->passphrase,
                .code = body->code,
        };
}

enum err consent_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct consent_body body = {0};
        struct consent_form form;
        struct consent_result result;
        json_t *object;

        call->no_store = true;
        TRY(fields_decode_json(call, consent_fields, ARRAY_SIZE(consent_fields), &body));
        form = consent_form_of(&body);
        form.authentication = session->authentication;
        TRY(consent_decide(&op, &form, &result));
        object = json_object();
        if (result.redirect_uri.data)
                json_put(object, "redirect_uri", json_from_slice(result.redirect_uri));
        respond_secret(call, object, "code", result.code);
        respond_json(call, 200, object);
        return ERR_OK;
}
