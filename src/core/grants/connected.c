/* SPDX-License-Identifier: Apache-2.0
 *
 * A user's connected applications.
 */
#include "core/grants/connected.h"

#include "base/macros.h"
#include "core/upkeep/audit.h"

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

const char *request_state_text(enum request_state state)
{
        switch (state) {
        case STATE_PENDING:
                return "pending";
        case STATE_APPROVED:
                return "approved";
        case STATE_REJECTED:
                return "rejected";
        case STATE_WITHDRAWN:
                return "withdrawn";
        case STATE_EXPIRED:
                return "expired";
        case STATE_USED:
                return "used";
        case STATE_FAILED:
                return "failed";
        case STATE_REVOKED:
                return "revoked";
        }
        return "expired";
}

enum err connection_scopes(struct arena *arena, const struct connection *connection,
                           struct texts *ret)
{
        struct slice *texts = arena_array(arena, connection->n_permissions, struct slice);
        struct scope joined;

        TRY(arena_check(arena));
        for (size_t i = 0; i < connection->n_permissions; i++)
                texts[i] = connection->permissions[i].scope;
        TRY(scope_join_stored(arena, texts, connection->n_permissions, &joined));
        *ret = scope_list(arena, &joined);
        return arena_check(arena);
}

static enum err client_of(struct op *op, const struct uuid *client_id, struct client *ret)
{
        enum err error = store_client_find(op, client_id, ret);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err connected_history(struct op *op, const struct uuid *client_id,
                           const struct list_page *page, struct history_list *ret)
{
        struct client client;

        TRY(client_of(op, client_id, &client));
        return store_history_list(
                op, &(struct history_query){.client_row = client.id, .page = *page}, ret);
}

enum err connected_revoke_grant(struct op *op, const struct uuid *id, struct grant *ret)
{
        struct audit_entry audit = audit_entry_of(op, "grant_revoke", &op->account_id, NULL, id);
        enum err error = store_grant_revoke(op, id, &audit, ret);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err connected_revoke(struct op *op, const struct uuid *client_id, struct grant_list *ret)
{
        struct audit_entry audit =
                audit_entry_of(op, "access_revoke", &op->account_id, client_id, NULL);
        struct client client;

        TRY(client_of(op, client_id, &client));
        return store_access_revoke(op, &client.id, &audit, ret);
}
