/* SPDX-License-Identifier: Apache-2.0
 *
 * House-keeping verbs: the audit trail on its own, named values, a sign of life.
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

struct meta_call {
        struct slice name;
        struct slice value;
        struct slice *ret;
};

static enum err meta_get_verb(struct sql *sql, void *argument)
{
        struct meta_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, META_GET, &rows, sql_text(call->name)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *call->ret = sql_get_bytes(&rows, 0, 0);
        return ERR_OK;
}

static enum err meta_put_verb(struct sql *sql, void *argument)
{
        struct meta_call *call = argument;

        TRY(SQL_RUN(sql, META_PUT, NULL, sql_text(call->name), sql_blob(call->value)));
        return meta_get_verb(sql, call);
}

enum err store_meta_get(struct op *op, const char *name, struct slice *ret)
{
        struct meta_call call = {slice_from_string(name), {0}, ret};

        return sql_read_call(op, meta_get_verb, &call);
}

enum err store_meta_put(struct op *op, const char *name, struct slice value, struct slice *ret)
{
        struct meta_call call = {slice_from_string(name), value, ret};

        return sql_write_call(op, meta_put_verb, &call);
}

struct meta_replace_call {
        struct slice name, was, value;
};

static enum err meta_replace_verb(struct sql *sql, void *argument)
{
        const struct meta_replace_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, META_REPLACE, &rows, sql_text(call->name), sql_blob(call->was),
                    sql_blob(call->value)));
        return rows.n_rows ? ERR_OK : ERR_NO_ROW;
}

enum err store_meta_replace(struct op *op, const char *name, struct slice was, struct slice value)
{
        struct meta_replace_call call = {slice_from_string(name), was, value};

        return sql_write_call(op, meta_replace_verb, &call);
}

static enum err ping_verb(struct sql *sql, void *argument)
{
        (void)argument;
        return sql_run(sql, STATEMENT_PING, NULL, 0, NULL);
}

enum err store_ping(struct op *op)
{
        return sql_read_call(op, ping_verb, NULL);
}
