/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection to PostgreSQL. If it is lost, it is opened again when it is needed. Every wait for
 * the server has a deadline, after which the connection is closed.
 */
#pragma once

#include <libpq-fe.h>

#include "store/driver.h"
#include "store/open.h"
#include "store/postgres/timeline.h"

enum {
        PATIENCE_USUAL = 8000,   /* the server gives up earlier */
        PATIENCE_TABLES = 65000, /* for scans of whole tables */
        PATIENCE_MIGRATION = 86400000,
};

struct sql_connection {
        const struct store_location *location;
        bool read_only;
        PGconn *server;                 /* NULL: not connected */
        bool prepared[STATEMENT_COUNT]; /* on this connection */
        char synchronous_commit[16];    /* as it was when we connected */
        int64_t patience;               /* ms, for the results of one message */
        bool warned;                    /* the server sent a warning */
        bool must_restart;              /* the transaction conflicted with others */
        bool log_grew;                  /* in this transaction */
        struct sql_connection *reader;  /* for postgres_log_copy(); NULL: not needed yet */
        int64_t next_try;               /* monotonic_now() from which to try to connect again */
        int64_t next_begin;             /* the same for beginning a transaction */
        struct uuid id;                 /* of this writer, among those of all nodes */
        int64_t batch;                  /* the number of its last transaction */
        int64_t known_batch;            /* the last that is known to be committed */

        struct postgres_timeline timeline; /* of its server */
};

/* Connects, unless it is connected. Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err postgres_connect(struct sql_connection *connection);

/* Closes the connection to the server. The next postgres_connect() opens another. */
void postgres_hang_up(struct sql_connection *connection);

/* Waits until libpq has a result. Return: false: the connection was lost, or it is too late. */
bool postgres_await(struct sql_connection *connection, int64_t deadline);

/* Logs that the connection was lost, and closes it. */
void postgres_lose(struct sql_connection *connection);

/* Waits for the results of one message. `sent` is what the PQsend function returned for it.
 * Return: the last result, or the first that failed, to be cleared by the caller; NULL: the
 * connection was lost, which is logged, and is closed. */
PGresult *postgres_result(struct sql_connection *connection, int sent);

/* Runs statements without parameters, all in one message, and ignores their rows.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err postgres_execute(struct sql_connection *connection, const char *text);

/* Whether the result is a success. NULL is not. */
bool postgres_is_good(const PGresult *result);

/* Logs why `what` failed. Return: ERR_STORE_UNAVAILABLE. */
enum err postgres_complain(const struct sql_connection *connection, const char *what,
                           const char *why);

/* Logs why `what` gave this result, and clears it. NULL has been logged by postgres_result().
 * Return: ERR_CONFLICT: a UNIQUE rule, not logged; ERR_STORE_UNAVAILABLE. */
enum err postgres_fault(struct sql_connection *connection, PGresult *result, const char *what);

/* --- behind a pooler in transaction mode (pooler.c) --- */

static inline bool postgres_is_pooled(const struct sql_connection *connection)
{
        return connection->location->pooler == STORE_POOLER_TRANSACTION;
}

/* A statement without a name, as PQsendQueryParams() takes it. */
struct postgres_message {
        const char *text;
        int n;
        const Oid *types;
        const char *const *values;
        const int *sizes;
        const int *formats;
};

/* Begins a transaction, with the settings of a session in it. `timeout`: of each of its statements.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err postgres_pooled_begin(struct sql_connection *connection, const char *timeout);

/* Sends one statement of a transaction. Return: as PQsendQueryParams(). */
int postgres_pooled_send(struct sql_connection *connection, const struct postgres_message *message);

/* Runs one statement in a transaction of its own, in one round trip.
 * Return: its result, or the first that failed, to be cleared by the caller; NULL: the connection
 * was lost, which is logged. */
PGresult *postgres_pooled_read(struct sql_connection *connection,
                               const struct postgres_message *message, const char *timeout);

/* As the driver's open(). */
enum err postgres_open(const struct store_location *location, bool read_only,
                       struct sql_connection **ret);

/* As the driver's grants. */
extern const char postgres_grants[];

/* --- statements (statement.c) --- */

enum { POSTGRES_NAME = 16, POSTGRES_PARAMETERS = 32 };

/* What a statement is sent with. Integers are kept here, bytes elsewhere. */
struct postgres_bound {
        const char *values[POSTGRES_PARAMETERS];
        int sizes[POSTGRES_PARAMETERS];
        int formats[POSTGRES_PARAMETERS];
        uint64_t integers[POSTGRES_PARAMETERS];
};

/* Of a parameter's letter. */
Oid postgres_type(char letter);

void postgres_bind(struct postgres_bound *bound, const struct sql_values *values);

/* Prepares the statement, unless it is. Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err postgres_prepare(struct sql_connection *connection, enum statement statement);

/* Sends it, prepared. Return: as PQsendQueryPrepared(). */
int postgres_send(struct sql_connection *connection, enum statement statement,
                  const struct postgres_bound *bound);

/* Copies rows into the arena. Return: ERR_OK; ERR_OUT_OF_MEMORY. */
enum err postgres_rows(const PGresult *result, struct arena *arena, struct sql_rows *ret);

/* As the driver's run(). */
enum err postgres_run(struct sql_connection *connection, enum statement statement,
                      const struct sql_values *values, struct arena *arena, struct sql_rows *ret);

/* --- transactions (driver.c, overlapping.c) --- */

enum { POSTGRES_MARK_VALUES = 4 };

/* The values of WRITER_MARK for the last transaction that was begun, for the caller's array. */
void postgres_mark_values(const struct sql_connection *connection,
                          struct sql_value ret[POSTGRES_MARK_VALUES]);

void postgres_roll_back(struct sql_connection *connection);

/* Before another attempt, but not beyond the deadline (monotonic_now()). */
void postgres_pause(int64_t deadline);

/* As the driver's run_overlapping(). */
enum sql_commit postgres_run_overlapping(struct sql_connection *connection,
                                         enum statement statement, const struct sql_set *set,
                                         struct arena *arena, struct sql_rows *ret);

/* As the driver's log_append(), log_keep() and log_read(). */
enum err postgres_log_append(struct sql_connection *connection, struct revocation_log *log,
                             int64_t known, int64_t *ret_last);
enum err postgres_log_keep(struct sql_connection *connection, struct slice lines);
/* After a commit: brings the location's file up to date with the revocation log. What fails is
 * logged, and made up for by the next call. */
void postgres_log_copy(struct sql_connection *connection);
enum err postgres_log_read(struct sql_connection *connection, struct revocation_history *history);

static inline void postgres_clearp(PGresult **result)
{
        PQclear(*result);
}
