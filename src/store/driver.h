/* SPDX-License-Identifier: Apache-2.0
 *
 * The lower storage port: one connection to a database that speaks the statements of
 * statements.def. A driver is one `const struct sql_driver`; operations never see more than this.
 *
 * A connection is used by one thread at a time.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/embedded.h"
#include "base/encode.h"
#include "base/error.h"

enum sql_kind { SQL_NULL, SQL_INTEGER, SQL_BLOB, SQL_TEXT };

struct sql_value {
        enum sql_kind kind;
        int64_t integer;
        struct slice bytes;
};

/* Of the parameters of a statement. */
struct sql_values {
        const struct sql_value *items;
        size_t n;
};

/* What goes into a statement on arrays: row after row, a column for each of its parameters. */
struct sql_set {
        const struct sql_value *values;
        size_t n_rows;
};

struct sql_rows {
        struct sql_value *values; /* row after row, in the arena of the call */
        size_t n_rows;
        size_t n_columns;
        size_t stride;        /* values from one row to the next; 0: n_columns */
        size_t bytes_maximum; /* set before: no more rows once these take as much; 0: no bound */
        bool is_cut;          /* there were more */
};

enum statement {
#define STATEMENT(name, parameters, text) STATEMENT_##name,
#include "store/statements.def"
#undef STATEMENT
        STATEMENT_COUNT
};

struct sql_statement_info {
        const char *name;
        const char *parameters; /* one letter each: b blob, i integer, t text; NULL fits any.
                                   Capital ones are arrays of these, of run_overlapping() */
        const char *text;       /* with ?1 ... ?n; NULL: each driver has its own */
};

const struct sql_statement_info *sql_statement_info(enum statement statement);

enum sql_mark { SQL_MARK_SET, SQL_MARK_RELEASE, SQL_MARK_ROLL_BACK };

/* ms to find out how a commit ended: as long as a failover takes. */
enum { SQL_DOUBT = 30000 };

/* How a commit can end. */
enum sql_commit {
        SQL_COMMITTED,
        SQL_NOT_COMMITTED,  /* rolled back, nothing has happened */
        SQL_COMMIT_UNKNOWN, /* the disk failed, or the connection was lost, in the middle */
};

struct sql_connection; /* the driver's own */
struct store_location; /* store/open.h */
struct revocation_log; /* store/revocation_log.h */
struct revocation_history;

struct sql_driver {
        /* The numbered steps from nothing to the schema of this program, ended by one without a
         * name. A step that has been released is never changed. */
        const struct embedded *schema;
        /* A script that lets the role of STATEMENT_SERVING_ROLE serve; NULL: there are no roles. */
        const char *grants;
        /* Reads a URL, touching nothing; all of the location but its driver comes out.
         * Return: ERR_OK; ERR_FIELD_MALFORMED: not one of this driver's. */
        enum err (*locate)(struct slice url, struct store_location *ret);
        /* Connects. `read_only`: for readers. The location must outlive the connection. Return:
         * ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
        enum err (*open)(const struct store_location *, bool read_only,
                         struct sql_connection **ret);
        void (*close)(struct sql_connection *);
        /* Runs several statements of a migration. Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
        enum err (*script)(struct sql_connection *, const char *text);
        /* How often a transaction is tried before its operations are refused. */
        unsigned tries;
        /* Operations in one transaction, at most. */
        unsigned batch;
        /* A transaction that will write. No other one runs until it ends, in any process. If only
         * newer programs may serve the database, either this or commit() fails, and
         * run_overlapping() too.
         * Return: ERR_OK; ERR_STORE_UNAVAILABLE; ERR_PROGRAM_OLD. */
        enum err (*begin)(struct sql_connection *);
        /* The same for a migration: the schema may be missing. */
        enum err (*begin_migration)(struct sql_connection *);
        enum sql_commit (*commit)(struct sql_connection *);
        /* Finds out how the last commit ended, if that was SQL_COMMIT_UNKNOWN. It tries until the
         * deadline (monotonic_now()), and once in any case. NULL: this database cannot tell, and
         * nothing more may be written until the process is restarted. */
        enum sql_commit (*resolve)(struct sql_connection *, int64_t deadline);
        void (*roll_back)(struct sql_connection *);
        /* False once the database has rolled the transaction back, or it must be started again. */
        bool (*is_in_transaction)(struct sql_connection *);
        /* The savepoint of one operation within a transaction. Return: ERR_OK;
         * ERR_STORE_UNAVAILABLE. */
        enum err (*mark)(struct sql_connection *, enum sql_mark);
        /* Runs one statement; rows are copied into the arena.
         * Return: ERR_OK; ERR_CONFLICT: a UNIQUE rule; ERR_STORE_UNAVAILABLE, logged;
         * ERR_OUT_OF_MEMORY: the rows do not fit into the arena. */
        enum err (*run)(struct sql_connection *, enum statement, const struct sql_values *,
                        struct arena *, struct sql_rows *ret);
        /* Runs one statement on arrays, in a transaction of its own that excludes all of begin(),
         * but not others of this kind: its text must be right beside them. It is not followed by
         * commit() or roll_back(); if it is SQL_COMMIT_UNKNOWN, resolve() finds out. NULL: this
         * database has one writer. Return: as commit(); SQL_NOT_COMMITTED is logged, unless a
         * UNIQUE rule or the arena is the reason. */
        enum sql_commit (*run_overlapping)(struct sql_connection *, enum statement,
                                           const struct sql_set *, struct arena *,
                                           struct sql_rows *ret);
        /* Appends the collected lines to the revocation log, safely before it returns, and empties
         * them. `known` is the last line that the database knows; the last one of now comes out.
         * Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged: the lines are still collected. */
        enum err (*log_append)(struct sql_connection *, struct revocation_log *, int64_t known,
                               int64_t *ret_last);
        /* Appends lines that have their numbers already to the revocation log, in a transaction or
         * safely before it returns. Those that it has are kept.
         * Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
        enum err (*log_keep)(struct sql_connection *, struct slice lines);
        /* Adds all lines of the revocation log.
         * Return: ERR_OK, also if there is none; ERR_STORE_UNAVAILABLE, logged. */
        enum err (*log_read)(struct sql_connection *, struct revocation_history *);
        /* The log is restored together with the database, and cannot say what the copy lacks. */
        bool log_is_inside;
};

extern const struct sql_driver sqlite_driver;
extern const struct sql_driver postgres_driver;

/* Those of this build, ended by NULL: drivers.c or, without libpq, drivers_sqlite.c. */
extern const struct sql_driver *const sql_drivers[];
