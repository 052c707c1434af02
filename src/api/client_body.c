/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the fields of a client.
 */
#include "api/client_body.h"

#include "base/limits.h"
#include "base/macros.h"
#include "core/clients/client.h"
#include "core/clients/client_auth.h"
#include "http/fields.h"

#define SCOPES_FIELD(name_, type, member)                                                          \
        {                                                                                          \
                .name = (name_), .kind = FIELD_TEXTS, .offset = offsetof(type, member),            \
                .flags = FIELD_ONE_TEXT, .maximum = LIMIT_SCOPE, .count = LIMIT_SCOPES,            \
                .too_long = ERR_SCOPE_TOO_LONG                                                     \
        }

/* The fields of a client; the first two are required when it is created, and only then. */
#define CLIENT_FIELDS(required, lifetime_flags)                                                    \
        {.name = "name",                                                                           \
         .kind = FIELD_NAME,                                                                       \
         .offset = offsetof(struct client_body, name),                                             \
         .flags = (required),                                                                      \
         .maximum = LIMIT_NAME},                                                                   \
                {.name = "redirect_uris",                                                          \
                 .kind = FIELD_TEXTS,                                                              \
                 .offset = offsetof(struct client_body, redirect_uris),                            \
                 .flags = (required) | FIELD_ONE_TEXT,                                             \
                 .maximum = LIMIT_REDIRECT_URI,                                                    \
                 .count = LIMIT_REDIRECT_URIS},                                                    \
                {.name = "post_logout_redirect_uris",                                              \
                 .kind = FIELD_TEXTS,                                                              \
                 .offset = offsetof(struct client_body, logout_uris),                              \
                 .flags = FIELD_ONE_TEXT,                                                          \
                 .maximum = LIMIT_REDIRECT_URI,                                                    \
                 .count = LIMIT_REDIRECT_URIS},                                                    \
                {.name = "description",                                                            \
                 .kind = FIELD_NAME,                                                               \
                 .offset = offsetof(struct client_body, description),                              \
                 .maximum = LIMIT_DESCRIPTION},                                                    \
                SCOPES_FIELD("scopes", struct client_body, scopes),                                \
                SCOPES_FIELD("optional_scopes", struct client_body, optional_scopes),              \
                {.name = "any_scope",                                                              \
                 .kind = FIELD_BOOLEAN,                                                            \
                 .offset = offsetof(struct client_body, any_scope)},                               \
                {.name = "token_endpoint_auth_method",                                             \
                 .kind = FIELD_ASCII,                                                              \
                 .offset = offsetof(struct client_body, auth_method),                              \
                 .maximum = LIMIT_NAME},                                                           \
                {.name = "application_type",                                                       \
                 .kind = FIELD_ASCII,                                                              \
                 .offset = offsetof(struct client_body, type),                                     \
                 .maximum = LIMIT_NAME},                                                           \
                {.name = "jwks",                                                                   \
                 .kind = FIELD_OBJECT,                                                             \
                 .offset = offsetof(struct client_body, jwks),                                     \
                 .maximum = LIMIT_JWKS},                                                           \
                {.name = "subject_type",                                                           \
                 .kind = FIELD_ASCII,                                                              \
                 .offset = offsetof(struct client_body, subject_type),                             \
                 .maximum = LIMIT_NAME},                                                           \
                {.name = "id_token_signed_response_alg",                                           \
                 .kind = FIELD_ASCII,                                                              \
                 .offset = offsetof(struct client_body, id_token_algorithm),                       \
                 .maximum = LIMIT_NAME},                                                           \
                {.name = "require_pkce",                                                           \
                 .kind = FIELD_BOOLEAN,                                                            \
                 .offset = offsetof(struct client_body, require_pkce)},                            \
                {.name = "require_pushed_authorization_requests",                                  \
                 .kind = FIELD_BOOLEAN,                                                            \
                 .offset = offsetof(struct client_body, require_pushed)},                          \
                {.name = "legacy_redirect",                                                        \
                 .kind = FIELD_BOOLEAN,                                                            \
                 .offset = offsetof(struct client_body, legacy_redirect)},                         \
                {.name = "device_flow",                                                            \
                 .kind = FIELD_BOOLEAN,                                                            \
                 .offset = offsetof(struct client_body, device_flow)},                             \
                {.name = "refresh_tokens",                                                         \
                 .kind = FIELD_BOOLEAN,                                                            \
                 .offset = offsetof(struct client_body, refresh_tokens)},                          \
        {                                                                                          \
                .name = "client_secret_max_lifetime", .kind = FIELD_INTEGER,                       \
                .offset = offsetof(struct client_body, secret_max_lifetime),                       \
                .flags = (lifetime_flags), .minimum = 1, .maximum = LIMIT_JWT_LIFETIME             \
        }

static const struct field client_fields[] = {CLIENT_FIELDS(FIELD_REQUIRED, 0)};
static const struct field client_change_fields[] = {CLIENT_FIELDS(0, FIELD_NULLABLE)};

/* Two empty lists mean anything, which whoever ticked nothing in a form would get by mistake. */
static enum err any_scope_read(struct http_call *call, struct client_body *body)
{
        bool lists_some = body->scopes.n_texts || body->optional_scopes.n_texts;

        if (body->any_scope == FIELD_UNSET || (body->any_scope == FIELD_FALSE && lists_some))
                return ERR_OK;
        if (body->any_scope == FIELD_TRUE && !lists_some) {
                body->scopes.present = body->optional_scopes.present = true;
                return ERR_OK;
        }
        call->problem_field = "any_scope";
        return explain(&call->explanation, ERR_FIELD_CONFLICT,
                       lists_some
                               ? SLICE("It is true, and scopes are listed; send one or the other.")
                               : SLICE("It is false, and no scope is listed; list in scopes or "
                                       "optional_scopes what the application may ask for, or "
                                       "send true for anything."));
}

enum err client_body_read(struct http_call *call, bool is_new, struct client_body *ret)
{
        if (is_new)
                TRY(fields_decode_json(call, client_fields, ARRAY_SIZE(client_fields), ret));
        else
                TRY(fields_decode_json(call, client_change_fields, ARRAY_SIZE(client_change_fields),
                                       ret));
        return any_scope_read(call, ret);
}

/* --- words --- */

const char *const client_subject_words[2] = {
        [SUBJECT_PAIRWISE] = "pairwise",
        [SUBJECT_PUBLIC] = "public",
};

const char *const client_algorithm_words[2] = {"RS256", "ES256"}; /* by id_tokens_es256 */

/* Absent: 0. */
enum err client_method_read(struct http_call *call, const struct client_body *body,
                            enum client_auth *ret)
{
        *ret = (enum client_auth)0;
        if (!body->auth_method.data || client_auth_parse(body->auth_method, ret))
                return ERR_OK;
        call->problem_field = "token_endpoint_auth_method";
        return ERR_FIELD_MALFORMED;
}

/* A field that is one of two words. Absent: `ret` is untouched. */
static enum err word_read(struct http_call *call, const char *name, struct slice word,
                          const char *const words[2], unsigned *ret)
{
        if (!word.data)
                return ERR_OK;
        for (unsigned i = 0; i < 2; i++)
                if (slice_equal(word, slice_from_string(words[i]))) {
                        *ret = i;
                        return ERR_OK;
                }
        call->problem_field = name;
        return ERR_FIELD_MALFORMED;
}

enum err client_words_read(struct http_call *call, const struct client_body *body,
                           struct client_words *ret)
{
        enum application_type type = (enum application_type)ret->type;

        if (body->type.data && !application_type_parse(body->type, &type)) {
                call->problem_field = "application_type";
                return ERR_FIELD_MALFORMED;
        }
        ret->type = type;
        TRY(word_read(call, "subject_type", body->subject_type, client_subject_words,
                      &ret->subject));
        return word_read(call, "id_token_signed_response_alg", body->id_token_algorithm,
                         client_algorithm_words, &ret->algorithm);
}
