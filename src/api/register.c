/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications that register themselves: docs/protocol/oauth.md 6. What they say about themselves
 * and grantd has no use for is ignored (RFC 7591 section 2).
 */
#include "core/clients/registration.h"

#include <string.h>

#include "api/api.h"
#include "api/grant_types/type.h"
#include "api/json.h"
#include "api/vocabulary.h"
#include "base/macros.h"
#include "core/clients/client.h"
#include "core/clients/client_auth.h"
#include "core/clients/redirect_uri.h"
#include "core/grants/scope.h"
#include "core/policy.h"
#include "http/respond.h"

enum { LIMIT_TYPES = 16 }; /* of a list of grant types or response types */

struct register_body {
        struct field_texts redirect_uris;
        struct field_texts logout_uris;
        struct field_texts grant_types;
        struct field_texts response_types;
        struct slice auth_method;
        struct slice type;
        struct slice name;
        struct slice scope;
        struct slice jwks;
};

/* A redirect URI that is too long is refused by its name, like one that is wrong otherwise. */
static const struct field register_fields[] = {
        {"redirect_uris", FIELD_TEXTS, offsetof(struct register_body, redirect_uris),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_BODY, .count = LIMIT_REDIRECT_URIS},
        {"post_logout_redirect_uris", FIELD_TEXTS, offsetof(struct register_body, logout_uris),
         .maximum = LIMIT_REDIRECT_URI, .count = LIMIT_REDIRECT_URIS},
        {"grant_types", FIELD_TEXTS, offsetof(struct register_body, grant_types),
         .maximum = LIMIT_NAME, .count = LIMIT_TYPES},
        {"response_types", FIELD_TEXTS, offsetof(struct register_body, response_types),
         .maximum = LIMIT_NAME, .count = LIMIT_TYPES},
        {"token_endpoint_auth_method", FIELD_ASCII, offsetof(struct register_body, auth_method),
         .maximum = LIMIT_NAME},
        {"application_type", FIELD_ASCII, offsetof(struct register_body, type),
         .maximum = LIMIT_NAME},
        {"client_name", FIELD_NAME, offsetof(struct register_body, name), .maximum = LIMIT_NAME},
        {"scope", FIELD_ASCII, offsetof(struct register_body, scope), .maximum = LIMIT_SCOPE_TEXT,
         .too_long = ERR_SCOPE_TEXT_TOO_LONG},
        {"jwks", FIELD_OBJECT, offsetof(struct register_body, jwks), .maximum = LIMIT_JWKS},
        {"jwks_uri", FIELD_REFUSED, .malformed = ERR_JWKS_URI},
        {"software_statement", FIELD_REFUSED, .malformed = ERR_SOFTWARE_STATEMENT},
};

/* --- what it says --- */

static bool names(const struct field_texts *list, const char *word)
{
        for (size_t i = 0; i < list->n_texts; i++)
                if (slice_equal(list->texts[i], slice_from_string(word)))
                        return true;
        return false;
}

/* What else is in these lists is left out of the response. */
static enum err types_check(struct http_call *call, const struct register_body *body)
{
        if (body->grant_types.n_texts && !names(&body->grant_types, "authorization_code")) {
                call->problem_field = "grant_types";
                return explain(&call->explanation, ERR_GRANT_TYPE,
                               SLICE("authorization_code must be one of them."));
        }
        if (body->response_types.n_texts && !names(&body->response_types, "code")) {
                call->problem_field = "response_types";
                return explain(&call->explanation, ERR_RESPONSE_TYPE,
                               SLICE("code must be one of them."));
        }
        return ERR_OK;
}

/* The method, and the type if one is sent. */
static enum err words_read(struct http_call *call, const struct register_body *body,
                           enum client_auth *ret_method, enum application_type *ret_type)
{
        if (body->auth_method.data && !client_auth_parse(body->auth_method, ret_method)) {
                call->problem_field = "token_endpoint_auth_method";
                return ERR_FIELD_MALFORMED;
        }
        if (body->type.data && !application_type_parse(body->type, ret_type)) {
                call->problem_field = "application_type";
                return ERR_FIELD_MALFORMED;
        }
        return ERR_OK;
}

/* --- what is registered --- */

/* On a device's page nothing but its name says which application asks, so a stranger's cannot. */
static bool is_for_strangers(const char *grant_type)
{
        return strcmp(grant_type, GRANT_TYPE_DEVICE) != 0;
}

static json_t *grant_types_json(const struct register_body *body)
{
        static const char *const types[] = {
#define GRANT_TYPE(name, wire) wire,
#include "api/grant_types/types.def"
#undef GRANT_TYPE
        };
        json_t *array = json_array();

        if (!body->grant_types.n_texts)
                json_append(array, json_string("authorization_code"));
        for (size_t i = 0; i < ARRAY_SIZE(types); i++)
                if (names(&body->grant_types, types[i]) && is_for_strangers(types[i]))
                        json_append(array, json_string(types[i]));
        return array;
}

static json_t *registration_json(const struct register_body *body,
                                 const struct client_registration *made)
{
        const struct client *client = &made->client;
        json_t *object = json_object();

        json_put(object, "client_id", json_from_uuid(&client->client_id));
        json_put(object, "client_id_issued_at", json_integer(instant_seconds(client->created_at)));
        json_put(object, "client_name", json_from_slice(client->name));
        json_put(object, "redirect_uris", json_from_texts(client->redirect_uris));
        if (client->logout_uris.n)
                json_put(object, "post_logout_redirect_uris", json_from_texts(client->logout_uris));
        json_put(object, "grant_types", grant_types_json(body));
        json_put(object, "response_types", json_pack("[s]", "code"));
        json_put(object, "token_endpoint_auth_method",
                 json_string(client_auth_text(client->auth_method)));
        json_put(object, "application_type", json_string(application_type_text(client->type)));
        if (made->scope.size)
                json_put(object, "scope", json_from_slice(made->scope));
        if (client->jwks.size)
                json_put(object, "jwks",
                         json_loadb((const char *)client->jwks.data, client->jwks.size, 0, NULL));
        if (client->status == CLIENT_WAITING)
                json_put(object, "notes",
                         json_pack("[s]", "An operator must approve this application before it can "
                                          "be used."));
        return object;
}

enum err register_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct register_body body = {0};
        struct registration_form form = {0};
        struct client_registration made;
        enum application_type type;
        json_t *object;
        enum err error;

        if (!op.ports->policy->dynamic_registration)
                return ERR_NOT_FOUND;
        call->no_store = true;
        call->vocabulary = &vocabulary_rfc7591;
        TRY(fields_decode_json(call, register_fields, ARRAY_SIZE(register_fields), &body));
        TRY(types_check(call, &body));
        TRY(words_read(call, &body, &form.auth_method, &type));
        TRY(scope_split(call->arena, body.scope, &form.scope));
        form.redirect_uris = texts_of_field(&body.redirect_uris);
        form.logout_uris = texts_of_field(&body.logout_uris);
        form.name = body.name;
        form.jwks = body.jwks;
        form.refresh_tokens = names(&body.grant_types, "refresh_token");
        form.type = body.type.data ? &type : NULL;
        error = client_register(&op, &form, &made);
        TRY(error);
        object = registration_json(&body, &made);
        if (made.client.n_secrets)
                json_put(object, "client_secret_expires_at", json_integer(0));
        respond_secret(call, object, "client_secret", made.secret);
        respond_json(call, 201, object);
        return ERR_OK;
}
