/* SPDX-License-Identifier: Apache-2.0
 *
 * What happened with a developer's applications, counted by day. The exchange counts nothing: these
 * are rows of the audit trail, of which the older ones are counted here, a batch at a time, and the
 * newest ones whenever somebody asks (docs/decisions/0023).
 */
#include "base/macros.h"
#include "store/operations.h"

enum {
        COUNT_BATCH = 5000, /* rows of the audit trail */
        COUNT_LAG = 300,    /* seconds after which no row appears that is older */
};

/* --- counting --- */

/* Up to which instant the next batch goes; `from` if there is nothing to count. */
static enum err batch_end(struct sql *sql, int64_t *ret_from, int64_t *ret_up_to)
{
        int64_t before = instant_add_seconds(sql->op->now, -COUNT_LAG).ms, first, behind;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, EVENTS_NEXT, &rows, sql_integer(COUNT_BATCH)));
        *ret_from = *ret_up_to = sql_get_integer(&rows, 0, 0);
        first = sql_get_integer(&rows, 0, 1);
        behind = sql_get_integer(&rows, 0, 2);
        if (first >= before)
                return ERR_OK;
        if (behind == first) /* all of one millisecond */
                behind++;
        *ret_up_to = behind < before ? behind : before;
        return ERR_OK;
}

WRITE_ALL(events_count, bool)
{
        int64_t from, up_to;

        TRY(batch_end(sql, &from, &up_to));
        *ret = up_to > from;
        if (up_to <= from)
                return ERR_OK;
        TRY(SQL_RUN(sql, EVENTS_COUNT, NULL, sql_integer(from), sql_integer(up_to)));
        return SQL_RUN(sql, EVENTS_COUNTED, NULL, sql_integer(up_to));
}

/* --- looking --- */

static struct log_day day_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct log_day){
                .at = {sql_get_integer(rows, row, 0) * 86400000},
                .n_exchanges = sql_get_integer(rows, row, 1),
                .n_refusals = sql_get_integer(rows, row, 2),
                .n_failures = sql_get_integer(rows, row, 3),
        };
}

READ(log_days, struct log_filter, struct log_day_list)
{
        return SQL_LIST(sql, LOG_DAYS, day_of_row, ret, sql_uuid(&sql->op->account_id),
                        sql_instant(in->from), sql_instant(in->before),
                        sql_uuid_or_null(&in->client_id));
}

static struct failure_reason reason_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct failure_reason){sql_get_bytes(rows, row, 0), sql_get_integer(rows, row, 1)};
}

READ(failure_reasons, struct log_filter, struct failure_reason_list)
{
        return SQL_LIST(sql, FAILURE_REASONS, reason_of_row, ret, sql_uuid(&sql->op->account_id),
                        sql_instant(in->from), sql_instant(in->before),
                        sql_uuid_or_null(&in->client_id));
}
