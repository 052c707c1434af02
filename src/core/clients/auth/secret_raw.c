/* SPDX-License-Identifier: Apache-2.0
 *
 * The client's secret itself, in the Authorization header or in the body (RFC 6749 section 2.3.1):
 * for libraries that know nothing better. Whoever reads one request can make others, so both the
 * operator and the developer have to choose it.
 */
#include "base/crypto.h"
#include "base/macros.h"
#include "core/clients/auth/method.h"
#include "core/policy.h"

/* Digests are compared, since texts of any length take the same time then. */
static bool is_secret(struct secret sent, struct secret expected)
{
        struct digest sent_digest, expected_digest;

        crypto_sha256(secret_reveal(sent), &sent_digest);
        crypto_sha256(secret_reveal(expected), &expected_digest);
        return digest_equal(&sent_digest, &expected_digest);
}

/* All are compared, also once one was right. */
static enum err secret_raw_check(struct op *op, const struct client_proof *proof,
                                 struct client_identity *identity)
{
        const struct client *client = &identity->client;
        struct secret secrets[LIMIT_CLIENT_SECRETS];
        bool is_right = false;

        TRY(client_secrets_open(op, client, secrets));
        for (size_t i = 0; i < LIMIT_CLIENT_SECRETS; i++)
                if (is_secret(proof->secret, secrets[i]) && i < client->n_secrets) {
                        identity->secret_row = client->secrets[i].id;
                        is_right = true;
                }
        if (!is_right)
                return ERR_CLIENT_SECRET_WRONG;
        identity->is_proven = true;
        return op->ports->policy->raw_secrets ? ERR_OK : ERR_RAW_SECRETS_OFF;
}

const struct client_auth_method client_auth_secret_basic = {
        .check = secret_raw_check,
        .has_secret = true,
        .sends_secret = true,
};
const struct client_auth_method client_auth_secret_post = {
        .check = secret_raw_check,
        .has_secret = true,
        .sends_secret = true,
};
