/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit trail on its own, named values, and a sign of life.
 */
#include "base/macros.h"
#include "store/operations.h"

/* The entry is the whole of it, and has its outcome already. */
WRITE(audit_write, struct audit_entry)
{
        TRY(mail_notice_enter(sql, in->notice));
        return sql_audit_entry(sql, in);
}

void store_audit_write_then(struct op *op, const struct audit_entry *entry,
                            struct completion completion)
{
        struct audit_entry *copy = arena_new(op->arena, struct audit_entry);

        if (!copy) {
                completion.run(completion.context, ERR_OUT_OF_MEMORY);
                return;
        }
        *copy = *entry;
        sql_write_then(&(struct sql_work){.op = op, .body = audit_write_body, .in = copy},
                       completion);
}

/* --- named values --- */

READ(meta_get, char, struct slice)
{
        return SQL_ROW(sql, META_GET, sql_bytes_of_row, ret, sql_text(slice_from_string(in)));
}

WRITE_OUT(meta_put, struct named_value, struct slice)
{
        TRY(SQL_RUN(sql, META_PUT, NULL, sql_text(slice_from_string(in->name)),
                    sql_blob(in->value)));
        return meta_get(sql, in->name, ret);
}

WRITE(meta_replace, struct named_change)
{
        return SQL_RUN_ON_ROW(sql, META_REPLACE, NULL, sql_text(slice_from_string(in->name)),
                              sql_blob(in->was), sql_blob(in->value));
}

/* --- a sign of life --- */

READ_ALL(ping, struct instant)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, PING, &rows));
        *ret = sql_get_instant(&rows, 0, 0);
        return ERR_OK;
}
