/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealed values, for putting them under another key.
 */
#include "base/macros.h"
#include "store/sql.h"

struct column {
        enum statement list, replace;
};

/* Where the values of a purpose are. The known value is a named one. */
static const struct column *column_of(enum seal_purpose purpose)
{
        static const struct column columns[] = {
                [SEAL_CLIENT_SECRET] = {STATEMENT_SEALED_CLIENT_SECRETS,
                                        STATEMENT_REKEY_CLIENT_SECRET},
                [SEAL_API_KEY] = {STATEMENT_SEALED_API_KEYS, STATEMENT_REKEY_API_KEY},
                [SEAL_PROJECT_SECRET] = {STATEMENT_SEALED_PROJECT_SECRETS,
                                         STATEMENT_REKEY_PROJECT_SECRET},
                [SEAL_CAVEAT] = {STATEMENT_SEALED_CAVEATS, STATEMENT_REKEY_CAVEAT},
                [SEAL_TOTP] = {STATEMENT_SEALED_TOTP, STATEMENT_REKEY_TOTP},
                [SEAL_TAIL] = {STATEMENT_SEALED_TAILS, STATEMENT_REKEY_TAIL},
        };

        return purpose < ARRAY_SIZE(columns) ? &columns[purpose] : NULL;
}

static struct sealed_value sealed_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct sealed_value){.row = sql_get_uuid(rows, row, 0),
                                     .sealed = sql_get_bytes(rows, row, 1)};
}

READ(sealed_list, struct sealed_page, struct sealed_list)
{
        const struct column *column = column_of(in->purpose);
        struct sql_rows rows = {0};

        if (!column)
                return ERR_INTERNAL;
        TRY(sql_run(
                sql, column->list,
                SQL_VALUES(sql_blob(in->key_id), sql_uuid(&in->after), sql_integer(LIMIT_CLEANUP)),
                &rows));
        return SQL_ROWS_LIST(sql, &rows, sealed_of_row, ret);
}

WRITE(sealed_replace, struct rekeyed_values)
{
        const struct column *column = column_of(in->purpose);

        if (!column)
                return ERR_INTERNAL;
        for (size_t i = 0; i < in->n; i++)
                TRY(sql_run(sql, column->replace,
                            SQL_VALUES(sql_uuid(&in->items[i].row), sql_blob(in->items[i].sealed),
                                       sql_blob(in->items[i].rekeyed)),
                            NULL));
        return ERR_OK;
}
