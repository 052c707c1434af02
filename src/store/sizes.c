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

struct table_call {
        size_t table;
        struct table_size *ret;
};

/* Beyond this reading all pages would take minutes, for which a shut-down would wait. */
static const int64_t most_bytes = INT64_C(4) << 30;

/* SQLite tells the pages of a table and its indexes if it was built to. */
static enum err bytes_read(struct sql *sql, const char *name, int64_t *ret)
{
        struct sql_rows rows = {0}, space = {0};

        TRY(sql_run(sql, STATEMENT_TELLS_PAGES, NULL, 0, &rows));
        TRY(sql_run(sql, STATEMENT_SPACE, NULL, 0, &space));
        *ret = -1;
        if (!sql_get_integer(&rows, 0, 0) || sql_get_integer(&space, 0, 0) > most_bytes)
                return ERR_OK;
        TRY(SQL_RUN(sql, PAGES_OF, &rows, sql_text(slice_from_string(name))));
        *ret = sql_get_integer(&rows, 0, 0);
        return ERR_OK;
}

static enum err table_verb(struct sql *sql, void *argument)
{
        struct table_call *call = argument;
        struct table_size size;
        struct sql_rows rows = {0};

        TRY(sql_run(sql, tables[call->table].count, NULL, 0, &rows));
        size.n_rows = sql_get_integer(&rows, 0, 0);
        TRY(bytes_read(sql, tables[call->table].name, &size.n_bytes));
        *call->ret = size;
        return ERR_OK;
}

enum err store_table_size(struct op *op, size_t table, struct table_size *ret)
{
        struct table_call call = {table, ret};

        if (table >= ARRAY_SIZE(tables))
                return ERR_NO_ROW;
        return sql_read_call(op, table_verb, &call);
}

static enum err space_verb(struct sql *sql, void *argument)
{
        struct store_space *ret = argument;
        struct sql_rows rows = {0};

        TRY(sql_run(sql, STATEMENT_SPACE, NULL, 0, &rows));
        *ret = (struct store_space){.n_bytes = sql_get_integer(&rows, 0, 0),
                                    .n_free = sql_get_integer(&rows, 0, 1)};
        return ERR_OK;
}

enum err store_space(struct op *op, struct store_space *ret)
{
        return sql_read_call(op, space_verb, ret);
}
