/* SPDX-License-Identifier: Apache-2.0
 *
 * The flow: request, consent, token. docs/protocol/http.md 5.2 to 5.4.
 */
#include "api/api.h"
#include "api/json.h"
#include "base/macros.h"
#include "base/metric.h"
#include "base/name.h"
#include "core/authorize/consent.h"
#include "core/authorize/request.h"
#include "core/token/exchange.h"
#include "core/upkeep/rate_limit.h"
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

/* --- token --- */

static const struct field token_fields[] = {
        {"grant_type", FIELD_REFUSED, .malformed = ERR_GRANT_TYPE},
        {"client_id", FIELD_TEXT, offsetof(struct exchange_form, client_id),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_BODY},
        {"client_secret", FIELD_SECRET, offsetof(struct exchange_form, client_secret),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_BODY},
        {"redirect_uri", FIELD_TEXT, offsetof(struct exchange_form, redirect_uri),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_REDIRECT_URI},
        {"code", FIELD_SECRET, offsetof(struct exchange_form, code), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_CODE},
        {"passphrase", FIELD_SECRET, offsetof(struct exchange_form, passphrase),
         .maximum = LIMIT_PASSPHRASE},
        {"code_verifier", FIELD_SECRET, offsetof(struct exchange_form, code_verifier),
         .maximum = LIMIT_VERIFIER},
        {"credentials", FIELD_ASCII, offsetof(struct exchange_form, credentials), .maximum = 16},
};

/* Adds the S3 credentials, or why there are none. */
static void s3_put(struct http_call *call, json_t *object, const struct exchange_result *result)
{
        json_t *s3;

        if (!result->wants_s3)
                return;
        if (result->s3_error != ERR_OK) {
                json_put(object, "s3_error", json_string(error_info(result->s3_error)->sentence));
                return;
        }
        s3 = json_object();
        respond_secret(call, s3, "access_key_id", result->s3.access_key_id);
        respond_secret(call, s3, "secret_key", result->s3.secret_key);
        json_put(s3, "endpoint", json_from_slice(result->s3.endpoint));
        json_put(object, "s3", s3);
}

/* A running exchange; lives in the call's arena. */
struct token_call {
        const struct api *api;
        struct http_call *call;
        struct exchange_form form;
};

static void token_respond(struct http_call *call, const struct exchange_result *result)
{
        json_t *object = json_object();

        respond_secret(call, object, "access_grant", result->access_grant);
        json_put(object, "scopes", json_from_texts(result->scopes));
        if (result->expires_in)
                json_put(object, "expires_in", json_integer(result->expires_in));
        if (result->notes.n)
                json_put(object, "notes", json_from_texts(result->notes));
        s3_put(call, object, result);
        respond_json(call, 200, object);
}

static void token_end(void *context, enum err error, const struct exchange_result *result)
{
        const struct token_call *token = context;

        metric_count(METRIC_exchanges_total, error);
        if (result)
                token_respond(token->call, result);
        else
                api_refuse(token->api, token->call, error);
        token->call->finish(token->call);
}

enum err token_post(const struct api *api, struct http_call *call, enum http_handled *ret_handled)
{
        struct op op = api_op(api, call, NULL);
        struct token_call *token = arena_new(call->arena, struct token_call);
        enum err error;

        if (!token)
                return ERR_OUT_OF_MEMORY;
        *token = (struct token_call){.api = api, .call = call};
        call->no_store = true;
        error = fields_decode_json(call, token_fields, ARRAY_SIZE(token_fields), &token->form);
        TRY(limit_address(&op, error));
        if (exchange_may_wait(&token->form) && !call->may_wait) {
                *ret_handled = HTTP_MUST_WAIT;
                return ERR_OK;
        }
        *ret_handled = HTTP_LATER;
        exchange_code(&op, &token->form, (struct exchange_end){token_end, token});
        return ERR_OK;
}
