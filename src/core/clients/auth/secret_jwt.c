/* SPDX-License-Identifier: Apache-2.0
 *
 * A JWT signed with one of the client's secrets.
 */
#include "base/macros.h"
#include "core/clients/auth/method.h"
#include "core/policy.h"
#include "core/upkeep/seal.h"

static enum err secret_jwt_parse(struct op *op, const struct client_proof *proof,
                                 struct client_assertion *ret)
{
        return client_secret_parse(secret_reveal(proof->jwt), op->arena, ret);
}

/* The secrets to check against. An unknown client, or one with a single secret, is checked against
 * dummies, so that it takes the same time. */
static enum err secrets_open(struct op *op, const struct client *client,
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

static enum err secret_jwt_check(struct op *op, const struct client_proof *proof,
                                 struct client_identity *identity)
{
        const struct policy *policy = op->ports->policy;
        const struct client *client = &identity->client;
        struct secret secrets[LIMIT_CLIENT_SECRETS];
        size_t matched = 0;

        TRY(secrets_open(op, client, secrets));
        TRY(client_secret_verify(
                &identity->assertion,
                &(struct client_secret_rules){
                        .client_id = proof->client_id,
                        .secrets = secrets,
                        .n_secrets = LIMIT_CLIENT_SECRETS,
                        .n_real = client->n_secrets,
                        .issuer = policy->issuer,
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

const struct client_auth_method client_auth_secret_jwt = {secret_jwt_parse, secret_jwt_check};
