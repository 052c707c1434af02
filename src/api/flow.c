/* SPDX-License-Identifier: Apache-2.0
 *
 * The flow up to the code: request and consent. docs/protocol/http.md 5.2 and 5.3.
 */
#include "api/api.h"
#include "api/json.h"
#include "base/macros.h"
#include "base/name.h"
#include "core/authorize/consent.h"
#include "core/authorize/request.h"
#include "http/respond.h"

enum { EXPIRES_IN_MAXIMUM = INT32_MAX }; /* seconds: 68 years */

/* --- request --- */

struct request_body {
        struct field_uuid client_id;
        struct slice redirect_uri;
        struct field_texts scope;
        struct slice state;
        struct slice challenge;
        struct slice challenge_method;
};

static const struct field request_fields[] = {
        {"client_id", FIELD_UUID, offsetof(struct request_body, client_id), .flags = FIELD_REQUIRED,
         .malformed = ERR_INVALID_CLIENT_ID},
        {"redirect_uri", FIELD_TEXT, offsetof(struct request_body, redirect_uri),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_REDIRECT_URI},
        {"scope", FIELD_TEXTS, offsetof(struct request_body, scope), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_SCOPE, .count = LIMIT_SCOPES, .too_long = ERR_SCOPE_TOO_LONG},
        {"state", FIELD_ASCII, offsetof(struct request_body, state), .maximum = LIMIT_STATE},
        {"code_challenge", FIELD_ASCII, offsetof(struct request_body, challenge),
         .maximum = LIMIT_VERIFIER},
        {"code_challenge_method", FIELD_ASCII, offsetof(struct request_body, challenge_method),
         .maximum = LIMIT_VERIFIER},
};

static json_t *view_json(struct arena *arena, const struct request_view *view)
{
        json_t *object = json_object();

        json_put(object, "request_id", json_from_uuid(&view->request.id));
        json_put(object, "client_name", json_from_slice(name_shown(arena, view->client.name)));
        json_put(object, "redirect_uri", json_from_slice(view->request.redirect_uri));
        json_put(object, "current_access", json_from_texts(view->current_access));
        if (view->current_access_is_cut)
                json_put(object, "current_access_truncated", json_true());
        json_put(object, "needed_access", json_from_texts(view->needed_access));
        json_put(object, "required_scopes", json_from_texts(view->required_scopes));
        json_put(object, "optional_scopes", json_from_texts(view->optional_scopes));
        json_put(object, "notes", json_from_texts(view->notes));
        json_put(object, "consent_expires_at", json_from_instant(view->request.expires_at));
        return object;
}

enum err request_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct request_body body = {0};
        struct request_view view;

        TRY(fields_decode_json(call, request_fields, ARRAY_SIZE(request_fields), &body));
        TRY(request_start(&op,
                          &(struct request_form){
                                  .client_id = body.client_id.value,
                                  .redirect_uri = body.redirect_uri,
                                  .scope = texts_of_field(&body.scope),
                                  .state = body.state,
                                  .challenge = body.challenge,
                                  .challenge_method = body.challenge_method,
                          },
                          &view));
        respond_json(call, 200, view_json(call->arena, &view));
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
        respond_json(call, 200, view_json(call->arena, &view));
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
        TRY(consent_decide(&op, &form, &result));
        object = json_object();
        json_put(object, "redirect_uri", json_from_slice(result.redirect_uri));
        respond_secret(call, object, "code", result.code);
        respond_json(call, 200, object);
        return ERR_OK;
}
