/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking an application's JWT against its secrets.
 */
#include "oauth/client_auth.h"

#include "base/macros.h"
#include "oauth/policy.h"
#include "oauth/seal.h"

/* The secrets to check against. An unknown client, or one with a single secret, is checked against
 * stand-ins, so that it costs the same. */
static enum err secrets_open(const struct ports *ports, struct arena *arena,
                             const struct client *client,
                             struct secret ret_secrets[LIMIT_CLIENT_SECRETS])
{
        for (size_t i = 0; i < LIMIT_CLIENT_SECRETS; i++) {
                const struct client_secret_row *row = &client->secrets[i];

                if (i < client->n_secrets)
                        TRY(seal_open(ports->seal, SEAL_CLIENT_SECRET, &row->id, row->sealed, arena,
                                      &ret_secrets[i]));
                else
                        TRY(seal_open_stand_in(ports->seal, arena, &ret_secrets[i]));
        }
        return ERR_OK;
}

static enum err signature_check(const struct ports *ports, struct arena *arena,
                                const struct client_proof *proof, struct client_identity *identity)
{
        const struct policy *policy = ports->policy;
        const struct client *client = &identity->client;
        struct secret secrets[LIMIT_CLIENT_SECRETS];
        size_t matched = 0;

        TRY(secrets_open(ports, arena, client, secrets));
        TRY(client_secret_verify(
                &identity->assertion,
                &(struct client_secret_rules){
                        .client_id = proof->client_id,
                        .secrets = secrets,
                        .n_secrets = LIMIT_CLIENT_SECRETS,
                        .n_real = client->n_secrets,
                        .issuer = policy->issuer,
                        .now = proof->now,
                        .leeway = policy->client_secret_leeway,
                        .max_lifetime = client->secret_max_lifetime
                                                ? client->secret_max_lifetime
                                                : policy->client_secret_max_lifetime,
                },
                &matched));
        identity->secret_row = client->secrets[matched].id;
        return client->status == CLIENT_ACTIVE ? ERR_OK : ERR_CLIENT_DISABLED;
}

enum err client_authenticate(const struct ports *ports, struct arena *arena,
                             const struct client_proof *proof, struct client_identity *ret)
{
        struct client_assertion assertion;
        struct uuid client_id;
        enum err found;

        if (!uuid_decode(proof->client_id, &client_id))
                return ERR_CLIENT_ID_MALFORMED;
        TRY(client_secret_parse(secret_reveal(proof->jwt), arena, &assertion));
        found = ports->store->verbs->client_find(ports->store, arena, &client_id, proof->now,
                                                 &ret->client);
        if (found != ERR_OK && found != ERR_NO_ROW)
                return found;
        ret->assertion = assertion;
        return signature_check(ports, arena, proof, ret);
}
