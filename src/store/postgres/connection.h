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
        int64_t patience;               /* ms, for the results of one message */
        bool warned;                    /* the server sent a warning */
        bool must_restart;              /* the transaction conflicted with others */
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

/* As the driver's run(). */
enum err postgres_run(struct sql_connection *connection, enum statement statement,
                      const struct sql_values *values, struct arena *arena, struct sql_rows *ret);

/* As the driver's log_append() and log_read(). */
enum err postgres_log_append(struct sql_connection *connection, struct revocation_log *log,
                             int64_t known, int64_t *ret_last);
enum err postgres_log_read(struct sql_connection *connection, struct revocation_history *history);

static inline void postgres_clearp(PGresult **result)
{
        PQclear(*result);
}
