/* SPDX-License-Identifier: Apache-2.0
 *
 * OAuth2 clients, for their developers: docs/protocol/http.md 3.
 */
#include "core/clients/client.h"
#include "core/clients/client_auth.h"
#include "core/clients/redirect_uri.h"

#include "api/api.h"
#include "api/client_body.h"
#include "api/json.h"
#include "base/macros.h"
#include "core/people/account.h"
#include "core/people/session.h"
#include "http/respond.h"

static json_t *secrets_json(const struct client *client)
{
        json_t *array = json_array();

        for (size_t i = 0; i < client->n_secrets; i++) {
                const struct client_secret_row *secret = &client->secrets[i];
                json_t *object = json_object();

                json_put(object, "created_at", json_from_instant(secret->created_at));
                json_put(object, "last_used_at", json_from_instant(secret->last_used_at));
                json_put(object, "expires_at", json_from_instant(secret->expires_at));
                if (secret->is_foreign)
                        json_put(object, "is_foreign", json_true());
                json_append(array, object);
        }
        return array;
}

/* What surprises about the redirect URIs. */
static void notes_put(json_t *object, const struct client *client)
{
        bool is_anybodys = false;

        for (size_t i = 0; i < client->redirect_uris.n; i++)
                is_anybodys |= redirect_uri_is_anybodys(client->redirect_uris.items[i]);
        if (is_anybodys)
                json_put(object, "notes",
                         json_pack("[s]", "Any program on a device can register a scheme without a "
                                          "dot, and then gets the code: prefer http on a "
                                          "loopback address."));
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
        json_put(object, "post_logout_redirect_uris", json_from_texts(client->logout_uris));
        json_put(object, "scopes", json_from_scope_text(client->scopes));
        json_put(object, "optional_scopes", json_from_scope_text(client->optional_scopes));
        json_put(object, "any_scope",
                 json_boolean(!client->scopes.size && !client->optional_scopes.size));
        json_put(object, "token_endpoint_auth_method",
                 json_string(client_auth_text(client->auth_method)));
        json_put(object, "jwks",
                 client->jwks.size
                         ? json_loadb((const char *)client->jwks.data, client->jwks.size, 0, NULL)
                         : json_null());
        json_put(object, "subject_type", json_string(client_subject_words[client->subject]));
        json_put(object, "id_token_signed_response_alg",
                 json_string(client_algorithm_words[client->id_tokens_es256]));
        json_put(object, "application_type", json_string(application_type_text(client->type)));
        json_put(object, "require_pkce", json_boolean(client->require_pkce));
        json_put(object, "require_pushed_authorization_requests",
                 json_boolean(client->require_pushed));
        json_put(object, "legacy_redirect", json_boolean(client->legacy_redirect));
        json_put(object, "device_flow", json_boolean(client->device_flow));
        json_put(object, "refresh_tokens", json_boolean(client->refresh_tokens));
        json_put(object, "client_secret_max_lifetime",
                 client->secret_max_lifetime ? json_integer(client->secret_max_lifetime)
                                             : json_null());
        json_put(object, "status", json_integer(client->status));
        json_put(object, "created_at", json_from_instant(client->created_at));
        notes_put(object, client);
        return object;
}

static json_t *client_with_secrets_json(const struct client *client)
{
        json_t *object = client_json(client);

        json_put(object, "secrets", secrets_json(client));
        return object;
}

enum err clients_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct client_body body = {0};
        struct client_words words = {0};
        enum client_auth auth_method;
        struct client client;
        struct secret secret;
        json_t *object;

        call->no_store = true;
        TRY(account_check_developer(&op, &session->account));
        TRY(client_body_read(call, true, &body));
        TRY(client_method_read(call, &body, &auth_method));
        TRY(client_words_read(call, &body, &words));
        TRY(client_create(&op,
                          &(struct client_form){
                                  .name = body.name,
                                  .description = body.description,
                                  .redirect_uris = texts_of_field(&body.redirect_uris),
                                  .logout_uris = texts_of_field(&body.logout_uris),
                                  .scopes = texts_of_field(&body.scopes),
                                  .optional_scopes = texts_of_field(&body.optional_scopes),
                                  .auth_method = auth_method,
                                  .type = (enum application_type)words.type,
                                  .subject = (enum subject_type)words.subject,
                                  .id_tokens_es256 = words.algorithm != 0,
                                  .jwks = body.jwks,
                                  .require_pkce = body.require_pkce == FIELD_TRUE,
                                  .require_pushed = body.require_pushed == FIELD_TRUE,
                                  .legacy_redirect = body.legacy_redirect == FIELD_TRUE,
                                  .device_flow = body.device_flow == FIELD_TRUE,
                                  .refresh_tokens = body.refresh_tokens == FIELD_TRUE,
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
        struct texts redirect_uris, logout_uris, scopes, optional_scopes;
        enum client_auth auth_method; /* 0: unchanged; read before */
        struct client_words words;    /* read before */
        enum application_type type;
        enum subject_type subject;
        bool require_pkce, require_pushed, legacy_redirect, device_flow, refresh_tokens,
                id_tokens_es256;
        int64_t lifetime;
};

static struct client_update_form update_form_of(const struct client_body *body,
                                                struct client_values *values)
{
        const struct field_integer *lifetime = &body->secret_max_lifetime;

        *values = (struct client_values){
                .auth_method = values->auth_method,
                .type = (enum application_type)values->words.type,
                .subject = (enum subject_type)values->words.subject,
                .id_tokens_es256 = values->words.algorithm != 0,
                .redirect_uris = texts_of_field(&body->redirect_uris),
                .logout_uris = texts_of_field(&body->logout_uris),
                .scopes = texts_of_field(&body->scopes),
                .optional_scopes = texts_of_field(&body->optional_scopes),
                .require_pkce = body->require_pkce == FIELD_TRUE,
                .require_pushed = body->require_pushed == FIELD_TRUE,
                .legacy_redirect = body->legacy_redirect == FIELD_TRUE,
                .device_flow = body->device_flow == FIELD_TRUE,
                .refresh_tokens = body->refresh_tokens == FIELD_TRUE,
                .lifetime = lifetime->value,
        };
        return (struct client_update_form){
                .name = body->name,
                .description = body->description,
                .redirect_uris = body->redirect_uris.present ? &values->redirect_uris : NULL,
                .logout_uris = body->logout_uris.present ? &values->logout_uris : NULL,
                .scopes = body->scopes.present ? &values->scopes : NULL,
                .optional_scopes = body->optional_scopes.present ? &values->optional_scopes : NULL,
                .jwks = body->jwks,
                .auth_method = values->auth_method ? &values->auth_method : NULL,
                .type = body->type.data ? &values->type : NULL,
                .subject = body->subject_type.data ? &values->subject : NULL,
                .id_tokens_es256 = body->id_token_algorithm.data ? &values->id_tokens_es256 : NULL,
                .require_pkce = body->require_pkce ? &values->require_pkce : NULL,
                .require_pushed = body->require_pushed ? &values->require_pushed : NULL,
                .legacy_redirect = body->legacy_redirect ? &values->legacy_redirect : NULL,
                .device_flow = body->device_flow ? &values->device_flow : NULL,
                .refresh_tokens = body->refresh_tokens ? &values->refresh_tokens : NULL,
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
        struct client_values values = {0};
        struct client client;
        enum err error;

        TRY(path_client(api, call, session, &client));
        TRY(client_body_read(call, false, &body));
        TRY(client_method_read(call, &body, &values.auth_method));
        TRY(client_words_read(call, &body, &values.words));
        form = update_form_of(&body, &values);
        if (client_change_is_grave(&client, &form))
                TRY(session_require_proof(&op, &session->authentication));
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
        TRY(session_require_proof(&op, &session->authentication));
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
        TRY(session_require_proof(&op, &session->authentication));
        TRY(client_rotate(&op, &id, body.overlap.value, &client, &secret));
        object = json_object();
        json_put(object, "client_id", json_from_uuid(&client.client_id));
        respond_secret(call, object, "client_secret", secret);
        respond_json(call, 200, object);
        return ERR_OK;
}
