/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on sealed values, for putting them under another key.
 */
#include "base/macros.h"
#include "store/sql.h"

struct column {
        enum statement list, replace;
};

/* Where the values of a purpose stand. The known value is a named one. */
static const struct column *column_of(enum seal_purpose purpose)
{
        static const struct column columns[] = {
                [SEAL_CLIENT_SECRET] = {STATEMENT_SEALED_CLIENT_SECRETS,
                                        STATEMENT_RESEAL_CLIENT_SECRET},
                [SEAL_API_KEY] = {STATEMENT_SEALED_API_KEYS, STATEMENT_RESEAL_API_KEY},
                [SEAL_PROJECT_SECRET] = {STATEMENT_SEALED_PROJECT_SECRETS,
                                         STATEMENT_RESEAL_PROJECT_SECRET},
                [SEAL_CAVEAT] = {STATEMENT_SEALED_CAVEATS, STATEMENT_RESEAL_CAVEAT},
                [SEAL_TAIL] = {STATEMENT_SEALED_TAILS, STATEMENT_RESEAL_TAIL},
        };

        return purpose < ARRAY_SIZE(columns) ? &columns[purpose] : NULL;
}

struct sealed_list_call {
        enum seal_purpose purpose;
        struct slice key_id;
        const struct uuid *after;
        struct sealed_value **ret;
        size_t *ret_n;
};

static enum err sealed_list_verb(struct sql *sql, void *argument)
{
        const struct sealed_list_call *call = argument;
        const struct column *column = column_of(call->purpose);
        struct sql_value values[] = {sql_blob(call->key_id), sql_uuid(call->after),
                                     sql_integer(LIMIT_CLEANUP)};
        struct sealed_value *found;
        struct sql_rows rows = {0};

        if (!column)
                return ERR_INTERNAL;
        TRY(sql_run(sql, column->list, values, ARRAY_SIZE(values), &rows));
        found = arena_array(sql->arena, rows.n_rows, struct sealed_value);
        if (!found)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                found[i] = (struct sealed_value){.row = sql_get_uuid(&rows, i, 0),
                                                 .sealed = sql_get_bytes(&rows, i, 1)};
        *call->ret = found;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err store_sealed_list(struct op *op, enum seal_purpose purpose, struct slice key_id,
                           const struct uuid *after, struct sealed_value **ret, size_t *ret_n)
{
        struct sealed_list_call call = {purpose, key_id, after, ret, ret_n};

        return sql_read_call(op, sealed_list_verb, &call);
}

struct sealed_replace_call {
        enum seal_purpose purpose;
        const struct sealed_value *values;
        size_t n;
};

static enum err sealed_replace_verb(struct sql *sql, void *argument)
{
        const struct sealed_replace_call *call = argument;
        const struct column *column = column_of(call->purpose);

        if (!column)
                return ERR_INTERNAL;
        for (size_t i = 0; i < call->n; i++) {
                struct sql_value values[] = {sql_uuid(&call->values[i].row),
                                             sql_blob(call->values[i].sealed),
                                             sql_blob(call->values[i].anew)};

                TRY(sql_run(sql, column->replace, values, ARRAY_SIZE(values), NULL));
        }
        return ERR_OK;
}

enum err store_sealed_replace(struct op *op, enum seal_purpose purpose,
                              const struct sealed_value *values, size_t n)
{
        struct sealed_replace_call call = {purpose, values, n};

        return sql_write_call(op, sealed_replace_verb, &call);
}
