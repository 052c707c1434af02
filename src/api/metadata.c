/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization server's metadata, RFC 8414 and RFC 9207 section 3: from the tables of what is
 * there, so that it promises nothing else.
 */
#include <stdio.h>

#include "api/api.h"
#include "api/json.h"
#include "base/macros.h"
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

/* `public`: clients without a secret too. */
static json_t *auth_methods(const struct policy *policy, bool public)
{
        static const enum client_auth methods[] = {
#define CLIENT_AUTH(name, method, number, wire) CLIENT_AUTH_##name,
#include "core/clients/auth/methods.def"
#undef CLIENT_AUTH
        };
        json_t *array = json_array();

        for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
                if (client_auth_is_allowed(policy, methods[i]) &&
                    (public || client_auth_has_secret(methods[i])))
                        json_append(array, json_string(client_auth_text(methods[i])));
        return array;
}

/* How clients authenticate at an endpoint. */
static void auth_put(json_t *object, const char *endpoint, json_t *methods)
{
        char name[96];

        (void)snprintf(name, sizeof(name), "%s_auth_methods_supported", endpoint);
        json_put(object, name, methods);
        (void)snprintf(name, sizeof(name), "%s_auth_signing_alg_values_supported", endpoint);
        json_put(object, name, STRINGS("HS256"));
}

static json_t *rights(struct arena *arena)
{
        return json_from_texts(scope_list(arena, &(struct scope){.rights = RIGHTS_ALL}));
}

enum err metadata_get(const struct api *api, struct http_call *call, const struct session *session)
{
        const struct policy *policy = api->ports->policy;
        json_t *object = json_object();

        (void)session;
        json_put(object, "issuer", json_from_slice(policy->issuer));
        json_put(object, "authorization_endpoint", url(call, policy, "/oauth2/authorize"));
        json_put(object, "token_endpoint", url(call, policy, "/oauth2/token"));
        json_put(object, "revocation_endpoint", url(call, policy, "/oauth2/revoke"));
        json_put(object, "introspection_endpoint", url(call, policy, "/oauth2/introspect"));
        json_put(object, "scopes_supported", rights(call->arena));
        json_put(object, "response_types_supported", STRINGS("code"));
        json_put(object, "response_modes_supported", STRINGS("query"));
        json_put(object, "grant_types_supported", STRINGS("authorization_code"));
        auth_put(object, "token_endpoint", auth_methods(policy, true));
        auth_put(object, "revocation_endpoint", auth_methods(policy, true));
        auth_put(object, "introspection_endpoint", auth_methods(policy, false));
        json_put(object, "code_challenge_methods_supported", STRINGS("S256"));
        json_put(object, "authorization_response_iss_parameter_supported", json_true());
        respond_json(call, 200, object);
        return ERR_OK;
}
