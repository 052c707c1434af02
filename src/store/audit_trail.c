/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit trail as an operator reads it. Who looks for few of many rows chooses among them
 * himself: so a page costs the same whatever it is looked through for.
 */
#include "base/macros.h"
#include "store/operations.h"

static struct audit_row audit_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct audit_row){
                .at = sql_get_instant(rows, row, 0),
                .no = sql_get_integer(rows, row, 1),
                .action = sql_get_bytes(rows, row, 2),
                .outcome = sql_get_bytes(rows, row, 3),
                .account_id = sql_get_uuid(rows, row, 4),
                .client_id = sql_get_uuid(rows, row, 5),
                .subject_id = sql_get_uuid(rows, row, 6),
                .request_id = sql_get_bytes(rows, row, 7),
                .address = sql_get_bytes(rows, row, 8),
                .actor_id = sql_get_uuid(rows, row, 9),
        };
}

/* The same with the addresses of the two accounts. */
static struct audit_row audit_of_named_row(const struct sql_rows *rows, size_t row)
{
        struct audit_row entry = audit_of_row(rows, row);

        entry.email = sql_get_bytes(rows, row, 10);
        entry.actor_email = sql_get_bytes(rows, row, 11);
        return entry;
}

READ(audit_newest, struct list_page, struct audit_list)
{
        TRY(SQL_PAGE(sql, AUDIT_NEWEST, audit_of_named_row, ret, in, sql_cursor_down(&in->after),
                     sql_integer(sql_cursor_row(&in->after))));
        if (ret->is_cut) {
                const struct audit_row *last = &ret->items[ret->n - 1];

                ret->next = sql_cursor_of_row(last->at, last->no);
        }
        return ERR_OK;
}

READ(audit_list, struct audit_page, struct audit_list)
{
        return SQL_PAGE(sql, AUDIT_LIST, audit_of_row, ret, &in->page, sql_instant(in->from),
                        sql_integer(in->after), sql_instant(in->before));
}
