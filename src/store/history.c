/* SPDX-License-Identifier: Apache-2.0
 *
 * What was asked for and given: a user's applications, and the log of a developer's.
 */
#include "base/macros.h"
#include "store/operations.h"

/* --- connected applications --- */

READ(grant_scopes, struct uuid, struct scope_list)
{
        const struct list_page page = {.limit = LIMIT_LIST};

        return SQL_PAGE(sql, GRANT_SCOPES, sql_bytes_of_row, ret, &page,
                        sql_uuid(&sql->op->account_id), sql_uuid(in), sql_instant(sql->op->now));
}

static struct permission permission_of_row(const struct sql_rows *rows, size_t row)
{
        int64_t end = sql_get_integer(rows, row, 3);

        return (struct permission){
                .scope = sql_get_bytes(rows, row, 0),
                .project_id = sql_get_uuid(rows, row, 1),
                .issued_at = sql_get_instant(rows, row, 2),
                .ends_at = {end == INT64_MAX ? 0 : end},
                .renewable_until = sql_get_instant(rows, row, 4),
        };
}

/* Of what its newest approval gave; if anything is live, that says it. */
static enum err connection_take_enforced(struct sql *sql, struct connection *connection)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CONNECTION_ENFORCED, &rows, sql_integer(connection->newest_no)));
        if (rows.n_rows)
                connection->enforced_by = (enum enforced_by)sql_get_integer(&rows, 0, 0);
        return ERR_OK;
}

/* Whether and until when it can get new grants without asking. */
static enum err connection_take_renewal(struct sql *sql, struct connection *connection)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CONNECTION_RENEWABLE, &rows, sql_uuid(&sql->op->account_id),
                    sql_uuid(&connection->client_row), sql_instant(sql->op->now)));
        connection->renewable_until = sql_get_instant(&rows, 0, 0);
        connection->renewed_at = sql_get_instant(&rows, 0, 1);
        return ERR_OK;
}

/* What is live of one connection. `bytes`: how much of its permissions may be read. */
static enum err connection_take_live(struct sql *sql, size_t bytes, struct connection *connection)
{
        const struct list_page page = {.limit = LIMIT_LIST, .bytes = bytes};
        struct permission_list permissions;
        struct sql_rows rows = {0};
        int64_t end;

        TRY(connection_take_enforced(sql, connection));
        TRY(connection_take_renewal(sql, connection));
        TRY(SQL_RUN(sql, CONNECTION_LIVE, &rows, sql_uuid(&sql->op->account_id),
                    sql_uuid(&connection->client_row), sql_instant(sql->op->now)));
        connection->n_live = sql_get_integer(&rows, 0, 0);
        connection->ends_at = connection->renewable_until;
        if (connection->n_live == 0 && !connection->renewable_until.ms)
                return ERR_OK;
        end = sql_get_integer(&rows, 0, 1);
        if (end > connection->ends_at.ms)
                connection->ends_at.ms = end == INT64_MAX ? 0 : end;
        if (connection->n_live)
                connection->enforced_by = (enum enforced_by)sql_get_integer(&rows, 0, 2);
        TRY(SQL_PAGE(sql, CONNECTION_PERMISSIONS, permission_of_row, &permissions, &page,
                     sql_uuid(&sql->op->account_id), sql_uuid(&connection->client_row),
                     sql_instant(sql->op->now)));
        connection->permissions = permissions.items;
        connection->n_permissions = permissions.n;
        connection->permissions_are_cut = permissions.is_cut;
        return ERR_OK;
}

static struct connection connection_of_row(const struct sql_rows *rows, size_t row)
{
        struct uuid developer = sql_get_uuid(rows, row, 5);

        return (struct connection){
                .client_row = sql_get_uuid(rows, row, 0),
                .client_id = sql_get_uuid(rows, row, 1),
                .name = sql_get_bytes(rows, row, 2),
                .description = sql_get_bytes(rows, row, 3),
                .developer_name = sql_get_bytes(rows, row, 4),
                .is_self_registered = uuid_equal(&developer, account_of_nobody()),
                .first_at = sql_get_instant(rows, row, 6),
                .last_at = sql_get_instant(rows, row, 7),
                .n_requests = sql_get_integer(rows, row, 8),
                .n_pending = sql_get_integer(rows, row, 9),
                .n_failed = sql_get_integer(rows, row, 10),
                .document = sql_get_bytes(rows, row, 11),
                .is_gone = sql_get_integer(rows, row, 12) != 0,
                .newest_no = sql_get_integer(rows, row, 13),
                .redirect_uri = sql_get_bytes(rows, row, 14),
        };
}

/* All connections of a page share the bytes it may have; the one that uses them up is its last.
 * Those that are gone are looked at and left out. */
READ(connection_list, struct list_page, struct connection_list)
{
        const struct list_cursor *after = &in->after;
        size_t began = sql->arena->used, used = 0, n = 0, i = 0;

        TRY(SQL_PAGE(sql, CONNECTIONS, connection_of_row, ret, in, sql_uuid(&sql->op->account_id),
                     sql_cursor_down(after), sql_uuid(&after->id)));
        for (; i < ret->n && used < LIMIT_LIST_BYTES; i++) {
                struct connection *connection = &ret->items[i];

                ret->next = (struct list_cursor){connection->last_at.ms, connection->client_row};
                if (connection->is_gone)
                        continue;
                TRY(connection_take_live(sql, LIMIT_LIST_BYTES - used, connection));
                used = sql->arena->used - began;
                ret->items[n++] = *connection;
        }
        ret->is_cut = ret->is_cut || i < ret->n;
        if (!ret->is_cut)
                ret->next = (struct list_cursor){0};
        ret->n = n;
        return ERR_OK;
}

/* --- requests --- */

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

static enum err history_end(struct history_list *list)
{
        if (list->is_cut)
                list->next.number = list->items[list->n - 1].no;
        return ERR_OK;
}

READ(history_list, struct history_query, struct history_list)
{
        TRY(SQL_PAGE(sql, HISTORY, entry_of_row, ret, &in->page, sql_uuid(&sql->op->account_id),
                     sql_uuid(&in->client_row), sql_instant(sql->op->now),
                     sql_cursor_down(&in->page.after)));
        return history_end(ret);
}

/* --- what a developer's applications asked for --- */

enum {
        LOG_LOOK = 10000,      /* requests that a page looks at for those of a state */
        CLOCKS_DIFFER = 60000, /* ms, of two nodes */
};

/* The number of the first request that was made then or later, found by halves. */
static enum err number_at(struct sql *sql, int64_t ms, int64_t *ret)
{
        int64_t low = 0, high;

        TRY(SQL_INTEGER_OF(sql, REQUEST_LAST, &high));
        high++;
        while (low < high) {
                int64_t middle = low + (high - low) / 2;
                struct sql_rows rows = {0};

                TRY(SQL_RUN(sql, REQUEST_FROM, &rows, sql_integer(middle)));
                if (rows.n_rows == 0 || sql_get_integer(&rows, 0, 1) >= ms)
                        high = middle;
                else
                        low = sql_get_integer(&rows, 0, 0) + 1;
        }
        *ret = low;
        return ERR_OK;
}

/* Numbers of the requests that a filter may let through. */
struct number_range {
        int64_t first, end;
};

static enum err range_of(struct sql *sql, const struct log_filter *filter, struct number_range *ret)
{
        struct number_range range = {0, INT64_MAX};

        if (filter->from.ms > 0)
                TRY(number_at(sql, filter->from.ms - CLOCKS_DIFFER, &range.first));
        if (filter->before.ms < sql->op->now.ms)
                TRY(number_at(sql, filter->before.ms + CLOCKS_DIFFER, &range.end));
        *ret = range;
        return ERR_OK;
}

/* Where a page goes on that has looked at all it may and is not full. */
static enum err log_look_on(struct sql *sql, const struct log_filter *filter,
                            const struct number_range *range, struct history_list *list)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, LOG_SPAN, &rows, sql_uuid(&sql->op->account_id), sql_instant(filter->from),
                    sql_instant(filter->before), sql_uuid_or_null(&filter->client_id),
                    sql_integer(range->first), sql_integer(range->end), sql_integer(LOG_LOOK)));
        list->is_cut = sql_get_integer(&rows, 0, 0) == LOG_LOOK;
        if (list->is_cut)
                list->next.number = sql_get_integer(&rows, 0, 1);
        return ERR_OK;
}

READ(log_list, struct log_query, struct history_list)
{
        const struct log_filter *filter = &in->filter;
        bool is_sought = filter->state >= 0;
        struct number_range range;

        TRY(range_of(sql, filter, &range));
        if (!list_cursor_is_none(&in->page.after) && in->page.after.number < range.end)
                range.end = in->page.after.number;
        TRY(SQL_PAGE(sql, LOG_LIST, entry_of_row, ret, &in->page, sql_uuid(&sql->op->account_id),
                     sql_instant(filter->from), sql_instant(filter->before),
                     sql_uuid_or_null(&filter->client_id), sql_integer(range.first),
                     sql_integer(range.end),
                     sql_integer(is_sought ? LOG_LOOK : in->offset + in->page.limit + 1),
                     sql_instant(sql->op->now), sql_integer(filter->state),
                     sql_integer(in->offset)));
        if (is_sought && !ret->is_cut)
                return log_look_on(sql, filter, &range, ret);
        return history_end(ret);
}

READ(log_states, struct log_filter, struct state_counts)
{
        int64_t most = in->most ? in->most : LOG_COUNTED, n_all = 0;
        struct number_range range;
        struct sql_rows rows = {0};

        TRY(range_of(sql, in, &range));
        TRY(SQL_RUN(sql, LOG_STATES, &rows, sql_uuid(&sql->op->account_id), sql_instant(in->from),
                    sql_instant(in->before), sql_uuid_or_null(&in->client_id),
                    sql_integer(range.first), sql_integer(range.end), sql_integer(most),
                    sql_instant(sql->op->now)));
        *ret = (struct state_counts){0};
        for (size_t i = 0; i < rows.n_rows; i++) {
                int64_t state = sql_get_integer(&rows, i, 0), n = sql_get_integer(&rows, i, 1);

                n_all += n;
                if (state >= 0 && state < REQUEST_STATES)
                        ret->of[state] = n;
        }
        ret->is_cut = n_all == most;
        return ERR_OK;
}
