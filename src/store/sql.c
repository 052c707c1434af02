/* SPDX-License-Identifier: Apache-2.0
 *
 * Values, rows, and the statements' table.
 */
#include "store/sql.h"

#include "base/macros.h"

static const struct sql_statement_info statements[] = {
#define STATEMENT(name, parameters, text) [STATEMENT_##name] = {#name, parameters, text},
#include "store/statements.def"
#undef STATEMENT
};

const struct sql_statement_info *sql_statement_info(enum statement statement)
{
        return &statements[statement];
}

struct sql_value sql_digest_or_null(const struct digest *digest)
{
        static const struct digest zeros;

        if (digest_equal(digest, &zeros))
                return (struct sql_value){.kind = SQL_NULL};
        return sql_digest(digest);
}

struct sql_value sql_uuid_or_null(const struct uuid *uuid)
{
        static const struct uuid zeros;

        if (uuid_equal(uuid, &zeros))
                return (struct sql_value){.kind = SQL_NULL};
        return sql_uuid(uuid);
}

const struct sql_value *sql_at(const struct sql_rows *rows, size_t row, size_t column)
{
        static const struct sql_value nothing = {.kind = SQL_NULL};

        if (row >= rows->n_rows || column >= rows->n_columns)
                return &nothing;
        return &rows->values[row * (rows->stride ? rows->stride : rows->n_columns) + column];
}

struct sql_rows sql_columns(const struct sql_rows *rows, size_t first, size_t n)
{
        return (struct sql_rows){.values = rows->values + first,
                                 .n_rows = rows->n_rows,
                                 .n_columns = n,
                                 .stride = rows->stride ? rows->stride : rows->n_columns};
}

int64_t sql_get_integer(const struct sql_rows *rows, size_t row, size_t column)
{
        return sql_at(rows, row, column)->integer;
}

struct slice sql_get_bytes(const struct sql_rows *rows, size_t row, size_t column)
{
        return sql_at(rows, row, column)->bytes;
}

struct uuid sql_get_uuid(const struct sql_rows *rows, size_t row, size_t column)
{
        struct slice bytes = sql_get_bytes(rows, row, column);
        struct uuid uuid = {0};

        if (bytes.size == sizeof(uuid.bytes))
                memcpy(uuid.bytes, bytes.data, sizeof(uuid.bytes));
        return uuid;
}

struct digest sql_get_digest(const struct sql_rows *rows, size_t row, size_t column)
{
        struct slice bytes = sql_get_bytes(rows, row, column);
        struct digest digest = {0};

        if (bytes.size == sizeof(digest.bytes))
                memcpy(digest.bytes, bytes.data, sizeof(digest.bytes));
        return digest;
}

struct instant sql_get_instant(const struct sql_rows *rows, size_t row, size_t column)
{
        return (struct instant){.ms = sql_get_integer(rows, row, column)};
}

struct uuid sql_uuid_of_row(const struct sql_rows *rows, size_t row)
{
        return sql_get_uuid(rows, row, 0);
}

struct slice sql_bytes_of_row(const struct sql_rows *rows, size_t row)
{
        return sql_get_bytes(rows, row, 0);
}

void sql_page_trim(struct sql_rows *rows, int64_t limit)
{
        if ((int64_t)rows->n_rows <= limit)
                return;
        rows->n_rows = (size_t)limit;
        rows->is_cut = true;
}

struct sql_value sql_cursor_down(const struct list_cursor *after)
{
        return sql_integer(list_cursor_is_none(after) ? INT64_MAX : after->number);
}

struct list_cursor sql_cursor_of_row(struct instant at, int64_t no)
{
        struct list_cursor cursor = {.number = at.ms};
        struct buf text = BUF_ON(cursor.id.bytes);

        int64_encode(&text, no);
        return cursor;
}

int64_t sql_cursor_row(const struct list_cursor *after)
{
        int64_t no = 0;

        return int64_decode(after->id.bytes, &no) ? no : 0;
}

static bool kind_fits(char letter, enum sql_kind kind)
{
        switch (kind) {
        case SQL_NULL:
                return true;
        case SQL_INTEGER:
                return letter == 'i';
        case SQL_BLOB:
                return letter == 'b';
        case SQL_TEXT:
                return letter == 't';
        }
        return false;
}

/* Values that do not fit their declaration are a fault in an operation: fail closed. */
static bool values_fit(const char *parameters, const struct sql_value *values, size_t n_values)
{
        if (strlen(parameters) != n_values)
                return false;
        for (size_t i = 0; i < n_values; i++)
                if (!kind_fits(parameters[i], values[i].kind))
                        return false;
        return true;
}

enum err sql_run(struct sql *sql, enum statement statement, const struct sql_value *values,
                 size_t n_values, struct sql_rows *rows)
{
        struct sql_rows unread = {0};

        if (!values_fit(statements[statement].parameters, values, n_values))
                return ERR_INTERNAL;
        return sql->driver->run(sql->connection, statement, &(struct sql_values){values, n_values},
                                sql->arena, rows ? rows : &unread);
}

enum err sql_run_on_row(struct sql *sql, enum statement statement, const struct sql_value *values,
                        size_t n_values, struct sql_rows *rows)
{
        struct sql_rows unread = {0};
        struct sql_rows *found = rows ? rows : &unread;

        TRY(sql_run(sql, statement, values, n_values, found));
        return found->n_rows ? ERR_OK : ERR_NO_ROW;
}

enum err sql_count(struct sql *sql, enum statement statement, const struct sql_value *values,
                   size_t n_values, int64_t *ret)
{
        struct sql_rows rows = {0};

        TRY(sql_run(sql, statement, values, n_values, &rows));
        *ret = (int64_t)rows.n_rows;
        return ERR_OK;
}

enum err sql_integer_of(struct sql *sql, enum statement statement, const struct sql_value *values,
                        size_t n_values, int64_t *ret)
{
        struct sql_rows rows = {0};

        TRY(sql_run(sql, statement, values, n_values, &rows));
        *ret = sql_get_integer(&rows, 0, 0);
        return ERR_OK;
}

enum err sql_audit_entry(struct sql *sql, const struct audit_entry *entry)
{
        return SQL_RUN(sql, AUDIT_INSERT, NULL, sql_instant(entry->at),
                       sql_text(slice_from_string(entry->action)),
                       sql_text(slice_from_string(entry->outcome)),
                       sql_uuid_or_null(&entry->account_id), sql_uuid_or_null(&entry->client_id),
                       sql_uuid_or_null(&entry->subject_id), sql_text_or_empty(entry->request_id),
                       sql_text_or_empty(entry->address), sql_uuid_or_null(&entry->actor_id));
}

enum err sql_audit(struct sql *sql, const struct audit_entry *entry, enum err outcome)
{
        struct audit_entry row;

        if (!entry->action)
                return ERR_OK;
        row = *entry;
        row.outcome = outcome == ERR_OK ? "ok" : error_info(outcome)->name;
        return sql_audit_entry(sql, &row);
}

enum err sql_refuse(struct sql *sql, enum err refusal)
{
        TRY(sql_audit(sql, &sql->audit, refusal));
        return refusal;
}

enum err sql_unchanged(struct sql *sql)
{
        sql->audit = (struct audit_entry){0};
        return ERR_OK;
}
