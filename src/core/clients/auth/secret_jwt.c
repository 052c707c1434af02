/* SPDX-License-Identifier: Apache-2.0
 *
 * A JWT signed with one of the client's secrets.
 */
#include "base/macros.h"
#include "core/clients/assertion_refusal.h"
#include "core/clients/auth/method.h"

static enum err secret_jwt_check(struct op *op, const struct client_proof *proof,
                                 struct client_identity *identity)
{
        const struct client *client = &identity->client;
        struct secret secrets[LIMIT_CLIENT_SECRETS];
        struct client_secrets all = {
                .items = secrets,
                .n = LIMIT_CLIENT_SECRETS,
                .n_real = client->n_secrets,
        };
        size_t matched = 0;
        enum err error;

        TRY(client_secrets_open(op, client, secrets));
        error = client_secret_verify(&identity->assertion, &all, &matched);
        if (error == ERR_CLIENT_UNKNOWN)
                return op_explain(op, error, assertion_key_fault(&identity->assertion, &all));
        TRY(error);
        TRY(client_claims_check(op, proof, identity));
        identity->secret_row = client->secrets[matched].id;
        return ERR_OK;
}

const struct client_auth_method client_auth_secret_jwt = {
        .check = secret_jwt_check,
        .algorithms = JWT_BIT(JWT_HS256),
        .has_secret = true,
};
