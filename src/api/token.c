/* SPDX-License-Identifier: Apache-2.0
 *
 * The token endpoint, in two vocabularies: JSON without grant_type is grantd's own request, and a
 * form or JSON with grant_type is RFC 6749's. Both lead to the same exchange.
 * docs/protocol/http.md 5.4 and oauth.md.
 */
#include "api/client_credentials.h"
#include "api/details.h"
#include "api/grant_types/type.h"
#include "api/json.h"
#include "api/vocabulary.h"
#include "base/macros.h"
#include "base/metric.h"
#include "core/authorize/resource.h"
#include "core/policy.h"
#include "core/upkeep/rate_limit.h"
#include "http/respond.h"

enum {
        LONG = 10 * 365 * 86400
}; /* seconds; said of a grant without end, since clients take a
      missing expires_in for a short one */

/* --- decoding --- */

/* Of every request in the words of RFC 6749. */
struct token_body {
        struct slice grant_type;
        struct client_credentials credentials;
        struct field_texts resources;
        struct slice details;
};

static const struct field grant_type_fields[] = {
        {"grant_type", FIELD_ASCII, offsetof(struct token_body, grant_type), .maximum = 128},
};

static const struct field credential_fields[] = {
        CLIENT_CREDENTIALS_FIELDS(struct token_body, credentials),
};

/* What every grant type may have. */
static const struct field common_fields[] = {
        {"resource", FIELD_TEXTS, offsetof(struct token_body, resources), .flags = FIELD_ONE_TEXT,
         .maximum = LIMIT_REDIRECT_URI, .count = LIMIT_RESOURCES, .too_long = ERR_RESOURCE,
         .malformed = ERR_RESOURCE},
        DETAILS_FIELD(struct token_body, details),
};

#define DECODE(token, body, fields, ret)                                                           \
        fields_decode_body((token)->call, (body), (fields), ARRAY_SIZE(fields), (ret))

static enum err grant_type_find(struct http_call *call, struct slice wire,
                                const struct grant_type **ret)
{
        static const struct {
                const char *wire;
                const struct grant_type *type;
        } types[] = {
#define GRANT_TYPE(name, wire) {wire, &grant_type_##name},
#include "api/grant_types/types.def"
#undef GRANT_TYPE
        };

        if (!wire.data) {
                call->problem_field = "grant_type";
                return ERR_FIELD_MISSING;
        }
        for (size_t i = 0; i < ARRAY_SIZE(types); i++)
                if (slice_equal(wire, slice_from_string(types[i].wire))) {
                        *ret = types[i].type;
                        return ERR_OK;
                }
        return ERR_GRANT_TYPE;
}

/* The client comes first, so that whoever is not authenticated learns of nothing else. */
static enum err rfc6749_decode(struct token_call *token, const struct fields_body *fields,
                               struct token_body *body)
{
        TRY(DECODE(token, fields, credential_fields, body));
        TRY(client_credentials_read(token->call, token->api->ports->policy->issuer,
                                    &body->credentials, &token->proof));
        TRY(grant_type_find(token->call, body->grant_type, &token->type));
        TRY(DECODE(token, fields, common_fields, body));
        TRY(resources_check(token->api->ports->policy, texts_of_field(&body->resources)));
        TRY(details_decode(token->call, body->details, &token->details));
        return token->type->decode(token, fields);
}

static enum err body_decode(struct token_call *token, const struct fields_body *fields)
{
        struct token_body body = {0};

        TRY(DECODE(token, fields, grant_type_fields, &body));
        token->is_rfc6749 = fields->is_form || body.grant_type.data;
        if (!token->is_rfc6749) {
                token->type = &grant_type_authorization_code;
                return grant_type_decode_own(token, fields);
        }
        token->call->vocabulary = &vocabulary_rfc6749;
        return rfc6749_decode(token, fields, &body);
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
        if (result->details.data)
                json_put(object, "authorization_details", details_json(result->details));
        if (!secret_is_absent(result->id_token))
                respond_secret(call, object, "id_token", result->id_token);
        if (!secret_is_absent(result->refresh_token))
                respond_secret(call, object, "refresh_token", result->refresh_token);
}

static void token_respond(const struct token_call *token, const struct exchange_result *result)
{
        struct http_call *call = token->call;
        json_t *object = json_object();

        if (token->is_rfc6749)
                bearer_put(call, object, result, token->api->ports->policy->grant_max_lifetime);
        if (token->issued_token_type)
                json_put(object, "issued_token_type", json_string(token->issued_token_type));
        respond_secret(call, object, "access_grant", result->access_grant);
        json_put(object, "scopes", json_from_texts(result->scopes));
        if (!token->is_rfc6749 && result->expires_in)
                json_put(object, "expires_in", json_integer(result->expires_in));
        if (result->lacks_key)
                json_put(object, "decrypts", json_false());
        if (result->notes.n)
                json_put(object, "notes", json_from_texts(result->notes));
        s3_put(call, object, result);
        respond_json(call, 200, object);
}

void token_end(void *context, enum err error, const struct exchange_result *result)
{
        const struct token_call *token = context;

        metric_count(METRIC_exchanges_total, error);
        if (result)
                token_respond(token, result);
        else
                api_refuse(token->api, token->call, error);
        token->call->finish(token->call);
}

/* For a derivation, or for another server. */
static bool may_wait(const struct token_call *token)
{
        return (token->type->may_wait && token->type->may_wait(token)) ||
               client_proof_may_wait(token->api->ports->policy, &token->proof);
}

enum err token_post(const struct api *api, struct http_call *call, const struct session *session,
                    enum http_handled *ret_handled)
{
        struct op op = api_op(api, call, session);
        struct token_call *token = arena_new(call->arena, struct token_call);
        enum err error;

        if (!token)
                return ERR_OUT_OF_MEMORY;
        *token = (struct token_call){.api = api, .call = call};
        call->no_store = true;
        error = token_decode(token);
        TRY(limit_address(&op, error));
        if (may_wait(token) && !call->may_wait) {
                *ret_handled = HTTP_MUST_WAIT;
                return ERR_OK;
        }
        *ret_handled = HTTP_LATER;
        token->type->run(token, &op);
        return ERR_OK;
}
