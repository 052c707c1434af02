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
        struct scope joined;

        TRY(scope_join_stored(arena, connection->scopes, connection->n_scopes, &joined));
        *ret = scope_list(arena, &joined);
        return arena_check(arena);
}

static enum err client_of(const struct ports *ports, struct arena *arena,
                          const struct uuid *client_id, struct instant now, struct client *ret)
{
        enum err error = ports->store->verbs->client_find(ports->store, arena, client_id, now, ret);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err connected_history(const struct ports *ports, struct arena *arena,
                           const struct uuid *account_id, const struct uuid *client_id,
                           const struct list_page *page, struct history_entry **ret, size_t *ret_n,
                           struct list_cursor *ret_next)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct client client;

        TRY(client_of(ports, arena, client_id, now, &client));
        return ports->store->verbs->history_list(ports->store, arena, account_id, &client.id, now,
                                                 page, ret, ret_n, ret_next);
}

enum err connected_revoke_grant(const struct ports *ports, struct arena *arena,
                                const struct caller *caller, const struct uuid *account_id,
                                const struct uuid *id, struct grant *ret)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct audit_entry audit =
                audit_entry_of(caller, "grant_revoke", now, account_id, NULL, id);
        enum err error = ports->store->verbs->grant_revoke(ports->store, arena, account_id, id, now,
                                                           &audit, ret);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err connected_revoke(const struct ports *ports, struct arena *arena,
                          const struct caller *caller, const struct uuid *account_id,
                          const struct uuid *client_id, struct grant **ret, size_t *ret_n,
                          bool *ret_is_cut)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct audit_entry audit =
                audit_entry_of(caller, "access_revoke", now, account_id, client_id, NULL);
        struct client client;

        TRY(client_of(ports, arena, client_id, now, &client));
        return ports->store->verbs->access_revoke(ports->store, arena, account_id, &client.id, now,
                                                  &audit, ret, ret_n, ret_is_cut);
}
