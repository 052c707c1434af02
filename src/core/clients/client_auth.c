/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the client that a request names, and checking its credentials with its method.
 */
#include "core/clients/client_auth.h"

#include "base/macros.h"
#include "core/policy.h"
#include "core/upkeep/seal.h"

static const struct client_auth_row {
        const struct client_auth_method *method;
        const char *wire;
} methods[] = {
#define CLIENT_AUTH(name, method, number, wire) [number] = {&client_auth_##method, wire},
#include "core/clients/auth/methods.def"
#undef CLIENT_AUTH
};

enum { METHODS = ARRAY_SIZE(methods) };

/* NULL: a number that a newer program has stored. */
static const struct client_auth_method *method_of(enum client_auth method)
{
        return (size_t)method < METHODS ? methods[method].method : NULL;
}

static bool sends_secret(enum client_auth method)
{
        return method_of(method) && method_of(method)->sends_secret;
}

const char *client_auth_text(enum client_auth method)
{
        return (size_t)method < METHODS && methods[method].wire ? methods[method].wire : "unknown";
}

bool client_auth_parse(struct slice text, enum client_auth *ret)
{
        for (size_t i = 0; i < METHODS; i++)
                if (methods[i].wire && slice_equal(text, slice_from_string(methods[i].wire))) {
                        *ret = (enum client_auth)i;
                        return true;
                }
        return false;
}

bool client_auth_is_allowed(const struct policy *policy, enum client_auth method)
{
        return !sends_secret(method) || policy->raw_secrets;
}

bool client_auth_has_secret(enum client_auth method)
{
        return method != CLIENT_AUTH_NONE;
}

enum err client_secrets_open(struct op *op, const struct client *client,
                             struct secret ret_secrets[LIMIT_CLIENT_SECRETS])
{
        for (size_t i = 0; i < LIMIT_CLIENT_SECRETS; i++) {
                const struct client_secret_row *row = &client->secrets[i];

                if (i < client->n_secrets)
                        TRY(seal_open(op, SEAL_CLIENT_SECRET, &row->id, row->sealed,
                                      &ret_secrets[i]));
                else
                        TRY(seal_open_stand_in(op, &ret_secrets[i]));
        }
        return ERR_OK;
}

/* A client that is asked for by another method than its own. One that sends its secret where it
 * never should have is told so, before anything else is said. */
static enum err mismatch(const struct client_proof *proof, struct client *client)
{
        client->n_secrets = 0; /* its secrets are not for this method */
        if (!sends_secret(proof->method))
                return ERR_OK;
        if (client->auth_method == CLIENT_AUTH_SECRET_JWT)
                return ERR_JWT_RAW_SECRET;
        return method_of(client->auth_method) ? ERR_CLIENT_AUTH_METHOD : ERR_CLIENT_SECRET_WRONG;
}

enum err client_authenticate(struct op *op, const struct client_proof *proof,
                             struct client_identity *ret)
{
        const struct client_auth_method *method = methods[proof->method].method;
        struct client_assertion assertion = {0};
        struct client_proof known = *proof; /* with the client_id */
        struct uuid client_id;
        enum err found;

        if (known.client_id.data && !uuid_decode(known.client_id, &client_id))
                return ERR_CLIENT_ID_MALFORMED;
        if (method->parse)
                TRY(method->parse(op, proof, &assertion));
        if (!known.client_id.data) {
                TRY(client_secret_subject(op->arena, &assertion, &known.client_id));
                if (!uuid_decode(known.client_id, &client_id))
                        return ERR_CLIENT_ID_MALFORMED;
        }
        found = store_client_find(op, &client_id, &ret->client);
        if (found != ERR_OK && found != ERR_NO_ROW)
                return found;
        if (ret->client.auth_method != proof->method)
                TRY(mismatch(proof, &ret->client));
        ret->assertion = assertion;
        TRY(method->check(op, &known, ret));
        return ret->client.status == CLIENT_ACTIVE ? ERR_OK : ERR_CLIENT_DISABLED;
}
