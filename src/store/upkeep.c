/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit trail on its own, named values, and a sign of life.
 */
#include "base/macros.h"
#include "store/sql.h"

/* The entry is the whole of it, and has its outcome already. */
WRITE(audit_write, struct audit_entry)
{
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
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, META_GET, &rows, sql_text(slice_from_string(in))));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *ret = sql_get_bytes(&rows, 0, 0);
        return ERR_OK;
}

WRITE_OUT(meta_put, struct named_value, struct slice)
{
        TRY(SQL_RUN(sql, META_PUT, NULL, sql_text(slice_from_string(in->name)),
                    sql_blob(in->value)));
        return meta_get(sql, in->name, ret);
}

WRITE(meta_replace, struct named_change)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, META_REPLACE, &rows, sql_text(slice_from_string(in->name)),
                    sql_blob(in->was), sql_blob(in->value)));
        return rows.n_rows ? ERR_OK : ERR_NO_ROW;
}

/* --- a sign of life --- */

static enum err ping(struct sql *sql, const void *in, void *ret)
{
        (void)in;
        (void)ret;
        return sql_run(sql, STATEMENT_PING, NULL, 0, NULL);
}

enum err store_ping(struct op *op)
{
        return sql_read(&(struct sql_work){.op = op, .body = ping});
}
