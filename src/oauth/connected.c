/* SPDX-License-Identifier: Apache-2.0
 *
 * A user's connected applications.
 */
#include "oauth/connected.h"

#include "base/macros.h"
#include "oauth/audit.h"

const char *grant_status_text(const struct grant *grant, struct instant now)
{
        switch (grant->status) {
        case GRANT_MINTING:
                return now.ms > instant_add_seconds(grant->created_at, MINTING_LIFETIME).ms
                               ? "failed"
                               : "minting";
        case GRANT_REVOKED:
                return "revoked";
        case GRANT_LIVE:
                break;
        }
        if (grant->is_dead)
                return "revoked";
        return grant->expires_at.ms && grant->expires_at.ms <= now.ms ? "expired" : "live";
}

enum err connected_revoke(const struct ports *ports, struct arena *arena,
                          const struct caller *caller, const struct uuid *account_id,
                          const struct uuid *client_id, struct grant **ret, size_t *ret_n)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct audit_entry audit =
                audit_entry_of(caller, "access_revoke", now, account_id, client_id, NULL);
        struct client client;
        enum err error =
                ports->store->verbs->client_find(ports->store, arena, client_id, now, &client);

        if (error == ERR_NO_ROW)
                return ERR_NOT_FOUND;
        TRY(error);
        return ports->store->verbs->access_revoke(ports->store, arena, account_id, &client.id, now,
                                                  &audit, ret, ret_n);
}

enum err connected_revoke_grant(const struct ports *ports, struct arena *arena,
                                const struct caller *caller, const struct uuid *account_id,
                                const struct uuid *id, struct grant **ret, size_t *ret_n)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct audit_entry audit =
                audit_entry_of(caller, "grant_revoke", now, account_id, NULL, id);
        enum err error = ports->store->verbs->grant_revoke(ports->store, arena, account_id, id, now,
                                                           &audit, ret, ret_n);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
