/* SPDX-License-Identifier: Apache-2.0
 *
 * Authenticating a client, and remembering that it was.
 */
#include "core/clients/client_proof.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rate_limit.h"

static enum err jwt_use(struct op *op, const struct client_identity *identity)
{
        struct jwt_use use = {
                .attempt = uuid_random(&op->ports->entropy),
                .client_row = identity->client.id,
                .exp = identity->assertion.exp,
                .jwt = identity->assertion.replay_digest,
        };
        int64_t wait = 0;
        enum err error;

        if (!use.exp)
                return ERR_OK;
        error = store_jwt_use(op, &use, &wait);
        if (wait && op->caller.wait)
                *op->caller.wait = (unsigned)wait;
        return error;
}

static enum err refuse(struct op *op, const struct client *client, enum err error)
{
        if (!error_is_fault(error) && limit_lets_audit(op))
                audit_note(op, audit_entry_of(op, "client_refused", NULL, &client->client_id, NULL),
                           error);
        return error == ERR_CLIENT_DISABLED ? limit_client(op, &client->client_id, error)
                                            : limit_address(op, error);
}

enum err client_prove(struct op *op, const struct client_proof *proof, struct client *ret)
{
        struct client_identity identity = {0};
        enum err error = client_authenticate(op, proof, &identity);

        if (error == ERR_OK)
                error = jwt_use(op, &identity);
        if (error != ERR_OK && error != ERR_QUOTA_PROOFS)
                return refuse(op, &identity.client, error);
        *ret = identity.client;
        return error;
}
