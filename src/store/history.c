/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs that tell afterwards what was asked for and given.
 */
#include "base/macros.h"
#include "store/sql.h"
#include "store/verbs.h"

/* --- connected applications --- */

struct connection_list_call {
        const struct uuid *account_id;
        struct instant now;
        struct connection **ret;
        size_t *ret_n;
};

/* What is live of one connection. */
static enum err connection_take_live(struct sql *sql, const struct connection_list_call *call,
                                     struct connection *connection)
{
        struct sql_rows rows = {0};
        int64_t end = 0;

        TRY(SQL_RUN(sql, CONNECTION_LIVE, &rows, sql_uuid(call->account_id),
                    sql_uuid(&connection->client_row), sql_instant(call->now)));
        connection->scopes = arena_array(sql->arena, rows.n_rows, struct slice);
        connection->n_scopes = rows.n_rows;
        if (rows.n_rows)
                connection->is_self_issued = true;
        for (size_t i = 0; i < rows.n_rows; i++) {
                connection->scopes[i] = sql_get_bytes(&rows, i, 0);
                end = sql_get_integer(&rows, i, 1) > end ? sql_get_integer(&rows, i, 1) : end;
                connection->is_self_issued &= sql_get_integer(&rows, i, 2) != 0;
        }
        connection->ends_at.ms = end == INT64_MAX ? 0 : end;
        return ERR_OK;
}

static enum err connection_list_verb(struct sql *sql, void *argument)
{
        struct connection_list_call *call = argument;
        struct connection *connections;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CONNECTIONS, &rows, sql_uuid(call->account_id)));
        connections = arena_array(sql->arena, rows.n_rows, struct connection);
        for (size_t i = 0; i < rows.n_rows; i++) {
                connections[i] = (struct connection){
                        .client_row = sql_get_uuid(&rows, i, 0),
                        .client_id = sql_get_uuid(&rows, i, 1),
                        .name = sql_get_bytes(&rows, i, 2),
                        .description = sql_get_bytes(&rows, i, 3),
                        .developer_name = sql_get_bytes(&rows, i, 4),
                        .first_at = sql_get_instant(&rows, i, 5),
                        .last_at = sql_get_instant(&rows, i, 6),
                        .n_requests = sql_get_integer(&rows, i, 7),
                        .is_self_issued = sql_get_integer(&rows, i, 8) != 0,
                };
                TRY(connection_take_live(sql, call, &connections[i]));
        }
        *call->ret = connections;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err connection_list(struct store *store, struct arena *arena, const struct uuid *account_id,
                         struct instant now, struct connection **ret, size_t *ret_n)
{
        struct connection_list_call call = {account_id, now, ret, ret_n};

        return sql_read(store, arena, connection_list_verb, &call);
}

/* --- requests --- */

static void history_take(struct sql *sql, const struct sql_rows *rows, struct history_entry **ret,
                         size_t *ret_n)
{
        struct history_entry *entries = arena_array(sql->arena, rows->n_rows, struct history_entry);

        for (size_t i = 0; i < rows->n_rows; i++)
                entries[i] = (struct history_entry){
                        .request_id = sql_get_uuid(rows, i, 0),
                        .client_id = sql_get_uuid(rows, i, 1),
                        .account_id = sql_get_uuid(rows, i, 2),
                        .scope = sql_get_bytes(rows, i, 3),
                        .state = (enum request_state)sql_get_integer(rows, i, 4),
                        .created_at = sql_get_instant(rows, i, 5),
                        .decided_at = sql_get_instant(rows, i, 6),
                        .exchanged_at = sql_get_instant(rows, i, 7),
                };
        *ret = entries;
        *ret_n = rows->n_rows;
}

struct history_list_call {
        const struct uuid *account_id;
        const struct uuid *client_row;
        struct instant now;
        struct history_entry **ret;
        size_t *ret_n;
};

static enum err history_list_verb(struct sql *sql, void *argument)
{
        struct history_list_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, HISTORY, &rows, sql_uuid(call->account_id), sql_uuid(call->client_row),
                    sql_instant(call->now), sql_integer(LIMIT_LIST)));
        history_take(sql, &rows, call->ret, call->ret_n);
        return ERR_OK;
}

enum err history_list(struct store *store, struct arena *arena, const struct uuid *account_id,
                      const struct uuid *client_row, struct instant now, struct history_entry **ret,
                      size_t *ret_n)
{
        struct history_list_call call = {account_id, client_row, now, ret, ret_n};

        return sql_read(store, arena, history_list_verb, &call);
}
