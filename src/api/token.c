/* SPDX-License-Identifier: Apache-2.0
 *
 * The token endpoint, in two vocabularies: JSON without grant_type is grantd's own request, and a
 * form or JSON with grant_type is RFC 6749's. Both lead to the same exchange.
 * docs/protocol/http.md 5.4 and oauth.md.
 */
#include "api/api.h"
#include "api/client_credentials.h"
#include "api/json.h"
#include "api/vocabulary.h"
#include "base/macros.h"
#include "base/metric.h"
#include "core/policy.h"
#include "core/token/exchange.h"
#include "core/upkeep/rate_limit.h"
#include "http/fields.h"
#include "http/respond.h"

enum {
        LONG = 10 * 365 * 86400
}; /* seconds; said of a grant without end, since clients take a
      missing expires_in for a short one */

/* A running exchange; lives in the call's arena. */
struct token_call {
        const struct api *api;
        struct http_call *call;
        bool is_rfc6749; /* its vocabulary */
        struct slice grant_type;
        struct client_credentials credentials;
        struct exchange_form form;
};

/* --- decoding --- */

static const struct field vocabulary_fields[] = {
        {"grant_type", FIELD_ASCII, offsetof(struct token_call, grant_type), .maximum = 128},
};

static const struct field own_fields[] = {
        {"client_id", FIELD_TEXT, offsetof(struct token_call, credentials.client_id),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_BODY},
        {"client_secret", FIELD_SECRET, offsetof(struct token_call, credentials.secret),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_BODY},
        {"redirect_uri", FIELD_TEXT, offsetof(struct token_call, form.redirect_uri),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_REDIRECT_URI},
        {"code", FIELD_SECRET, offsetof(struct token_call, form.code), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_CODE},
};

static const struct field credential_fields[] = {
        CLIENT_CREDENTIALS_FIELDS(struct token_call, credentials),
};

static const struct field code_fields[] = {
        {"code", FIELD_SECRET, offsetof(struct token_call, form.code), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_CODE},
        {"redirect_uri", FIELD_TEXT, offsetof(struct token_call, form.redirect_uri),
         .maximum = LIMIT_REDIRECT_URI},
};

/* Those that both vocabularies have. */
static const struct field common_fields[] = {
        {"passphrase", FIELD_SECRET, offsetof(struct token_call, form.passphrase),
         .maximum = LIMIT_PASSPHRASE},
        {"code_verifier", FIELD_SECRET, offsetof(struct token_call, form.code_verifier),
         .maximum = LIMIT_VERIFIER},
        {"credentials", FIELD_ASCII, offsetof(struct token_call, form.credentials), .maximum = 16},
};

#define DECODE(token, body, fields)                                                                \
        fields_decode_body((token)->call, (body), (fields), ARRAY_SIZE(fields), (token))

static enum err own_decode(struct token_call *token, const struct fields_body *body)
{
        TRY(DECODE(token, body, own_fields));
        token->form.proof = (struct client_proof){.method = CLIENT_AUTH_SECRET_JWT,
                                                  .client_id = token->credentials.client_id,
                                                  .jwt = token->credentials.secret};
        return DECODE(token, body, common_fields);
}

/* The client comes first, so that whoever is not authenticated learns of nothing else. */
static enum err rfc6749_decode(struct token_call *token, const struct fields_body *body)
{
        TRY(DECODE(token, body, credential_fields));
        TRY(client_credentials_read(token->call, token->api->ports->policy->issuer,
                                    &token->credentials, &token->form.proof));
        if (!token->grant_type.data) {
                token->call->problem_field = "grant_type";
                return ERR_FIELD_MISSING;
        }
        if (!slice_equal(token->grant_type, SLICE("authorization_code")))
                return ERR_GRANT_TYPE;
        TRY(DECODE(token, body, code_fields));
        return DECODE(token, body, common_fields);
}

static enum err body_decode(struct token_call *token, const struct fields_body *body)
{
        TRY(DECODE(token, body, vocabulary_fields));
        token->is_rfc6749 = body->is_form || token->grant_type.data;
        if (!token->is_rfc6749)
                return own_decode(token, body);
        token->call->vocabulary = &vocabulary_rfc6749;
        return rfc6749_decode(token, body);
}

static enum err token_decode(struct token_call *token)
{
        struct fields_body body CLEANUP(fields_body_close) = {0};

        if (fields_body_is_form(token->call))
                token->call->vocabulary = &vocabulary_rfc6749;
        TRY(fields_body_open(token->call, &body));
        return body_decode(token, &body);
}

/* --- responding --- */

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

/* RFC 6749 section 5.1. The access grant is the access token. */
static void bearer_put(struct http_call *call, json_t *object, const struct exchange_result *result,
                       int64_t longest)
{
        int64_t lifetime = result->expires_in ? result->expires_in : longest;

        respond_secret(call, object, "access_token", result->access_grant);
        json_put(object, "token_type", json_string("Bearer"));
        json_put(object, "expires_in", json_integer(lifetime ? lifetime : LONG));
        json_put(object, "scope", json_from_slice(result->scope));
}

static void token_respond(const struct token_call *token, const struct exchange_result *result)
{
        struct http_call *call = token->call;
        json_t *object = json_object();

        if (token->is_rfc6749)
                bearer_put(call, object, result, token->api->ports->policy->grant_max_lifetime);
        respond_secret(call, object, "access_grant", result->access_grant);
        json_put(object, "scopes", json_from_texts(result->scopes));
        if (!token->is_rfc6749 && result->expires_in)
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
                token_respond(token, result);
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
        error = token_decode(token);
        TRY(limit_address(&op, error));
        if (exchange_may_wait(&token->form) && !call->may_wait) {
                *ret_handled = HTTP_MUST_WAIT;
                return ERR_OK;
        }
        *ret_handled = HTTP_LATER;
        exchange_code(&op, &token->form, (struct exchange_end){token_end, token});
        return ERR_OK;
}
