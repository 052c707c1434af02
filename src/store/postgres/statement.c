/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements are prepared when they are first run on a connection, or sent without a name each time
 * (pooler.c). Values are sent and returned in binary.
 */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/macros.h"
#include "store/postgres/connection.h"

enum { TEXT_SIZE = 8192 };

/* Types by their OIDs, which are the same in every PostgreSQL. */
enum type {
        TYPE_BOOL = 16,
        TYPE_BYTEA = 17,
        TYPE_INT8 = 20,
        TYPE_INT2 = 21,
        TYPE_INT4 = 23,
        TYPE_TEXT = 25,
        TYPE_BYTEAS = 1001, /* arrays */
        TYPE_TEXTS = 1009,
        TYPE_INT8S = 1016,
};

/* Statements in PostgreSQL's own words. */
static const char *const own_texts[STATEMENT_COUNT] = {
#define STATEMENT(name, text) [STATEMENT_##name] = (text),
#include "store/postgres/statements.def"
#undef STATEMENT
};

/* --- preparing --- */

/* Turns ?1 into $1. The statements contain no other question marks. */
static void text_put(struct buf *out, const char *text)
{
        for (; *text; text++)
                buf_put_byte(out, *text == '?' ? '$' : (uint8_t)*text);
        buf_put_byte(out, 0);
}

Oid postgres_type(char letter)
{
        switch (letter) {
        case 'i':
                return TYPE_INT8;
        case 't':
                return TYPE_TEXT;
        case 'I':
                return TYPE_INT8S;
        case 'T':
                return TYPE_TEXTS;
        case 'B':
                return TYPE_BYTEAS;
        default:
                return TYPE_BYTEA;
        }
}

static const char *name_of(enum statement statement, char (*room)[POSTGRES_NAME])
{
        (void)snprintf(*room, sizeof(*room), "s%d", (int)statement);
        return *room;
}

/* The text of a statement in `text`, and the types of its parameters.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
static enum err statement_write(struct sql_connection *connection, enum statement statement,
                                struct buf *text, Oid types[POSTGRES_PARAMETERS])
{
        const struct sql_statement_info *info = sql_statement_info(statement);
        const char *own = info->text ? info->text : own_texts[statement];

        if (!own)
                return postgres_complain(connection, info->name, "PostgreSQL has nothing like it");
        text_put(text, own);
        for (size_t i = 0; info->parameters[i]; i++)
                types[i] = postgres_type(info->parameters[i]);
        return text->failed ? postgres_complain(connection, info->name, "no memory") : ERR_OK;
}

enum err postgres_prepare(struct sql_connection *connection, enum statement statement)
{
        const struct sql_statement_info *info = sql_statement_info(statement);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(TEXT_SIZE);
        Oid types[POSTGRES_PARAMETERS];
        char name[POSTGRES_NAME];
        PGresult *result;

        if (connection->prepared[statement])
                return ERR_OK;
        TRY(statement_write(connection, statement, &text, types));
        result = postgres_result(connection,
                                 PQsendPrepare(connection->server, name_of(statement, &name),
                                               (const char *)text.data,
                                               (int)strlen(info->parameters), types));
        if (!postgres_is_good(result))
                return postgres_fault(connection, result, info->name);
        PQclear(result);
        connection->prepared[statement] = true;
        return ERR_OK;
}

/* --- values --- */

static void value_bind(struct postgres_bound *bound, size_t i, const struct sql_value *value)
{
        bound->formats[i] = 1;
        switch (value->kind) {
        case SQL_NULL:
                bound->values[i] = NULL;
                return;
        case SQL_INTEGER:
                bound->integers[i] = htobe64((uint64_t)value->integer);
                bound->values[i] = (const char *)&bound->integers[i];
                bound->sizes[i] = sizeof(bound->integers[i]);
                return;
        case SQL_BLOB:
        case SQL_TEXT:
                bound->values[i] = value->bytes.size ? (const char *)value->bytes.data : "";
                bound->sizes[i] = (int)value->bytes.size;
                return;
        }
}

void postgres_bind(struct postgres_bound *bound, const struct sql_values *values)
{
        for (size_t i = 0; i < values->n; i++)
                value_bind(bound, i, &values->items[i]);
}

/* Big-endian, of 1, 2, 4 or 8 bytes; the first has the sign. */
static int64_t integer_of(const uint8_t *bytes, int size)
{
        uint64_t integer = bytes[0] & 0x80 ? UINT64_MAX : 0;

        for (int i = 0; i < size; i++)
                integer = integer << 8 | bytes[i];
        return (int64_t)integer;
}

static bool is_integer(Oid type)
{
        return type == TYPE_BOOL || type == TYPE_INT2 || type == TYPE_INT4 || type == TYPE_INT8;
}

static struct sql_value value_at(const PGresult *result, int row, int column, struct arena *arena)
{
        const char *bytes = PQgetvalue(result, row, column);
        int size = PQgetlength(result, row, column);
        Oid type = PQftype(result, column);

        if (PQgetisnull(result, row, column))
                return (struct sql_value){.kind = SQL_NULL};
        if (is_integer(type))
                return (struct sql_value){.kind = SQL_INTEGER,
                                          .integer = integer_of((const uint8_t *)bytes, size)};
        return (struct sql_value){.kind = type == TYPE_BYTEA ? SQL_BLOB : SQL_TEXT,
                                  .bytes = arena_copy(arena, slice_new(bytes, (size_t)size))};
}

enum err postgres_rows(const PGresult *result, struct arena *arena, struct sql_rows *ret)
{
        struct sql_rows rows = {.bytes_maximum = ret->bytes_maximum,
                                .n_columns = (size_t)PQnfields(result)};
        size_t n = (size_t)PQntuples(result), used = arena->used;

        rows.values = arena_array(arena, n * rows.n_columns, struct sql_value);
        for (; rows.values && rows.n_rows < n; rows.n_rows++) {
                if (rows.n_rows && rows.bytes_maximum && arena->used - used >= rows.bytes_maximum) {
                        rows.is_cut = true;
                        break;
                }
                for (size_t i = 0; i < rows.n_columns; i++)
                        rows.values[rows.n_rows * rows.n_columns + i] =
                                value_at(result, (int)rows.n_rows, (int)i, arena);
        }
        TRY(arena_check(arena));
        *ret = rows;
        return ERR_OK;
}

/* --- running --- */

/* Statements that scan whole tables. */
static const bool is_slow[STATEMENT_COUNT] = {
        [STATEMENT_INTEGRITY] = true,       [STATEMENT_SPACE] = true,
        [STATEMENT_TABLE_BYTES] = true,     [STATEMENT_CLEAN_WAITING] = true,
        [STATEMENT_LOG_READ] = true,        [STATEMENT_CLEAN_JWTS_WAITING] = true,
        [STATEMENT_CODES_WAITING] = true,   [STATEMENT_CLEAN_AUDIT_WAITING] = true,
        [STATEMENT_NUMBERING_GO_ON] = true,
#define TABLE(name, ...) [STATEMENT_ROWS_OF_##name] = true,
#include "store/tables.def"
};

int postgres_send(struct sql_connection *connection, enum statement statement,
                  const struct postgres_bound *bound)
{
        char name[POSTGRES_NAME];

        return PQsendQueryPrepared(connection->server, name_of(statement, &name),
                                   (int)strlen(sql_statement_info(statement)->parameters),
                                   bound->values, bound->sizes, bound->formats, 1);
}

static enum err run_named(struct sql_connection *connection, enum statement statement,
                          const struct sql_values *values, PGresult **ret)
{
        struct postgres_bound bound = {0};

        TRY(postgres_prepare(connection, statement));
        postgres_bind(&bound, values);
        *ret = postgres_result(connection, postgres_send(connection, statement, &bound));
        return ERR_OK;
}

/* A reader's transaction ends with it. */
static enum err run_unnamed(struct sql_connection *connection, enum statement statement,
                            const struct sql_values *values, PGresult **ret)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(TEXT_SIZE);
        struct postgres_bound bound = {0};
        Oid types[POSTGRES_PARAMETERS];
        struct postgres_message message = {.n = (int)values->n,
                                           .types = types,
                                           .values = bound.values,
                                           .sizes = bound.sizes,
                                           .formats = bound.formats};

        TRY(statement_write(connection, statement, &text, types));
        message.text = (const char *)text.data;
        postgres_bind(&bound, values);
        if (connection->read_only)
                *ret = postgres_pooled_read(connection, &message,
                                            is_slow[statement] ? "60s" : "6s");
        else
                *ret = postgres_result(connection, postgres_pooled_send(connection, &message));
        return ERR_OK;
}

/* Behind a pooler in transaction mode a name would be looked up in another session. */
static enum err run_once(struct sql_connection *connection, enum statement statement,
                         const struct sql_values *values, PGresult **ret)
{
        PGresult *result = NULL;

        TRY((postgres_is_pooled(connection) ? run_unnamed : run_named)(connection, statement,
                                                                       values, &result));
        if (!postgres_is_good(result))
                return postgres_fault(connection, result, sql_statement_info(statement)->name);
        *ret = result;
        return ERR_OK;
}

/* The server stops a statement before we stop waiting, so that what nobody waits for does not go on
 * there. A scan gets more time from both. */
static enum err run_scan(struct sql_connection *connection, enum statement statement,
                         const struct sql_values *values, PGresult **ret)
{
        enum err error;

        if (!postgres_is_pooled(connection))
                TRY(postgres_execute(connection, "SET statement_timeout = '60s'"));
        connection->patience = PATIENCE_TABLES;
        error = run_once(connection, statement, values, ret);
        connection->patience = PATIENCE_USUAL;
        if (connection->server && !postgres_is_pooled(connection) &&
            postgres_execute(connection, "SET statement_timeout = '6s'") != ERR_OK)
                postgres_hang_up(connection);
        return error;
}

static enum err run_read(struct sql_connection *connection, enum statement statement,
                         const struct sql_values *values, PGresult **ret)
{
        TRY(postgres_connect(connection));
        return is_slow[statement] ? run_scan(connection, statement, values, ret)
                                  : run_once(connection, statement, values, ret);
}

/* A read whose connection was lost is repeated once, on a new connection. */
enum err postgres_run(struct sql_connection *connection, enum statement statement,
                      const struct sql_values *values, struct arena *arena, struct sql_rows *ret)
{
        PGresult *result CLEANUP(postgres_clearp) = NULL;
        bool was_connected = connection->server;
        enum err error;

        if (!connection->read_only) {
                if (!was_connected)
                        return ERR_STORE_UNAVAILABLE; /* its transaction went with the connection */
                TRY(run_once(connection, statement, values, &result));
                return postgres_rows(result, arena, ret);
        }
        error = run_read(connection, statement, values, &result);
        if (error != ERR_OK && was_connected && (!connection->server || connection->must_restart)) {
                connection->must_restart = false;
                error = run_read(connection, statement, values, &result);
        }
        TRY(error);
        return postgres_rows(result, arena, ret);
}
