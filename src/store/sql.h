/* SPDX-License-Identifier: Apache-2.0
 *
 * What verbs are written with: values, rows, and the two ways to run a verb.
 */
#pragma once

#include "oauth/store_port.h"
#include "store/driver.h"

struct revocation_log; /* store/revocation_log.h */

/* One verb's view of its connection. */
struct sql {
        const struct sql_driver *driver;
        struct sql_connection *connection;
        struct revocation_log *revocations; /* a reader may only read it */
        struct arena *arena;
};

/* --- values --- */

static inline struct sql_value sql_integer(int64_t integer)
{
        return (struct sql_value){.kind = SQL_INTEGER, .integer = integer};
}
/* Absent bytes are NULL. */
static inline struct sql_value sql_blob(struct slice bytes)
{
        return (struct sql_value){.kind = bytes.data ? SQL_BLOB : SQL_NULL, .bytes = bytes};
}
static inline struct sql_value sql_text(struct slice bytes)
{
        return (struct sql_value){.kind = bytes.data ? SQL_TEXT : SQL_NULL, .bytes = bytes};
}
/* As sql_text(), but absent is the empty text. */
static inline struct sql_value sql_text_or_empty(struct slice bytes)
{
        return sql_text(bytes.data ? bytes : SLICE(""));
}
static inline struct sql_value sql_uuid(const struct uuid *uuid)
{
        return sql_blob(uuid_slice(uuid));
}
/* The zero UUID is NULL. */
struct sql_value sql_uuid_or_null(const struct uuid *uuid);
static inline struct sql_value sql_digest(const struct digest *digest)
{
        return sql_blob(SLICE_ARRAY(digest->bytes));
}
static inline struct sql_value sql_instant(struct instant instant)
{
        return sql_integer(instant.ms);
}
/* The name of an outcome; ERR_OK is NULL. */
static inline struct sql_value sql_outcome(enum err outcome)
{
        return sql_text(outcome == ERR_OK ? (struct slice){0}
                                          : slice_from_string(error_info(outcome)->name));
}
/* Zero is NULL. */
static inline struct sql_value sql_instant_or_null(struct instant instant)
{
        return (struct sql_value){.kind = instant.ms ? SQL_INTEGER : SQL_NULL,
                                  .integer = instant.ms};
}

/* --- rows --- NULL reads as zero or absent --- */

const struct sql_value *sql_at(const struct sql_rows *rows, size_t row, size_t column);
int64_t sql_get_integer(const struct sql_rows *rows, size_t row, size_t column);
struct slice sql_get_bytes(const struct sql_rows *rows, size_t row, size_t column);
struct uuid sql_get_uuid(const struct sql_rows *rows, size_t row, size_t column);
struct instant sql_get_instant(const struct sql_rows *rows, size_t row, size_t column);
struct digest sql_get_digest(const struct sql_rows *rows, size_t row, size_t column);

/* --- running --- */

/* Rows for a page of a list: pass it to a statement that is asked for one row more than the page
 * may have. Return: whether there are more, after taking the surplus row away. */
#define SQL_PAGE_ROWS                                                                              \
        {                                                                                          \
                .bytes_maximum = LIMIT_LIST_BYTES                                                  \
        }
bool sql_page_trim(struct sql_rows *rows, int64_t limit);

/* A column of bytes as an array. Return: ERR_OK; ERR_OUT_OF_MEMORY. */
enum err sql_column_slices(struct sql *sql, const struct sql_rows *rows, size_t column,
                           struct slice **ret);

/* Runs a statement. `rows` may be NULL.
 *      TRY(SQL_RUN(sql, META_GET, &rows, sql_text(name)));
 * Return: as the driver's run(). */
enum err sql_run(struct sql *sql, enum statement statement, const struct sql_value *values,
                 size_t n_values, struct sql_rows *rows);
#define SQL_RUN(sql, name, rows, ...)                                                              \
        sql_run((sql), STATEMENT_##name, (const struct sql_value[]){__VA_ARGS__},                  \
                sizeof((const struct sql_value[]){__VA_ARGS__}) / sizeof(struct sql_value),        \
                (rows))

/* Writes an audit row as the entry says it. */
enum err sql_audit_entry(struct sql *sql, const struct audit_entry *entry);

/* When a verb was asked for; zero without an entry. */
static inline struct instant audit_time(const struct audit_entry *entry)
{
        return entry ? entry->at : (struct instant){0};
}

/* Writes the audit row of a verb, with the outcome it had. A NULL entry writes nothing. */
enum err sql_audit(struct sql *sql, const struct audit_entry *entry, enum err outcome);

/* The body of a verb. It may run more than once; its outputs are those of the last run. */
typedef enum err sql_verb(struct sql *sql, void *call);

/* Runs a verb on a reader's connection. In this and the next two an arena that has failed, before
 * or meanwhile, is ERR_OUT_OF_MEMORY, and nothing has happened. */
enum err sql_read(struct store *store, struct arena *arena, sql_verb *verb, void *call);

/* Runs a verb in a transaction, together with those of other threads, and returns when that is
 * committed. A fault rolls this verb back alone. */
enum err sql_write(struct store *store, struct arena *arena, sql_verb *verb, void *call);

/* The same without waiting: see group_commit_submit(). */
void sql_write_then(struct store *store, struct arena *arena, sql_verb *verb, void *call,
                    struct then then);
