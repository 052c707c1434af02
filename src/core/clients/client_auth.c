/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the client that a request names, and checking its credentials with its method.
 */
#include "core/clients/client_auth.h"

#include "base/macros.h"
#include "core/clients/assertion_refusal.h"
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
        return method_of(method) && method_of(method)->has_secret;
}

bool client_auth_has_keys(enum client_auth method)
{
        return method_of(method) && method_of(method)->has_keys;
}

bool client_auth_is_public(enum client_auth method)
{
        return method == CLIENT_AUTH_NONE;
}

unsigned client_auth_algorithms(enum client_auth method)
{
        return method_of(method) ? method_of(method)->algorithms : 0;
}

/* The method that JWTs of this algorithm belong to. */
static enum client_auth method_of_algorithm(enum jwt_algorithm algorithm)
{
        size_t i = 0;

        while (i < METHODS - 1 &&
               !(client_auth_algorithms((enum client_auth)i) & JWT_BIT(algorithm)))
                i++;
        return (enum client_auth)i;
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
        client->n_secrets = 0; /* its secrets and keys are not for this method */
        client->jwks = (struct slice){0};
        if (!sends_secret(proof->method))
                return ERR_OK;
        if (client->auth_method == CLIENT_AUTH_SECRET_JWT)
                return ERR_JWT_RAW_SECRET;
        return method_of(client->auth_method) ? ERR_CLIENT_AUTH_METHOD : ERR_CLIENT_SECRET_WRONG;
}

/* The JWT that stands in for a secret is signed with one; an assertion may be signed with a key. */
static enum err jwt_read(struct op *op, struct client_proof *proof, struct client_assertion *ret)
{
        bool is_assertion = proof->audiences.n > 0;
        unsigned algorithms = JWT_BIT(JWT_HS256);
        enum err error;

        for (size_t i = 0; is_assertion && i < METHODS; i++)
                algorithms |= client_auth_algorithms((enum client_auth)i);
        error = client_assertion_parse(secret_reveal(proof->jwt), algorithms, op->arena, ret);
        if (error == ERR_JWT_ALGORITHM && is_assertion)
                return ERR_ASSERTION_ALGORITHM;
        if (error == ERR_JWT_MALFORMED)
                return op_explain(op, error, assertion_text_fault(secret_reveal(proof->jwt)));
        TRY(error);
        proof->method = method_of_algorithm(ret->jwt.algorithm);
        return ERR_OK;
}

enum err client_claims_check(struct op *op, const struct client_proof *proof,
                             struct client_identity *identity)
{
        const struct policy *policy = op->ports->policy;
        int64_t own = identity->client.secret_max_lifetime;
        struct assertion_rules rules = {
                .client_id = proof->client_id,
                .issuer = policy->issuer,
                .audiences = proof->audiences,
                .now = op->now,
                .leeway = policy->client_secret_leeway,
                .max_lifetime = own ? own : policy->client_secret_max_lifetime,
                .lives_an_hour = proof->audiences.n && !own,
        };
        enum err error;

        identity->is_proven = true;
        error = client_assertion_check(&identity->assertion, &rules);
        if (error == ERR_OK || error_is_fault(error))
                return error;
        return op_explain(op, error, assertion_claims_fault(&identity->assertion, &rules, error));
}

/* A URL is a name only where metadata documents are allowed. */
static enum err ref_read(const struct op *op, struct slice text, struct client_ref *ret)
{
        if (!client_ref_parse(text, ret) ||
            (ret->url.size && !op->ports->policy->metadata_documents))
                return ERR_CLIENT_ID_MALFORMED;
        return ERR_OK;
}

bool client_proof_may_wait(const struct policy *policy, const struct client_proof *proof)
{
        struct uuid id;

        return policy->metadata_documents && !secret_is_absent(proof->jwt) &&
               !(proof->client_id.data && uuid_decode(proof->client_id, &id));
}

enum err client_authenticate_by(struct op *op, const struct client_proof *proof,
                                const struct client_finder *finder, struct client_identity *ret)
{
        struct client_assertion assertion = {0};
        struct client_proof known = *proof; /* with the client_id */
        struct client_seek seek = {.has_jwt = !secret_is_absent(proof->jwt),
                                   .may_be_new = proof->may_be_new};
        enum err found;

        if (known.client_id.data)
                TRY(ref_read(op, known.client_id, &seek.ref));
        if (!secret_is_absent(known.jwt))
                TRY(jwt_read(op, &known, &assertion));
        if (!known.client_id.data) {
                TRY(client_assertion_subject(op->arena, &assertion, &known.client_id));
                TRY(ref_read(op, known.client_id, &seek.ref));
        }
        found = finder->find(op, finder->context, &seek, &ret->client);
        if (found != ERR_OK && found != ERR_NO_ROW)
                return found;
        if (ret->client.auth_method != known.method)
                TRY(mismatch(&known, &ret->client));
        ret->assertion = assertion;
        TRY(methods[known.method].method->check(op, &known, ret));
        return ret->client.status == CLIENT_ACTIVE ? ERR_OK : ERR_CLIENT_DISABLED;
}
