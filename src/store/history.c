/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs that tell afterwards what was asked for and given.
 */
#include "base/macros.h"
#include "store/rows.h"

/* --- connected applications --- */

struct connection_list_call {
        const struct uuid *account_id;
        struct instant now;
        const struct list_page *page;
        struct connection **ret;
        size_t *ret_n;
        struct list_cursor *ret_next;
};

/* What is live of one connection. `bytes`: how much of its scopes may be read. */
static enum err connection_take_live(struct sql *sql, const struct connection_list_call *call,
                                     size_t bytes, struct connection *connection)
{
        struct sql_rows rows = {0}, scopes = {.bytes_maximum = bytes};
        int64_t end;

        TRY(SQL_RUN(sql, CONNECTION_LIVE, &rows, sql_uuid(call->account_id),
                    sql_uuid(&connection->client_row), sql_instant(call->now)));
        connection->n_live = sql_get_integer(&rows, 0, 0);
        if (connection->n_live == 0)
                return ERR_OK;
        end = sql_get_integer(&rows, 0, 1);
        connection->ends_at.ms = end == INT64_MAX ? 0 : end;
        connection->enforced_by = (enum enforced_by)sql_get_integer(&rows, 0, 2);
        TRY(SQL_RUN(sql, GRANT_SCOPES, &scopes, sql_uuid(call->account_id),
                    sql_uuid(&connection->client_row), sql_instant(call->now),
                    sql_integer(LIMIT_LIST + 1)));
        connection->scopes_are_cut = sql_page_trim(&scopes, LIMIT_LIST);
        connection->n_scopes = scopes.n_rows;
        return sql_column_slices(sql, &scopes, 0, &connection->scopes);
}

static struct connection connection_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct connection){
                .client_row = sql_get_uuid(rows, row, 0),
                .client_id = sql_get_uuid(rows, row, 1),
                .name = sql_get_bytes(rows, row, 2),
                .description = sql_get_bytes(rows, row, 3),
                .developer_name = sql_get_bytes(rows, row, 4),
                .first_at = sql_get_instant(rows, row, 5),
                .last_at = sql_get_instant(rows, row, 6),
                .n_requests = sql_get_integer(rows, row, 7),
                .enforced_by = (enum enforced_by)sql_get_integer(rows, row, 8),
                .n_pending = sql_get_integer(rows, row, 9),
                .n_failed = sql_get_integer(rows, row, 10),
        };
}

static enum err connection_rows(struct sql *sql, const struct connection_list_call *call,
                                struct sql_rows *ret)
{
        const struct list_cursor *after = &call->page->after;
        bool is_first = list_cursor_is_none(after);

        return SQL_RUN(sql, CONNECTIONS, ret, sql_uuid(call->account_id),
                       sql_integer(is_first ? INT64_MAX : after->number), sql_uuid(&after->id),
                       sql_integer(call->page->limit + 1));
}

/* All connections of a page share the bytes it may have; the one that uses them up is its last. */
static enum err connection_list_verb(struct sql *sql, void *argument)
{
        const struct connection_list_call *call = argument;
        size_t began = sql->arena->used, used = 0, n = 0;
        struct sql_rows rows = SQL_PAGE_ROWS;
        struct list_cursor next = {0};
        struct connection *connections;
        bool has_more;

        TRY(connection_rows(sql, call, &rows));
        has_more = sql_page_trim(&rows, call->page->limit);
        connections = arena_array(sql->arena, rows.n_rows, struct connection);
        if (!connections)
                return ERR_OUT_OF_MEMORY;
        for (; n < rows.n_rows && used < LIMIT_LIST_BYTES; n++) {
                connections[n] = connection_of_row(&rows, n);
                TRY(connection_take_live(sql, call, LIMIT_LIST_BYTES - used, &connections[n]));
                used = sql->arena->used - began;
        }
        if (n && (has_more || n < rows.n_rows))
                next = (struct list_cursor){connections[n - 1].last_at.ms,
                                            connections[n - 1].client_row};
        *call->ret = connections;
        *call->ret_n = n;
        if (call->ret_next)
                *call->ret_next = next;
        return ERR_OK;
}

enum err store_connection_list(struct op *op, const struct uuid *account_id, struct instant now,
                               const struct list_page *page, struct connection **ret, size_t *ret_n,
                               struct list_cursor *ret_next)
{
        struct connection_list_call call = {account_id, now, page, ret, ret_n, ret_next};

        return sql_read_call(op, connection_list_verb, &call);
}

/* --- requests --- */

/* Where a list of requests begins, which goes from the greatest number down. */
static int64_t cursor_before(const struct list_cursor *cursor)
{
        return list_cursor_is_none(cursor) ? INT64_MAX : cursor->number;
}

/* What came out of a page of requests. */
struct history_page {
        const struct list_page *page;
        struct history_entry **ret;
        size_t *ret_n;
        struct list_cursor *ret_next;
};

static enum err history_take(struct sql *sql, struct sql_rows *rows,
                             const struct history_page *page)
{
        bool has_more = sql_page_trim(rows, page->page->limit);
        struct history_entry *entries = arena_array(sql->arena, rows->n_rows, struct history_entry);
        struct list_cursor next = {0};

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
                        .no = sql_get_integer(rows, i, 11),
                };
        if (has_more)
                next.number = entries[rows->n_rows - 1].no;
        *page->ret = entries;
        *page->ret_n = rows->n_rows;
        if (page->ret_next)
                *page->ret_next = next;
        return ERR_OK;
}

struct history_list_call {
        const struct uuid *account_id;
        const struct uuid *client_row;
        struct instant now;
        struct history_page page;
};

static enum err history_list_verb(struct sql *sql, void *argument)
{
        const struct history_list_call *call = argument;
        const struct list_page *page = call->page.page;
        struct sql_rows rows = SQL_PAGE_ROWS;

        TRY(SQL_RUN(sql, HISTORY, &rows, sql_uuid(call->account_id), sql_uuid(call->client_row),
                    sql_instant(call->now), sql_integer(cursor_before(&page->after)),
                    sql_integer(page->limit + 1)));
        return history_take(sql, &rows, &call->page);
}

enum err store_history_list(struct op *op, const struct uuid *account_id,
                            const struct uuid *client_row, struct instant now,
                            const struct list_page *page, struct history_entry **ret, size_t *ret_n,
                            struct list_cursor *ret_next)
{
        struct history_list_call call = {account_id, client_row, now, {page, ret, ret_n, ret_next}};

        return sql_read_call(op, history_list_verb, &call);
}

/* --- what a developer's applications asked for --- */

struct log_list_call {
        const struct log_filter *filter;
        int64_t offset;
        struct history_page page;
};

static enum err log_list_verb(struct sql *sql, void *argument)
{
        const struct log_list_call *call = argument;
        const struct list_page *page = call->page.page;
        const struct log_filter *filter = call->filter;
        struct sql_rows rows = {.bytes_maximum = page->bytes ? page->bytes : LIMIT_LIST_BYTES};

        TRY(SQL_RUN(sql, LOG_LIST, &rows, sql_uuid(&filter->account_id), sql_instant(filter->now),
                    sql_instant(filter->from), sql_instant(filter->before),
                    sql_uuid_or_null(&filter->client_id), sql_integer(filter->state),
                    sql_integer(page->limit + 1), sql_integer(call->offset),
                    sql_integer(cursor_before(&page->after))));
        return history_take(sql, &rows, &call->page);
}

enum err store_log_list(struct op *op, const struct log_filter *filter,
                        const struct list_page *page, int64_t offset, struct history_entry **ret,
                        size_t *ret_n, struct list_cursor *ret_next)
{
        struct log_list_call call = {filter, offset, {page, ret, ret_n, ret_next}};

        return sql_read_call(op, log_list_verb, &call);
}

struct log_call {
        const struct log_filter *filter;
        size_t *ret_n;
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

static enum err log_states_verb(struct sql *sql, void *argument)
{
        const struct log_call *call = argument;

        return states_count(sql, call->filter, call->ret_states);
}

enum err store_log_states(struct op *op, const struct log_filter *filter,
                          int64_t ret_states[REQUEST_STATES])
{
        struct log_call call = {.filter = filter, .ret_states = ret_states};

        return sql_read_call(op, log_states_verb, &call);
}

enum err store_log_count(struct op *op, const struct log_filter *filter,
                         int64_t ret_states[REQUEST_STATES], struct log_day **ret, size_t *ret_n)
{
        struct log_call call = {
                .filter = filter, .ret_states = ret_states, .ret_days = ret, .ret_n = ret_n};

        return sql_read_call(op, log_count_verb, &call);
}
