/* SPDX-License-Identifier: Apache-2.0
 *
 * What was asked for and given: a user's applications, and the log of a developer's.
 */
#include "base/macros.h"
#include "store/deliveries.h"

/* --- connected applications --- */

/* What is live of one connection. `bytes`: how much of its scopes may be read. */
static enum err connection_take_live(struct sql *sql, size_t bytes, struct connection *connection)
{
        struct sql_value account = sql_uuid(&sql->op->account_id), now = sql_instant(sql->op->now);
        struct sql_rows rows = {0}, scopes = {.bytes_maximum = bytes};
        int64_t end;

        TRY(SQL_RUN(sql, CONNECTION_LIVE, &rows, account, sql_uuid(&connection->client_row), now));
        connection->n_live = sql_get_integer(&rows, 0, 0);
        if (connection->n_live == 0)
                return ERR_OK;
        end = sql_get_integer(&rows, 0, 1);
        connection->ends_at.ms = end == INT64_MAX ? 0 : end;
        connection->enforced_by = (enum enforced_by)sql_get_integer(&rows, 0, 2);
        TRY(SQL_RUN(sql, GRANT_SCOPES, &scopes, account, sql_uuid(&connection->client_row), now,
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

/* All connections of a page share the bytes it may have; the one that uses them up is its last. */
READ(connection_list, struct list_page, struct connection_list)
{
        const struct list_cursor *after = &in->after;
        int64_t last_at = list_cursor_is_none(after) ? INT64_MAX : after->number;
        size_t began = sql->arena->used, used = 0, n = 0;
        struct sql_rows rows = SQL_PAGE_ROWS;

        TRY(SQL_RUN(sql, CONNECTIONS, &rows, sql_uuid(&sql->op->account_id), sql_integer(last_at),
                    sql_uuid(&after->id), sql_integer(in->limit + 1)));
        sql_page_trim(&rows, in->limit);
        TRY(SQL_LIST(sql, &rows, connection_of_row, ret));
        for (; n < ret->n && used < LIMIT_LIST_BYTES; n++) {
                TRY(connection_take_live(sql, LIMIT_LIST_BYTES - used, &ret->items[n]));
                used = sql->arena->used - began;
        }
        ret->is_cut = ret->is_cut || n < ret->n;
        ret->n = n;
        if (n && ret->is_cut)
                ret->next = (struct list_cursor){ret->items[n - 1].last_at.ms,
                                                 ret->items[n - 1].client_row};
        return ERR_OK;
}

/* --- requests --- */

/* Where a list of requests begins, which goes from the greatest number down. */
static int64_t cursor_before(const struct list_cursor *cursor)
{
        return list_cursor_is_none(cursor) ? INT64_MAX : cursor->number;
}

static struct history_entry entry_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct history_entry){
                .request_id = sql_get_uuid(rows, row, 0),
                .client_id = sql_get_uuid(rows, row, 1),
                .account_id = sql_get_uuid(rows, row, 2),
                .scope = sql_get_bytes(rows, row, 3),
                .state = (enum request_state)sql_get_integer(rows, row, 4),
                .created_at = sql_get_instant(rows, row, 5),
                .decided_at = sql_get_instant(rows, row, 6),
                .exchanged_at = sql_get_instant(rows, row, 7),
                .delivery = delivery_of_row(rows, row, 8),
                .no = sql_get_integer(rows, row, 11),
        };
}

static enum err history_take(struct sql *sql, struct sql_rows *rows, int64_t limit,
                             struct history_list *ret)
{
        bool has_more = sql_page_trim(rows, limit);

        TRY(SQL_LIST(sql, rows, entry_of_row, ret));
        if (has_more)
                ret->next.number = ret->items[ret->n - 1].no;
        return ERR_OK;
}

READ(history_list, struct history_query, struct history_list)
{
        struct sql_rows rows = SQL_PAGE_ROWS;

        TRY(SQL_RUN(sql, HISTORY, &rows, sql_uuid(&sql->op->account_id), sql_uuid(&in->client_row),
                    sql_instant(sql->op->now), sql_integer(cursor_before(&in->page.after)),
                    sql_integer(in->page.limit + 1)));
        return history_take(sql, &rows, in->page.limit, ret);
}

/* --- what a developer's applications asked for --- */

READ(log_list, struct log_query, struct history_list)
{
        const struct log_filter *filter = &in->filter;
        struct sql_rows rows = {.bytes_maximum =
                                        in->page.bytes ? in->page.bytes : LIMIT_LIST_BYTES};

        TRY(SQL_RUN(sql, LOG_LIST, &rows, sql_uuid(&sql->op->account_id), sql_instant(sql->op->now),
                    sql_instant(filter->from), sql_instant(filter->before),
                    sql_uuid_or_null(&filter->client_id), sql_integer(filter->state),
                    sql_integer(in->page.limit + 1), sql_integer(in->offset),
                    sql_integer(cursor_before(&in->page.after))));
        return history_take(sql, &rows, in->page.limit, ret);
}

READ(log_states, struct log_filter, struct state_counts)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, LOG_STATES, &rows, sql_uuid(&sql->op->account_id),
                    sql_instant(sql->op->now), sql_instant(in->from), sql_instant(in->before),
                    sql_uuid_or_null(&in->client_id)));
        *ret = (struct state_counts){0};
        for (size_t i = 0; i < rows.n_rows; i++) {
                int64_t state = sql_get_integer(&rows, i, 0);

                if (state >= 0 && state < REQUEST_STATES)
                        ret->of[state] = sql_get_integer(&rows, i, 1);
        }
        return ERR_OK;
}

/* The newest days come first, and out last. */
static struct log_day day_of_row(const struct sql_rows *rows, size_t row)
{
        size_t from_end = rows->n_rows - 1 - row;

        return (struct log_day){
                .at = {sql_get_integer(rows, from_end, 0) * 86400000},
                .n_exchanges = sql_get_integer(rows, from_end, 1),
                .n_refusals = sql_get_integer(rows, from_end, 2),
        };
}

READ(log_days, struct log_filter, struct log_day_list)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, LOG_DAYS, &rows, sql_uuid(&sql->op->account_id), sql_instant(in->from),
                    sql_instant(in->before), sql_uuid_or_null(&in->client_id)));
        return SQL_LIST(sql, &rows, day_of_row, ret);
}
