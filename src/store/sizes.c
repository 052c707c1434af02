/* SPDX-License-Identifier: Apache-2.0
 *
 * How large the database and its tables are.
 */
#include "base/macros.h"
#include "store/open.h"
#include "store/sql.h"

static const struct {
        const char *name;
        enum statement count;
} tables[] = {
#define TABLE(name) {#name, STATEMENT_ROWS_OF_##name},
#include "store/tables.def"
#undef TABLE
};

const char *store_table_name(size_t table)
{
        return table < ARRAY_SIZE(tables) ? tables[table].name : NULL;
}

static enum err bytes_read(struct sql *sql, const char *name, int64_t *ret)
{
        struct sql_rows rows = {0};

        TRY(sql_run(sql, STATEMENT_TELLS_TABLE_BYTES, NULL, 0, &rows));
        if (!sql_get_integer(&rows, 0, 0)) {
                *ret = -1;
                return ERR_OK;
        }
        TRY(SQL_RUN(sql, TABLE_BYTES, &rows, sql_text(slice_from_string(name))));
        *ret = sql_get_integer(&rows, 0, 0);
        return ERR_OK;
}

READ(table_size, size_t, struct table_size)
{
        struct sql_rows rows = {0};

        if (*in >= ARRAY_SIZE(tables))
                return ERR_NO_ROW;
        TRY(sql_run(sql, tables[*in].count, NULL, 0, &rows));
        TRY(bytes_read(sql, tables[*in].name, &ret->n_bytes));
        ret->n_rows = sql_get_integer(&rows, 0, 0);
        return ERR_OK;
}

READ_ALL(space, struct store_space)
{
        struct sql_rows rows = {0};

        TRY(sql_run(sql, STATEMENT_SPACE, NULL, 0, &rows));
        *ret = (struct store_space){.n_bytes = sql_get_integer(&rows, 0, 0),
                                    .n_free = sql_get_integer(&rows, 0, 1)};
        return ERR_OK;
}
