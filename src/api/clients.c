/* SPDX-License-Identifier: Apache-2.0
 *
 * OAuth2 clients, for their developers: docs/protocol/http.md 3.
 */
#include "core/clients/client.h"
#include "core/clients/client_auth.h"

#include "api/api.h"
#include "api/json.h"
#include "base/macros.h"
#include "http/respond.h"

struct client_body {
        struct slice name;
        struct field_texts redirect_uris;
        struct slice description;
        struct field_texts scopes;
        struct field_texts optional_scopes;
        struct slice auth_method;
        enum field_boolean require_pkce;
        enum field_boolean legacy_redirect;
        struct field_integer secret_max_lifetime;
};

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
                {.name = "description",                                                            \
                 .kind = FIELD_NAME,                                                               \
                 .offset = offsetof(struct client_body, description),                              \
                 .maximum = LIMIT_DESCRIPTION},                                                    \
                SCOPES_FIELD("scopes", struct client_body, scopes),                                \
                SCOPES_FIELD("optional_scopes", struct client_body, optional_scopes),              \
                {.name = "token_endpoint_auth_method",                                             \
                 .kind = FIELD_ASCII,                                                              \
                 .offset = offsetof(struct client_body, auth_method),                              \
                 .maximum = LIMIT_NAME},                                                           \
                {.name = "require_pkce",                                                           \
                 .kind = FIELD_BOOLEAN,                                                            \
                 .offset = offsetof(struct client_body, require_pkce)},                            \
                {.name = "legacy_redirect",                                                        \
                 .kind = FIELD_BOOLEAN,                                                            \
                 .offset = offsetof(struct client_body, legacy_redirect)},                         \
        {                                                                                          \
                .name = "client_secret_max_lifetime", .kind = FIELD_INTEGER,                       \
                .offset = offsetof(struct client_body, secret_max_lifetime),                       \
                .flags = (lifetime_flags), .minimum = 1, .maximum = LIMIT_JWT_LIFETIME             \
        }

static const struct field client_fields[] = {CLIENT_FIELDS(FIELD_REQUIRED, 0)};
static const struct field client_change_fields[] = {CLIENT_FIELDS(0, FIELD_NULLABLE)};

static json_t *secrets_json(const struct client *client)
{
        json_t *array = json_array();

        for (size_t i = 0; i < client->n_secrets; i++) {
                const struct client_secret_row *secret = &client->secrets[i];
                json_t *object = json_object();

                json_put(object, "created_at", json_from_instant(secret->created_at));
                json_put(object, "last_used_at", json_from_instant(secret->last_used_at));
                json_put(object, "expires_at", json_from_instant(secret->expires_at));
                json_append(array, object);
        }
        return array;
}

/* Everything but the secret itself. */
static json_t *client_json(const struct client *client)
{
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&client->id));
        json_put(object, "client_id", json_from_uuid(&client->client_id));
        json_put(object, "name", json_from_slice(client->name));
        json_put(object, "description", json_from_slice(client->description));
        json_put(object, "redirect_uris", json_from_texts(client->redirect_uris));
        json_put(object, "scopes", json_from_scope_text(client->scopes));
        json_put(object, "optional_scopes", json_from_scope_text(client->optional_scopes));
        json_put(object, "token_endpoint_auth_method",
                 json_string(client_auth_text(client->auth_method)));
        json_put(object, "require_pkce", json_boolean(client->require_pkce));
        json_put(object, "legacy_redirect", json_boolean(client->legacy_redirect));
        json_put(object, "client_secret_max_lifetime",
                 client->secret_max_lifetime ? json_integer(client->secret_max_lifetime)
                                             : json_null());
        json_put(object, "status", json_integer(client->status));
        json_put(object, "created_at", json_from_instant(client->created_at));
        return object;
}

static json_t *client_with_secrets_json(const struct client *client)
{
        json_t *object = client_json(client);

        json_put(object, "secrets", secrets_json(client));
        return object;
}

/* Absent: 0. */
static enum err auth_method_read(struct http_call *call, const struct client_body *body,
                                 enum client_auth *ret)
{
        *ret = (enum client_auth)0;
        if (!body->auth_method.data || client_auth_parse(body->auth_method, ret))
                return ERR_OK;
        call->problem_field = "token_endpoint_auth_method";
        return ERR_FIELD_MALFORMED;
}

enum err clients_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct client_body body = {0};
        enum client_auth auth_method;
        struct client client;
        struct secret secret;
        json_t *object;

        call->no_store = true;
        TRY(fields_decode_json(call, client_fields, ARRAY_SIZE(client_fields), &body));
        TRY(auth_method_read(call, &body, &auth_method));
        TRY(client_create(&op,
                          &(struct client_form){
                                  .name = body.name,
                                  .description = body.description,
                                  .redirect_uris = texts_of_field(&body.redirect_uris),
                                  .scopes = texts_of_field(&body.scopes),
                                  .optional_scopes = texts_of_field(&body.optional_scopes),
                                  .auth_method = auth_method,
                                  .require_pkce = body.require_pkce == FIELD_TRUE,
                                  .legacy_redirect = body.legacy_redirect == FIELD_TRUE,
                                  .secret_max_lifetime = body.secret_max_lifetime.value,
                          },
                          &client, &secret));
        object = client_json(&client);
        respond_secret(call, object, "client_secret", secret);
        respond_json(call, 200, object);
        return ERR_OK;
}

enum err clients_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct client_list clients;
        json_t *array;

        TRY(store_client_list(&op, &clients));
        array = json_array();
        for (size_t i = 0; i < clients.n; i++)
                json_append(array, client_with_secrets_json(&clients.items[i]));
        respond_json(call, 200, array);
        return ERR_OK;
}

static void respond_client(struct http_call *call, const struct client *client)
{
        respond_json(call, 200, client_with_secrets_json(client));
}

/* The client that the path names, if it is this account's. */
static enum err path_client(const struct api *api, struct http_call *call,
                            const struct session *session, struct client *ret)
{
        struct op op = api_op(api, call, session);
        struct uuid id;

        TRY(api_path_id(call, &id));
        return client_of_account(&op, &id, ret);
}

enum err client_get_one(const struct api *api, struct http_call *call,
                        const struct session *session)
{
        struct client client;

        TRY(path_client(api, call, session, &client));
        respond_client(call, &client);
        return ERR_OK;
}

/* --- change --- */

/* The values that the form of a change points to. */
struct client_values {
        struct texts redirect_uris, scopes, optional_scopes;
        enum client_auth auth_method; /* 0: unchanged; read before */
        bool require_pkce, legacy_redirect;
        int64_t lifetime;
};

static struct client_update_form update_form_of(const struct client_body *body,
                                                struct client_values *values)
{
        const struct field_integer *lifetime = &body->secret_max_lifetime;

        *values = (struct client_values){
                .auth_method = values->auth_method,
                .redirect_uris = texts_of_field(&body->redirect_uris),
                .scopes = texts_of_field(&body->scopes),
                .optional_scopes = texts_of_field(&body->optional_scopes),
                .require_pkce = body->require_pkce == FIELD_TRUE,
                .legacy_redirect = body->legacy_redirect == FIELD_TRUE,
                .lifetime = lifetime->value,
        };
        return (struct client_update_form){
                .name = body->name,
                .description = body->description,
                .redirect_uris = body->redirect_uris.present ? &values->redirect_uris : NULL,
                .scopes = body->scopes.present ? &values->scopes : NULL,
                .optional_scopes = body->optional_scopes.present ? &values->optional_scopes : NULL,
                .auth_method = values->auth_method ? &values->auth_method : NULL,
                .require_pkce = body->require_pkce ? &values->require_pkce : NULL,
                .legacy_redirect = body->legacy_redirect ? &values->legacy_redirect : NULL,
                .secret_max_lifetime =
                        lifetime->present || lifetime->null ? &values->lifetime : NULL,
        };
}

enum err client_put_one(const struct api *api, struct http_call *call,
                        const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct client_body body = {0};
        struct client_update_form form;
        struct client_values values;
        struct client client;
        enum err error;

        TRY(path_client(api, call, session, &client));
        TRY(fields_decode_json(call, client_change_fields, ARRAY_SIZE(client_change_fields),
                               &body));
        TRY(auth_method_read(call, &body, &values.auth_method));
        form = update_form_of(&body, &values);
        error = client_change(&op, &client, &form, &client);
        if (error == ERR_FIELD_MISSING)
                call->problem_field = "redirect_uris";
        TRY(error);
        respond_client(call, &client);
        return ERR_OK;
}

struct status_body {
        struct field_integer status;
};

static const struct field status_fields[] = {
        {"status", FIELD_INTEGER, offsetof(struct status_body, status), .flags = FIELD_REQUIRED,
         .minimum = CLIENT_DISABLED, .maximum = CLIENT_ACTIVE},
};

enum err client_status_patch(const struct api *api, struct http_call *call,
                             const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct status_body body = {0};
        struct client client;

        TRY(path_client(api, call, session, &client));
        TRY(fields_decode_json(call, status_fields, ARRAY_SIZE(status_fields), &body));
        TRY(client_switch(&op, &client, (enum client_status)body.status.value));
        TRY(path_client(api, call, session, &client));
        respond_client(call, &client);
        return ERR_OK;
}

enum err client_delete_one(const struct api *api, struct http_call *call,
                           const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct uuid id;

        TRY(api_path_id(call, &id));
        TRY(client_remove(&op, &id));
        respond_empty(call, 204);
        return ERR_OK;
}

/* --- rotate --- */

struct regenerate_body {
        struct field_integer overlap;
};

static const struct field regenerate_fields[] = {
        {"overlap_seconds", FIELD_INTEGER, offsetof(struct regenerate_body, overlap), .minimum = 0,
         .maximum = LIMIT_OVERLAP},
};

enum err client_regenerate_post(const struct api *api, struct http_call *call,
                                const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct regenerate_body body = {0};
        struct client client;
        struct secret secret;
        struct uuid id;
        json_t *object;

        TRY(api_path_id(call, &id));
        TRY(fields_decode_json(call, regenerate_fields, ARRAY_SIZE(regenerate_fields), &body));
        TRY(client_rotate(&op, &id, body.overlap.value, &client, &secret));
        object = json_object();
        json_put(object, "client_id", json_from_uuid(&client.client_id));
        respond_secret(call, object, "client_secret", secret);
        respond_json(call, 200, object);
        return ERR_OK;
}
