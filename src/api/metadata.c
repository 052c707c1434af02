/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization server's metadata, RFC 8414 and RFC 9207 section 3: from the tables of what is
 * there, so that it promises nothing else.
 */
#include <stdio.h>

#include "api/api.h"
#include "api/grant_types/type.h"
#include "api/json.h"
#include "base/macros.h"
#include "core/authorize/details.h"
#include "core/authorize/protocol_scope.h"
#include "core/clients/client_auth.h"
#include "core/policy.h"
#include "http/respond.h"

static json_t *strings(const char *const *items, size_t n)
{
        json_t *array = json_array();

        for (size_t i = 0; i < n; i++)
                json_append(array, json_string(items[i]));
        return array;
}

#define STRINGS(...)                                                                               \
        strings((const char *const[]){__VA_ARGS__},                                                \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static json_t *url(struct http_call *call, const struct policy *policy, const char *path)
{
        return json_from_slice(api_url(call->arena, policy->issuer, slice_from_string(path)));
}

static const enum client_auth all_methods[] = {
#define CLIENT_AUTH(name, method, number, wire) CLIENT_AUTH_##name,
#include "core/clients/auth/methods.def"
#undef CLIENT_AUTH
};

/* `public`: clients that prove nothing too. */
static json_t *auth_methods(const struct policy *policy, bool public)
{
        json_t *array = json_array();

        for (size_t i = 0; i < ARRAY_SIZE(all_methods); i++)
                if (client_auth_is_allowed(policy, all_methods[i]) &&
                    (public || !client_auth_is_public(all_methods[i])))
                        json_append(array, json_string(client_auth_text(all_methods[i])));
        return array;
}

/* What assertions may be signed with. */
static json_t *auth_algorithms(void)
{
        json_t *array = json_array();
        unsigned algorithms = 0;

        for (size_t i = 0; i < ARRAY_SIZE(all_methods); i++)
                algorithms |= client_auth_algorithms(all_methods[i]);
        for (int i = 0; i < JWT_ALGORITHMS; i++)
                if (algorithms & JWT_BIT(i))
                        json_append(array, json_string(jwt_algorithm_text((enum jwt_algorithm)i)));
        return array;
}

/* How clients authenticate at an endpoint. */
static void auth_put(json_t *object, const char *endpoint, json_t *methods)
{
        char name[96];

        (void)snprintf(name, sizeof(name), "%s_auth_methods_supported", endpoint);
        json_put(object, name, methods);
        (void)snprintf(name, sizeof(name), "%s_auth_signing_alg_values_supported", endpoint);
        json_put(object, name, auth_algorithms());
}

static json_t *grant_types(void)
{
        static const char *const types[] = {
#define GRANT_TYPE(name, wire) wire,
#include "api/grant_types/types.def"
#undef GRANT_TYPE
        };

        return strings(types, ARRAY_SIZE(types));
}

/* The rights, and the words that are not about storage. */
static json_t *scopes(struct arena *arena)
{
        struct texts rights = scope_list(arena, &(struct scope){.rights = RIGHTS_ALL});
        struct texts words = protocol_scope_words();
        json_t *array = json_from_texts(rights);

        for (size_t i = 0; i < words.n; i++)
                json_append(array, json_from_slice(words.items[i]));
        return array;
}

static json_t *metadata_json(struct http_call *call, const struct policy *policy)
{
        json_t *object = json_object();

        json_put(object, "issuer", json_from_slice(policy->issuer));
        json_put(object, "authorization_endpoint", url(call, policy, "/oauth2/authorize"));
        json_put(object, "token_endpoint", url(call, policy, "/oauth2/token"));
        json_put(object, "revocation_endpoint", url(call, policy, "/oauth2/revoke"));
        json_put(object, "introspection_endpoint", url(call, policy, "/oauth2/introspect"));
        json_put(object, "pushed_authorization_request_endpoint", url(call, policy, "/oauth2/par"));
        json_put(object, "device_authorization_endpoint",
                 url(call, policy, "/oauth2/device_authorization"));
        json_put(object, "require_pushed_authorization_requests", json_false());
        if (policy->dynamic_registration)
                json_put(object, "registration_endpoint", url(call, policy, "/oauth2/register"));
        if (policy->metadata_documents)
                json_put(object, "client_id_metadata_document_supported", json_true());
        json_put(object, "scopes_supported", scopes(call->arena));
        json_put(object, "authorization_details_types_supported", STRINGS(DETAILS_TYPE));
        json_put(object, "response_types_supported", STRINGS("code"));
        json_put(object, "response_modes_supported", STRINGS("query"));
        json_put(object, "grant_types_supported", grant_types());
        auth_put(object, "token_endpoint", auth_methods(policy, true));
        auth_put(object, "revocation_endpoint", auth_methods(policy, true));
        auth_put(object, "introspection_endpoint", auth_methods(policy, false));
        json_put(object, "code_challenge_methods_supported", STRINGS("S256"));
        json_put(object, "authorization_response_iss_parameter_supported", json_true());
        return object;
}

enum err metadata_get(const struct api *api, struct http_call *call, const struct session *session)
{
        (void)session;
        respond_json(call, 200, metadata_json(call, api->ports->policy));
        return ERR_OK;
}

/* OpenID Connect Discovery, "OpenID Provider Metadata": the same, and what comes with openid. What
 * is false here would be true if it were left out. */
enum err openid_configuration_get(const struct api *api, struct http_call *call,
                                  const struct session *session)
{
        const struct policy *policy = api->ports->policy;
        json_t *object = metadata_json(call, policy);

        (void)session;
        json_put(object, "jwks_uri", url(call, policy, "/oauth2/keys"));
        json_put(object, "userinfo_endpoint", url(call, policy, "/oauth2/userinfo"));
        json_put(object, "end_session_endpoint", url(call, policy, "/oauth2/logout"));
        json_put(object, "subject_types_supported", STRINGS("pairwise", "public"));
        json_put(object, "id_token_signing_alg_values_supported", STRINGS("RS256", "ES256"));
        json_put(object, "acr_values_supported", STRINGS("1", "2"));
        json_put(object, "claims_supported",
                 STRINGS("iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce",
                         "at_hash", "email", "email_verified", "name"));
        json_put(object, "claims_parameter_supported", json_false());
        json_put(object, "request_parameter_supported", json_false());
        json_put(object, "request_uri_parameter_supported", json_false());
        respond_json(call, 200, object);
        return ERR_OK;
}
