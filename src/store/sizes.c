/* SPDX-License-Identifier: Apache-2.0
 *
 * How large the database and its tables are, and how its server is.
 */
#include "base/macros.h"
#include "store/open.h"
#include "store/sql.h"

static const struct {
        const char *name;
        enum statement count;
} tables[] = {
#define TABLE(name, ...) {#name, STATEMENT_ROWS_OF_##name},
#include "store/tables.def"
};

const char *store_table_name(size_t table)
{
        return table < ARRAY_SIZE(tables) ? tables[table].name : NULL;
}

static enum err bytes_read(struct sql *sql, const char *name, int64_t *ret)
{
        int64_t is_told;

        TRY(SQL_INTEGER_OF(sql, TELLS_TABLE_BYTES, &is_told));
        if (is_told)
                return SQL_INTEGER_OF(sql, TABLE_BYTES, ret, sql_text(slice_from_string(name)));
        *ret = -1;
        return ERR_OK;
}

READ(table_size, size_t, struct table_size)
{
        if (*in >= ARRAY_SIZE(tables))
                return ERR_NO_ROW;
        TRY(sql_integer_of(sql, tables[*in].count, NULL, 0, &ret->n_rows));
        return bytes_read(sql, tables[*in].name, &ret->n_bytes);
}

static struct store_space space_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct store_space){.n_bytes = sql_get_integer(rows, row, 0),
                                    .n_free = sql_get_integer(rows, row, 1)};
}

READ_ALL(space, struct store_space)
{
        return SQL_ROW(sql, SPACE, space_of_row, ret);
}

static int64_t number_or_none(const struct sql_rows *rows, size_t column)
{
        return sql_at(rows, 0, column)->kind == SQL_NULL ? -1 : sql_get_integer(rows, 0, column);
}

READ_ALL(state, struct store_state)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, STATE, &rows));
        *ret = (struct store_state){.is_writable = sql_get_integer(&rows, 0, 0),
                                    .n_standbys = number_or_none(&rows, 1),
                                    .standby_lag = number_or_none(&rows, 2),
                                    .partitions_end = number_or_none(&rows, 3)};
        return ERR_OK;
}
