/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a token that was issued: revoking it (RFC 7009), and saying what it is
 * (RFC 7662). docs/protocol/oauth.md 4 and 5.
 */
#include "api/api.h"
#include "api/client_credentials.h"
#include "api/details.h"
#include "api/guard.h"
#include "api/json.h"
#include "api/vocabulary.h"
#include "base/macros.h"
#include "core/clients/client_proof.h"
#include "core/grants/issued.h"
#include "core/identity/userinfo.h"
#include "core/policy.h"
#include "core/upkeep/rate_limit.h"
#include "http/auth_header.h"
#include "http/fields.h"
#include "http/respond.h"

struct token_body {
        struct client_credentials credentials;
        struct secret token;
};

static const struct field token_fields[] = {
        CLIENT_CREDENTIALS_FIELDS(struct token_body, credentials),
        {"token", FIELD_SECRET, offsetof(struct token_body, token), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_BODY},
};

static enum err body_decode(struct http_call *call, struct token_body *ret)
{
        struct fields_body body CLEANUP(fields_body_close) = {0};

        call->no_store = true;
        call->vocabulary = &vocabulary_rfc6749;
        TRY(fields_body_open(call, &body));
        return fields_decode_body(call, &body, token_fields, ARRAY_SIZE(token_fields), ret);
}

/* Return: as client_credentials_read() and client_prove(). */
static enum err client_of_call(const struct api *api, struct http_call *call,
                               const struct token_body *body, struct client *ret)
{
        struct op op = api_op(api, call, NULL);
        struct client_proof proof;

        TRY(limit_address(&op, client_credentials_read(call, api->ports->policy->issuer,
                                                       &body->credentials, &proof)));
        return client_prove(&op, &proof, ret);
}

/* Revoking is never refused for doing too much. */
enum err token_revoke_post(const struct api *api, struct http_call *call,
                           const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct token_body body = {0};
        struct client client;
        enum err error;

        TRY(limit_address(&op, body_decode(call, &body)));
        error = client_of_call(api, call, &body, &client);
        if (error != ERR_QUOTA_PROOFS)
                TRY(error);
        TRY(issued_revoke(&op, &client, body.token));
        respond_json(call, 200, json_object());
        return ERR_OK;
}

/* What an active token says besides what its row does. */
struct issued_facts {
        struct slice subject; /* what the application knows the user by */
        struct slice details; /* JSON; absent: the application did not ask by them */
};

static json_t *issued_json(const struct api *api, const struct issued *issued,
                           const struct issued_facts *facts)
{
        const struct grant *grant = &issued->grant;
        json_t *object = json_object();

        json_put(object, "active", json_boolean(issued->is_active));
        if (!issued->is_active)
                return object;
        json_put(object, "scope", json_from_slice(grant->scope));
        if (facts->details.data)
                json_put(object, "authorization_details", details_json(facts->details));
        if (!grant_is_owners(grant))
                json_put(object, "client_id",
                         issued->client_url.size ? json_from_slice(issued->client_url)
                                                 : json_from_uuid(&grant->client_id));
        if (!issued->is_refresh)
                json_put(object, "token_type", json_string("Bearer"));
        json_put(object, "iat", json_integer(instant_seconds(grant->created_at)));
        if (grant->expires_at.ms)
                json_put(object, "exp", json_integer(instant_seconds(grant->expires_at)));
        json_put(object, "sub", json_from_slice(facts->subject));
        json_put(object, "iss", json_from_slice(api->ports->policy->issuer));
        return object;
}

/* Storage services send their token, applications what they authenticate with. A public client
 * proves nothing, and so learns nothing. */
static enum err asker_of_call(const struct api *api, struct http_call *call,
                              const struct token_body *body, struct client *client,
                              const struct client **ret)
{
        struct op op = api_op(api, call, NULL);

        *ret = NULL;
        if (bearer_is_sent(call)) {
                call->vocabulary = &vocabulary_grantd;
                return limit_address(&op, guard_service(api, call, TOKEN_CHECK));
        }
        TRY(client_of_call(api, call, body, client));
        *ret = client;
        if (!client_auth_is_public(client->auth_method))
                return ERR_OK;
        return limit_address(&op, ERR_CLIENT_AUTH_MISSING);
}

enum err token_introspect_post(const struct api *api, struct http_call *call,
                               const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct token_body body = {0};
        const struct client *asker;
        struct client client;
        struct issued_facts facts = {0};
        struct issued issued;

        TRY(limit_address(&op, body_decode(call, &body)));
        TRY(asker_of_call(api, call, &body, &client, &asker));
        TRY(issued_look(&op, asker, body.token, &issued));
        if (issued.is_active) {
                TRY(grant_subject(&op, &issued.grant, &facts.subject));
                TRY(issued_details(&op, &issued, &facts.details));
        }
        respond_json(call, 200, issued_json(api, &issued, &facts));
        return ERR_OK;
}
