/* SPDX-License-Identifier: Apache-2.0
 *
 * Authenticating a client, and remembering that it was.
 */
#include "core/clients/client_proof.h"

#include "base/macros.h"
#include "core/clients/client_find.h"
#include "core/clients/metadata_document.h"
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
        return op_wait(op, wait, error);
}

static enum err refuse(struct op *op, const struct client *client, enum err error)
{
        if (!error_is_fault(error) && limit_lets_audit(op))
                audit_note(op, audit_entry_of(op, "client_refused", NULL, &client->client_id, NULL),
                           error);
        return error == ERR_CLIENT_DISABLED ? limit_client(op, &client->client_id, error)
                                            : limit_address(op, error);
}

static enum err find_alone(struct op *op, void *context, const struct client_seek *seek,
                           struct client *ret)
{
        struct client client;
        enum err error = store_client_find(op, &seek->ref.id, &client);

        (void)context;
        if (error != ERR_NO_ROW || !seek->may_be_new || !seek->ref.url.size) {
                TRY(error);
                return client_complete(op, seek, &client, ret);
        }
        TRY(client_find(op, &seek->ref, &client));
        if (client.is_new)
                TRY(metadata_document_keys(op, &client));
        *ret = client;
        return ERR_OK;
}

enum err client_authenticate(struct op *op, const struct client_proof *proof,
                             struct client_identity *ret)
{
        return client_authenticate_by(op, proof, &(struct client_finder){.find = find_alone}, ret);
}

/* Nobody has logged in, so it is limited as a registration is. */
static enum err newcomer_admit(struct op *op, struct client *client)
{
        struct digest attempt;
        enum err error;

        if (!client->is_new)
                return ERR_OK;
        TRY(limit_registration_begin(op, &attempt));
        error = client_admit(op, client);
        limit_registration_end(op, &attempt, error);
        TRY(error);
        return client->status == CLIENT_ACTIVE ? ERR_OK : ERR_CLIENT_DISABLED;
}

enum err client_prove(struct op *op, const struct client_proof *proof, struct client *ret)
{
        struct client_identity identity = {0};
        enum err error = client_authenticate(op, proof, &identity);

        if (error == ERR_OK)
                error = newcomer_admit(op, &identity.client);
        if (error == ERR_OK)
                error = jwt_use(op, &identity);
        if (error != ERR_OK && error != ERR_QUOTA_PROOFS)
                return refuse(op, &identity.client, error);
        *ret = identity.client;
        return error;
}
