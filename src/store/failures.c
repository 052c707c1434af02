/* SPDX-License-Identifier: Apache-2.0
 *
 * Failed exchanges, for the developer of the application. They are rows of the audit trail, so
 * writing one costs nothing more, and what bounds those bounds these.
 */
#include "base/macros.h"
#include "store/operations.h"

static struct exchange_failure failure_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct exchange_failure){
                .at = sql_get_instant(rows, row, 0),
                .no = sql_get_integer(rows, row, 1),
                .outcome = sql_get_bytes(rows, row, 2),
                .request_id = sql_get_bytes(rows, row, 3),
        };
}

READ(failure_list, struct exchange_failure_query, struct exchange_failure_list)
{
        const struct log_filter *filter = &in->filter;
        const struct list_cursor *after = &in->page.after;

        TRY(SQL_PAGE(sql, FAILURE_LIST, failure_of_row, ret, &in->page,
                     sql_uuid(&sql->op->account_id), sql_uuid(&filter->client_id),
                     sql_instant(filter->from), sql_instant(filter->before), sql_cursor_down(after),
                     sql_integer(sql_cursor_row(after))));
        if (ret->is_cut) {
                const struct exchange_failure *last = &ret->items[ret->n - 1];

                ret->next = sql_cursor_of_row(last->at, last->no);
        }
        return ERR_OK;
}
