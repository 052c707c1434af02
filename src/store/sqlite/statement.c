/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements are prepared when they are first run, and kept with their connection.
 */
#include "base/macros.h"
#include "store/sqlite/connection.h"

/* What SQLite says in its own words. */
static const char *const own_texts[STATEMENT_COUNT] = {
#define STATEMENT(name, text) [STATEMENT_##name] = (text),
#include "store/sqlite/statements.def"
#undef STATEMENT
};

static enum err sqlite_prepare(struct sql_connection *connection, enum statement statement)
{
        const struct sql_statement_info *info = sql_statement_info(statement);
        sqlite3_stmt **prepared = &connection->prepared[statement];

        const char *text = info->text ? info->text : own_texts[statement];

        if (sqlite3_prepare_v3(connection->database, text, -1, SQLITE_PREPARE_PERSISTENT, prepared,
                               NULL) != SQLITE_OK ||
            (size_t)sqlite3_bind_parameter_count(*prepared) != strlen(info->parameters))
                return sqlite_fault(connection, info->name);
        return ERR_OK;
}

static bool sqlite_bind(sqlite3_stmt *prepared, int number, const struct sql_value *value)
{
        switch (value->kind) {
        case SQL_NULL:
                return sqlite3_bind_null(prepared, number) == SQLITE_OK;
        case SQL_INTEGER:
                return sqlite3_bind_int64(prepared, number, value->integer) == SQLITE_OK;
        case SQL_BLOB:
                return sqlite3_bind_blob64(prepared, number, value->bytes.data, value->bytes.size,
                                           SQLITE_STATIC) == SQLITE_OK;
        case SQL_TEXT:
                return sqlite3_bind_text64(prepared, number, (const char *)value->bytes.data,
                                           value->bytes.size, SQLITE_STATIC,
                                           SQLITE_UTF8) == SQLITE_OK;
        }
        return false;
}

static struct sql_value sqlite_column(sqlite3_stmt *prepared, int column, struct arena *arena)
{
        int kind = sqlite3_column_type(prepared, column);
        const void *bytes;
        size_t size;

        if (kind == SQLITE_INTEGER)
                return (struct sql_value){.kind = SQL_INTEGER,
                                          .integer = sqlite3_column_int64(prepared, column)};
        if (kind != SQLITE_BLOB && kind != SQLITE_TEXT)
                return (struct sql_value){.kind = SQL_NULL};
        bytes = sqlite3_column_blob(prepared, column);
        size = (size_t)sqlite3_column_bytes(prepared, column);
        return (struct sql_value){
                .kind = kind == SQLITE_BLOB ? SQL_BLOB : SQL_TEXT,
                .bytes = arena_copy(arena, slice_new(bytes ? bytes : "", size)),
        };
}

/* Rows come one by one; the array doubles as they do. */
static enum err sqlite_take_row(sqlite3_stmt *prepared, struct arena *arena, size_t *room,
                                struct sql_rows *rows)
{
        if (rows->n_rows == *room) {
                struct sql_value *more;

                *room = *room ? *room * 2 : 1;
                more = arena_array(arena, *room * rows->n_columns, struct sql_value);
                if (!more)
                        return ERR_OUT_OF_MEMORY;
                if (rows->n_rows)
                        memcpy(more, rows->values,
                               rows->n_rows * rows->n_columns * sizeof(more[0]));
                rows->values = more;
        }
        for (size_t i = 0; i < rows->n_columns; i++)
                rows->values[rows->n_rows * rows->n_columns + i] =
                        sqlite_column(prepared, (int)i, arena);
        rows->n_rows++;
        return arena_check(arena);
}

enum err sqlite_run(struct sql_connection *connection, enum statement statement,
                    const struct sql_values *values, struct arena *arena, struct sql_rows *ret)
{
        struct sql_rows rows = {.bytes_maximum = ret->bytes_maximum};
        size_t used = arena->used;
        sqlite3_stmt *prepared;
        enum err taken = ERR_OK;
        size_t room = 0;
        int code = SQLITE_ROW;

        if (!connection->prepared[statement])
                TRY(sqlite_prepare(connection, statement));
        prepared = connection->prepared[statement];
        rows.n_columns = (size_t)sqlite3_column_count(prepared);
        for (size_t i = 0; i < values->n; i++)
                if (!sqlite_bind(prepared, (int)i + 1, &values->items[i]))
                        code = SQLITE_NOMEM;
        while (code == SQLITE_ROW && taken == ERR_OK && !rows.is_cut) {
                code = sqlite3_step(prepared);
                if (code != SQLITE_ROW)
                        break;
                if (rows.n_rows && rows.bytes_maximum && arena->used - used >= rows.bytes_maximum)
                        rows.is_cut = true;
                else
                        taken = sqlite_take_row(prepared, arena, &room, &rows);
        }
        sqlite3_reset(prepared);
        sqlite3_clear_bindings(prepared);
        TRY(taken);
        if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
                return ERR_CONFLICT;
        if (code != SQLITE_DONE && !rows.is_cut)
                return sqlite_fault(connection, sql_statement_info(statement)->name);
        *ret = rows;
        return ERR_OK;
}
