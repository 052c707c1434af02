/* SPDX-License-Identifier: Apache-2.0
 *
 * What operations are written with: values, rows, and the ways to run one.
 */
#pragma once

#include "core/store.h"
#include "store/driver.h"

/* One operation's view of its connection. */
struct sql {
        const struct sql_driver *driver;
        struct sql_connection *connection;
        struct revocation_log *log; /* what a writer collects for it; NULL: a reader */
        struct arena *arena;
        const struct op *op;
        struct audit_entry audit; /* written if it succeeds; without an action nothing is */
        enum err audit_outcome;   /* what it tells then; ERR_OK unless the body sets another */
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
/* Zeros are NULL. */
struct sql_value sql_digest_or_null(const struct digest *digest);
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
/* Some columns of the rows, which must have that many. */
struct sql_rows sql_columns(const struct sql_rows *rows, size_t first, size_t n);
int64_t sql_get_integer(const struct sql_rows *rows, size_t row, size_t column);
struct slice sql_get_bytes(const struct sql_rows *rows, size_t row, size_t column);
struct uuid sql_get_uuid(const struct sql_rows *rows, size_t row, size_t column);
struct instant sql_get_instant(const struct sql_rows *rows, size_t row, size_t column);
struct digest sql_get_digest(const struct sql_rows *rows, size_t row, size_t column);

/* --- running --- */

/* The values of a statement, as two arguments. */
#define SQL_VALUES(...)                                                                            \
        (const struct sql_value[]){__VA_ARGS__},                                                   \
                sizeof((const struct sql_value[]){__VA_ARGS__}) / sizeof(struct sql_value)

/* Runs a statement. `rows` may be NULL.
 *      TRY(SQL_RUN(sql, META_GET, &rows, sql_text(name)));
 * Return: as the driver's run(). */
#define SQL_RUN(sql, name, rows, ...)                                                              \
        sql_run((sql), STATEMENT_##name, SQL_VALUES(__VA_ARGS__), (rows))
enum err sql_run(struct sql *sql, enum statement statement, const struct sql_value *values,
                 size_t n_values, struct sql_rows *rows);

/* The same for a statement that must find, or change, at least one row.
 * Return: as sql_run(); ERR_NO_ROW. */
#define SQL_RUN_ON_ROW(sql, name, rows, ...)                                                       \
        sql_run_on_row((sql), STATEMENT_##name, SQL_VALUES(__VA_ARGS__), (rows))
enum err sql_run_on_row(struct sql *sql, enum statement statement, const struct sql_value *values,
                        size_t n_values, struct sql_rows *rows);

/* How many rows there were.
 *      TRY(SQL_COUNT(sql, GRANT_REVOKE, &n_revoked, sql_uuid(id)));
 * Return: as sql_run(). */
#define SQL_COUNT(sql, name, ret, ...)                                                             \
        sql_count((sql), STATEMENT_##name, SQL_VALUES(__VA_ARGS__), (ret))
enum err sql_count(struct sql *sql, enum statement statement, const struct sql_value *values,
                   size_t n_values, int64_t *ret);

/* The integer that is the first column of the first row; 0 if there is no row.
 * Return: as sql_run(). */
#define SQL_INTEGER_OF(sql, name, ret, ...)                                                        \
        sql_integer_of((sql), STATEMENT_##name, SQL_VALUES(__VA_ARGS__), (ret))
enum err sql_integer_of(struct sql *sql, enum statement statement, const struct sql_value *values,
                        size_t n_values, int64_t *ret);

/* The first row, read by a function of rows and row.
 *      return SQL_ROW(sql, PROJECT_GET, project_of_row, ret, sql_uuid(in));
 * Return: as sql_run(); ERR_NO_ROW. */
#define SQL_ROW(sql, name, of_row, ret, ...)                                                       \
        __extension__({                                                                            \
                struct sql_rows rows_ = {0};                                                       \
                enum err error_ =                                                                  \
                        sql_run_on_row((sql), STATEMENT_##name, SQL_VALUES(__VA_ARGS__), &rows_);  \
                if (error_ == ERR_OK)                                                              \
                        *(ret) = of_row(&rows_, 0);                                                \
                error_;                                                                            \
        })

/* All rows as a list (LIST_OF).
 *      return SQL_LIST(sql, PROJECT_LIST, project_of_row, ret, sql_uuid(account_id));
 * Return: as sql_run(); ERR_OUT_OF_MEMORY. */
#define SQL_LIST(sql, name, of_row, ret, ...)                                                      \
        __extension__({                                                                            \
                struct sql_rows rows_ = {0};                                                       \
                enum err error_ =                                                                  \
                        sql_run((sql), STATEMENT_##name, SQL_VALUES(__VA_ARGS__), &rows_);         \
                error_ == ERR_OK ? SQL_ROWS_LIST((sql), &rows_, of_row, (ret)) : error_;           \
        })

/* A page of a list, whose statement takes the number of rows last: it is asked for one more than
 * the page may have. Where `is_cut` comes out, the caller sets `next`.
 * Return: as sql_run(); ERR_OUT_OF_MEMORY. */
#define SQL_PAGE(sql, name, of_row, ret, page, ...)                                                \
        __extension__({                                                                            \
                const struct list_page *page_ = (page);                                            \
                struct sql_rows rows_ = {.bytes_maximum =                                          \
                                                 page_->bytes ? page_->bytes : LIMIT_LIST_BYTES};  \
                enum err error_ =                                                                  \
                        sql_run((sql), STATEMENT_##name,                                           \
                                SQL_VALUES(__VA_ARGS__, sql_integer(page_->limit + 1)), &rows_);   \
                sql_page_trim(&rows_, page_->limit);                                               \
                error_ == ERR_OK ? SQL_ROWS_LIST((sql), &rows_, of_row, (ret)) : error_;           \
        })
/* Takes the surplus row away. */
void sql_page_trim(struct sql_rows *rows, int64_t limit);
/* Where the page begins of a list that goes from the greatest number down. */
struct sql_value sql_cursor_down(const struct list_cursor *after);
/* Of a list of the audit trail, in which several rows may be of one millisecond: the cursor has the
 * number of the row in its id, and zeros. */
struct list_cursor sql_cursor_of_row(struct instant at, int64_t no);
/* That number; 0 if there is none. */
int64_t sql_cursor_row(const struct list_cursor *after);

/* Rows that were read already as a list. Return: ERR_OK; ERR_OUT_OF_MEMORY. */
#define SQL_ROWS_LIST(sql, rows, of_row, ret)                                                      \
        __extension__({                                                                            \
                __typeof__(*(ret)) list_ = {.items = arena_alloc_array((sql)->arena,               \
                                                                       (rows)->n_rows,             \
                                                                       sizeof(*(ret)->items)),     \
                                            .n = (rows)->n_rows,                                   \
                                            .is_cut = (rows)->is_cut};                             \
                for (size_t i_ = 0; list_.items && i_ < list_.n; i_++)                             \
                        list_.items[i_] = of_row((rows), i_);                                      \
                if (list_.items)                                                                   \
                        *(ret) = list_;                                                            \
                list_.items ? ERR_OK : ERR_OUT_OF_MEMORY;                                          \
        })

/* For lists of the first column. */
struct uuid_list LIST_OF(struct uuid);
struct uuid sql_uuid_of_row(const struct sql_rows *rows, size_t row);
struct slice sql_bytes_of_row(const struct sql_rows *rows, size_t row);

/* --- the audit trail --- */

/* Writes an audit row as the entry says it. */
enum err sql_audit_entry(struct sql *sql, const struct audit_entry *entry);

/* Writes the audit row of an operation, with the outcome it had. An entry without an action writes
 * nothing. */
enum err sql_audit(struct sql *sql, const struct audit_entry *entry, enum err outcome);

/* Writes the operation's audit row with a refusal, which leaves none otherwise.
 * Return: the refusal; as sql_run(). */
enum err sql_refuse(struct sql *sql, enum err refusal);

/* An operation that succeeds without a row in the audit trail, as it changes nothing: pass it on.
 * Return: ERR_OK. */
enum err sql_unchanged(struct sql *sql);

/* --- operations --- */

/* Defines an operation of the store; what follows is its body:
 *
 *      READ(account_find, struct slice, struct account)
 *      {
 *              ... sql, in, ret ...
 *      }
 *
 * is store_account_find(op, in, ret) on a reader's connection.
 *
 * A write runs in a transaction together with those of other threads, and returns when that is
 * committed; a fault undoes it alone. An audited one, store_x(op, in, audit, ret), takes an entry
 * of the audit trail or NULL, which is written with it if it succeeds. A body may run more than
 * once; what comes out is of the last run. An arena that has failed, before or meanwhile, is
 * ERR_OUT_OF_MEMORY, and nothing has happened. */
#define READ(name, input, output)                                                                  \
        SQL_OPERATION(name, input, output, sql_read, SQL_GIVEN(.in = in, .ret = ret),              \
                      const input *in, output *ret)

/* Without an input. */
#define READ_ALL(name, output)                                                                     \
        SQL_OPERATION(name, void, output, sql_read, SQL_GIVEN(.ret = ret), output *ret)

/* Without an output. */
#define WRITE(name, input)                                                                         \
        SQL_OPERATION(name, input, void, sql_write, SQL_GIVEN(.in = in), const input *in)

/* Without an input. */
#define WRITE_ALL(name, output)                                                                    \
        SQL_OPERATION(name, void, output, sql_write, SQL_GIVEN(.ret = ret), output *ret)

#define WRITE_OUT(name, input, output)                                                             \
        SQL_OPERATION(name, input, output, sql_write, SQL_GIVEN(.in = in, .ret = ret),             \
                      const input *in, output *ret)

#define AUDITED_WRITE(name, input)                                                                 \
        SQL_OPERATION(name, input, void, sql_write, SQL_GIVEN(.in = in, .audit = audit),           \
                      const input *in, const struct audit_entry *audit)

/* Without an input. */
#define AUDITED_WRITE_ALL(name, output)                                                            \
        SQL_OPERATION(name, void, output, sql_write, SQL_GIVEN(.ret = ret, .audit = audit),        \
                      const struct audit_entry *audit, output *ret)

#define AUDITED_WRITE_OUT(name, input, output)                                                     \
        SQL_OPERATION(name, input, output, sql_write,                                              \
                      SQL_GIVEN(.in = in, .ret = ret, .audit = audit), const input *in,            \
                      const struct audit_entry *audit, output *ret)

/* --- what these are made of --- */

typedef enum err sql_body(struct sql *sql, const void *in, void *ret);

struct sql_work {
        struct op *op;
        sql_body *body;
        const void *in;
        void *ret;
        const struct audit_entry *audit; /* NULL: none */
};

/* store_##name(op, parameters...), which runs the work that consists of what is given; what follows
 * is its body, which name##_body() calls for whoever has a struct sql_work. */
#define SQL_OPERATION(name, input, output, run, given, ...)                                        \
        static enum err name(struct sql *sql, const input *in, output *ret);                       \
        static enum err name##_body(struct sql *sql, const void *in, void *ret)                    \
        {                                                                                          \
                return name(sql, in, ret);                                                         \
        }                                                                                          \
        enum err store_##name(struct op *op __VA_OPT__(, ) __VA_ARGS__)                            \
        {                                                                                          \
                return run(&(struct sql_work){.op = op, .body = name##_body, given});              \
        }                                                                                          \
        static enum err name(struct sql *sql, const input *in SQL_UNUSED, output *ret SQL_UNUSED)
#define SQL_GIVEN(...) __VA_ARGS__
#define SQL_UNUSED     __attribute__((unused))

enum err sql_read(const struct sql_work *work);
/* A claim of a code: as sql_write(), in a transaction of many claims where the database has that.
 */
enum err sql_claim(const struct sql_work *work);
void sql_claim_then(const struct sql_work *work, struct completion completion);
enum err sql_write(const struct sql_work *work);

/* The same without waiting: `completion` gets what sql_write() would have returned, on the thread
 * that commits; what the work points to, its op too, stays until then. */
void sql_write_then(const struct sql_work *work, struct completion completion);
