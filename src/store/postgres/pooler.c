/* SPDX-License-Identifier: Apache-2.0
 *
 * What is different behind a pooler in transaction mode, such as PgBouncer, which gives each
 * transaction any of its sessions on the server. So statements have no names there, and what is set
 * once for a session otherwise is set in each transaction, in one message with its BEGIN.
 *
 * Isolation is read committed, since setting takes a snapshot. Later statements have their own, so
 * a writer that has waited for its turn sees what others committed, as LOCK has it elsewhere.
 */
#include <string.h>

#include "base/macros.h"
#include "base/monotonic.h"
#include "store/postgres/connection.h"

/* Fails on a standby, also if the reader itself wants to write nothing. */
static const char begin_text[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

static const char local_text[] =
        "SELECT set_config('search_path', $1, true), set_config('statement_timeout', $2, true), "
        "set_config('synchronous_commit', $3, true), set_config('transaction_read_only', $4, "
        "true), "
        "set_config('lock_timeout', '5s', true), "
        "set_config('idle_in_transaction_session_timeout', '3s', true)";

enum { AT_BEGIN, AT_LOCAL, AT_STATEMENT, AT_COMMIT };

static int opening_send(struct sql_connection *connection, const char *timeout)
{
        const char *const values[] = {connection->location->schema, timeout,
                                      connection->synchronous_commit,
                                      connection->read_only ? "on" : "off"};

        return PQenterPipelineMode(connection->server) &&
               PQsendQueryParams(connection->server, begin_text, 0, NULL, NULL, NULL, NULL, 1) &&
               PQsendQueryParams(connection->server, local_text, ARRAY_SIZE(values), NULL, values,
                                 NULL, NULL, 1);
}

/* Waits for the results of one message. Return: that of the statement with this number, or the
 * first that failed, to be cleared by the caller; NULL: the connection was lost, and is closed. */
static PGresult *pipeline_result(struct sql_connection *connection, int sent, unsigned wanted)
{
        int64_t deadline = monotonic_in(connection->patience);
        PGresult *kept CLEANUP(postgres_clearp) = NULL, *next;
        bool is_there = sent && PQpipelineSync(connection->server), is_end = false;

        for (unsigned at = 0; is_there && !is_end; at += !next) {
                is_there = postgres_await(connection, deadline) &&
                           PQstatus(connection->server) == CONNECTION_OK;
                next = is_there ? PQgetResult(connection->server) : NULL;
                is_end = next && PQresultStatus(next) == PGRES_PIPELINE_SYNC;
                if (next && (!kept || postgres_is_good(kept)) && !is_end &&
                    (at == wanted || !postgres_is_good(next))) {
                        PQclear(kept);
                        kept = next;
                } else
                        PQclear(next);
        }
        if (is_end && PQexitPipelineMode(connection->server))
                return take(&kept);
        postgres_lose(connection);
        return NULL;
}

enum err postgres_pooled_begin(struct sql_connection *connection, const char *timeout)
{
        PGresult *result = pipeline_result(connection, opening_send(connection, timeout), AT_LOCAL);

        if (!postgres_is_good(result))
                return postgres_fault(connection, result, "BEGIN");
        PQclear(result);
        return ERR_OK;
}

int postgres_pooled_send(struct sql_connection *connection, const struct postgres_message *message)
{
        return PQsendQueryParams(connection->server, message->text, message->n, message->types,
                                 message->values, message->sizes, message->formats, 1);
}

PGresult *postgres_pooled_read(struct sql_connection *connection,
                               const struct postgres_message *message, const char *timeout)
{
        int sent = opening_send(connection, timeout) && postgres_pooled_send(connection, message) &&
                   PQsendQueryParams(connection->server, "COMMIT", 0, NULL, NULL, NULL, NULL, 1);
        PGresult *result = pipeline_result(connection, sent, AT_STATEMENT);

        if (connection->server && PQtransactionStatus(connection->server) != PQTRANS_IDLE &&
            postgres_execute(connection, "ROLLBACK") != ERR_OK)
                postgres_hang_up(connection);
        return result;
}
