/* SPDX-License-Identifier: Apache-2.0
 *
 * A JWT signed with one of the client's secrets.
 */
#include "base/macros.h"
#include "core/clients/auth/method.h"
#include "core/policy.h"

static enum err secret_jwt_parse(struct op *op, const struct client_proof *proof,
                                 struct client_assertion *ret)
{
        return client_secret_parse(secret_reveal(proof->jwt), op->arena, ret);
}

static enum err secret_jwt_check(struct op *op, const struct client_proof *proof,
                                 struct client_identity *identity)
{
        const struct policy *policy = op->ports->policy;
        const struct client *client = &identity->client;
        struct secret secrets[LIMIT_CLIENT_SECRETS];
        size_t matched = 0;

        TRY(client_secrets_open(op, client, secrets));
        TRY(client_secret_verify(
                &identity->assertion,
                &(struct client_secret_rules){
                        .client_id = proof->client_id,
                        .secrets = secrets,
                        .n_secrets = LIMIT_CLIENT_SECRETS,
                        .n_real = client->n_secrets,
                        .issuer = policy->issuer,
                        .audiences = proof->audiences,
                        .lives_an_hour = proof->audiences.n && !client->secret_max_lifetime,
                        .now = op->now,
                        .leeway = policy->client_secret_leeway,
                        .max_lifetime = client->secret_max_lifetime
                                                ? client->secret_max_lifetime
                                                : policy->client_secret_max_lifetime,
                },
                &matched));
        identity->secret_row = client->secrets[matched].id;
        return ERR_OK;
}

const struct client_auth_method client_auth_secret_jwt = {
        .parse = secret_jwt_parse,
        .check = secret_jwt_check,
};
