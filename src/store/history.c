/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs that tell afterwards what was asked for and given.
 */
#include "base/macros.h"
#include "store/rows.h"
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
        if (!connection->scopes)
                return ERR_OUT_OF_MEMORY;
        connection->n_scopes = rows.n_rows;
        if (rows.n_rows)
                connection->enforced_by = ENFORCED_BY_CHECK;
        for (size_t i = 0; i < rows.n_rows; i++) {
                connection->scopes[i] = sql_get_bytes(&rows, i, 0);
                end = sql_get_integer(&rows, i, 1) > end ? sql_get_integer(&rows, i, 1) : end;
                if (sql_get_integer(&rows, i, 2) < (int64_t)connection->enforced_by)
                        connection->enforced_by = (enum enforced_by)sql_get_integer(&rows, i, 2);
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
        if (!connections)
                return ERR_OUT_OF_MEMORY;
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
                        .enforced_by = (enum enforced_by)sql_get_integer(&rows, i, 8),
                        .n_pending = sql_get_integer(&rows, i, 9),
                        .n_failed = sql_get_integer(&rows, i, 10),
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

static enum err history_take(struct sql *sql, const struct sql_rows *rows,
                             struct history_entry **ret, size_t *ret_n)
{
        struct history_entry *entries = arena_array(sql->arena, rows->n_rows, struct history_entry);

        if (!entries)
                return ERR_OUT_OF_MEMORY;
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
                        .delivery = delivery_of_row(rows, i, 8),
                };
        *ret = entries;
        *ret_n = rows->n_rows;
        return ERR_OK;
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
        return history_take(sql, &rows, call->ret, call->ret_n);
}

enum err history_list(struct store *store, struct arena *arena, const struct uuid *account_id,
                      const struct uuid *client_row, struct instant now, struct history_entry **ret,
                      size_t *ret_n)
{
        struct history_list_call call = {account_id, client_row, now, ret, ret_n};

        return sql_read(store, arena, history_list_verb, &call);
}

/* --- what a developer's applications asked for --- */

struct log_call {
        const struct log_filter *filter;
        int64_t limit, offset;
        struct history_entry **ret;
        size_t *ret_n;
        int64_t *ret_total;
        int64_t *ret_states;
        struct log_day **ret_days;
};

static enum err states_count(struct sql *sql, const struct log_filter *filter,
                             int64_t ret_states[REQUEST_STATES])
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, LOG_STATES, &rows, sql_uuid(&filter->account_id), sql_instant(filter->now),
                    sql_instant(filter->from), sql_instant(filter->before),
                    sql_uuid_or_null(&filter->client_id)));
        memset(ret_states, 0, REQUEST_STATES * sizeof(ret_states[0]));
        for (size_t i = 0; i < rows.n_rows; i++) {
                int64_t state = sql_get_integer(&rows, i, 0);

                if (state >= 0 && state < REQUEST_STATES)
                        ret_states[state] = sql_get_integer(&rows, i, 1);
        }
        return ERR_OK;
}

static enum err log_list_verb(struct sql *sql, void *argument)
{
        const struct log_call *call = argument;
        const struct log_filter *filter = call->filter;
        int64_t states[REQUEST_STATES];
        struct sql_rows rows = {0};

        TRY(states_count(sql, filter, states));
        TRY(SQL_RUN(sql, LOG_LIST, &rows, sql_uuid(&filter->account_id), sql_instant(filter->now),
                    sql_instant(filter->from), sql_instant(filter->before),
                    sql_uuid_or_null(&filter->client_id), sql_integer(filter->state),
                    sql_integer(call->limit), sql_integer(call->offset)));
        TRY(history_take(sql, &rows, call->ret, call->ret_n));
        *call->ret_total = 0;
        for (int i = 0; i < REQUEST_STATES; i++)
                if (filter->state < 0 || filter->state == i)
                        *call->ret_total += states[i];
        return ERR_OK;
}

enum err log_list(struct store *store, struct arena *arena, const struct log_filter *filter,
                  int64_t limit, int64_t offset, struct history_entry **ret, size_t *ret_n,
                  int64_t *ret_total)
{
        struct log_call call = {.filter = filter,
                                .limit = limit,
                                .offset = offset,
                                .ret = ret,
                                .ret_n = ret_n,
                                .ret_total = ret_total};

        return sql_read(store, arena, log_list_verb, &call);
}

static enum err log_count_verb(struct sql *sql, void *argument)
{
        const struct log_call *call = argument;
        const struct log_filter *filter = call->filter;
        struct sql_rows rows = {0};
        struct log_day *days;

        TRY(states_count(sql, filter, call->ret_states));
        TRY(SQL_RUN(sql, LOG_DAYS, &rows, sql_uuid(&filter->account_id), sql_instant(filter->from),
                    sql_instant(filter->before), sql_uuid_or_null(&filter->client_id)));
        days = arena_array(sql->arena, rows.n_rows, struct log_day);
        if (!days)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                days[rows.n_rows - 1 - i] = (struct log_day){
                        .at = {sql_get_integer(&rows, i, 0) * 86400000},
                        .n_exchanges = sql_get_integer(&rows, i, 1),
                        .n_refusals = sql_get_integer(&rows, i, 2),
                };
        *call->ret_days = days;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err log_count(struct store *store, struct arena *arena, const struct log_filter *filter,
                   int64_t ret_states[REQUEST_STATES], struct log_day **ret, size_t *ret_n)
{
        struct log_call call = {
                .filter = filter, .ret_states = ret_states, .ret_days = ret, .ret_n = ret_n};

        return sql_read(store, arena, log_count_verb, &call);
}
