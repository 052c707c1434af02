/* SPDX-License-Identifier: Apache-2.0
 *
 * Connecting, and waiting for responses.
 */
#include "store/postgres/connection.h"

#include <poll.h>
#include <string.h>

#include "base/event.h"
#include "base/macros.h"
#include "base/metric.h"
#include "base/monotonic.h"

enum {
        VERSION_LEAST = 130000,
        REST = 500, /* ms after a failed attempt to connect, before the next one */
};

/* Defaults, which a URL may override. TCP has limits too, since a server may vanish silently. */
static const char *const defaults[][2] = {
        {"fallback_application_name", "grantd"},
        {"keepalives_idle", "10"},
        {"keepalives_interval", "3"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "10000"},
        {"target_session_attrs", "read-write"},
        {"gssencmode", "disable"},
};

/* The server, too, must notice a client that vanishes in the middle of a message, with a lock.
 *
 * Sets up the session and reads what session_problem() checks, in one round trip. Behind a pooler
 * ($3) nothing lasts: the session is not ours. */
static const char session_text[] =
        "SELECT set_config('search_path', $1, $3), "
        "set_config('default_transaction_read_only', $2, $3), "
        "set_config('statement_timeout', '6s', $3), "
        "set_config('lock_timeout', '5s', $3), "
        "set_config('idle_in_transaction_session_timeout', '3s', $3), "
        "set_config('synchronous_commit', current_setting('synchronous_commit'), $3), "
        "current_setting('fsync'), "
        "current_setting('server_encoding'), pg_is_in_recovery(), uuid_send(gen_random_uuid()), "
        "pg_backend_pid() = $4, "
        "set_config('tcp_keepalives_idle', '10', $3), set_config('tcp_keepalives_interval', '3', "
        "$3), "
        "set_config('tcp_keepalives_count', '3', $3)";
enum {
        COLUMN_SYNCHRONOUS = 5,
        COLUMN_FSYNC,
        COLUMN_ENCODING,
        COLUMN_STANDBY,
        COLUMN_ID,
        COLUMN_IS_DIRECT,
        COLUMNS = COLUMN_IS_DIRECT + 4
};

/* --- errors --- */

static const char *first_line(char *text)
{
        text[strcspn(text, "\n")] = 0;
        return text;
}

/* libpq's messages name hosts and users, but no passwords. */
enum err postgres_complain(const struct sql_connection *connection, const char *what,
                           const char *why)
{
        char line[512];

        (void)snprintf(line, sizeof(line), "%s", why);
        EVENT_FAULT("store", EVENT_TEXT("what", what),
                    EVENT_TEXT("database", connection->location->name),
                    EVENT_TEXT("why", first_line(line)));
        return ERR_STORE_UNAVAILABLE;
}

bool postgres_is_good(const PGresult *result)
{
        ExecStatusType status = PQresultStatus(result);

        return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* The only check that a row of ours can violate. */
static const char lost_name[] =
        "a prepared statement is not there, or was not ours: behind a pooler "
        "in transaction mode set store.pooler=transaction";
static const char read_only[] = "it takes no changes: it is a standby or read-only; or the session "
                                "was another client's, and "
                                "behind a pooler in transaction mode set store.pooler=transaction";
static const char program_old[] = "a column is missing: another program has upgraded the database "
                                  "beyond what this one can serve";
static const char no_partition[] =
        "there is no partition for a row of this time: run 'grantd migrate' "
        "to make them, and look why clean-up did not (docs/scale.md)";

/* Class 40 is a conflict with other transactions: the transaction may be tried again. */
enum err postgres_fault(struct sql_connection *connection, PGresult *result, const char *what)
{
        PGresult *failed CLEANUP(postgres_clearp) = result;
        const char *state = failed ? PQresultErrorField(failed, PG_DIAG_SQLSTATE) : NULL;

        if (!failed)
                return ERR_STORE_UNAVAILABLE;
        if (state && strcmp(state, "23505") == 0)
                return ERR_CONFLICT;
        if (state && strncmp(state, "40", 2) == 0)
                connection->must_restart = true;
        if (state && (strcmp(state, "26000") == 0 || strcmp(state, "42P05") == 0))
                return postgres_complain(connection, what, lost_name);
        if (state && strcmp(state, "25006") == 0)
                return postgres_complain(connection, what, read_only);
        if (state && strcmp(state, "23502") == 0)
                return postgres_complain(connection, what, program_old);
        if (state && strcmp(state, "23514") == 0)
                return postgres_complain(connection, what, no_partition);
        return postgres_complain(connection, what, PQresultErrorMessage(failed));
}

/* --- waiting --- */

void postgres_hang_up(struct sql_connection *connection)
{
        PQfinish(connection->server);
        connection->server = NULL;
        memset(connection->prepared, 0, sizeof(connection->prepared));
}

bool postgres_await(struct sql_connection *connection, int64_t deadline)
{
        PGconn *server = connection->server;
        int unsent = PQflush(server);

        while (unsent > 0 || (unsent == 0 && PQisBusy(server))) {
                if (!monotonic_poll(deadline, PQsocket(server),
                                    unsent ? POLLIN | POLLOUT : POLLIN) ||
                    !PQconsumeInput(server))
                        return false;
                unsent = PQflush(server);
        }
        return unsent == 0;
}

void postgres_lose(struct sql_connection *connection)
{
        const char *why = PQerrorMessage(connection->server);

        (void)postgres_complain(connection, "the connection", *why ? why : "no response in time");
        postgres_hang_up(connection);
}

PGresult *postgres_result(struct sql_connection *connection, int sent)
{
        int64_t deadline = monotonic_in(connection->patience);
        PGresult *kept = NULL, *next = NULL;
        bool is_there = sent != 0;

        while (is_there) {
                is_there = postgres_await(connection, deadline);
                next = is_there ? PQgetResult(connection->server) : NULL;
                if (!next)
                        break;
                if (!kept || postgres_is_good(kept)) {
                        PQclear(kept);
                        kept = next;
                } else
                        PQclear(next);
        }
        if (is_there && PQstatus(connection->server) == CONNECTION_OK)
                return kept;
        PQclear(kept);
        postgres_lose(connection);
        return NULL;
}

enum err postgres_execute(struct sql_connection *connection, const char *text)
{
        PGresult *result =
                connection->server
                        ? postgres_result(connection, PQsendQuery(connection->server, text))
                        : NULL;

        if (!postgres_is_good(result))
                return postgres_fault(connection, result, "a command");
        PQclear(result);
        return ERR_OK;
}

/* --- connecting --- */

/* Later values win: our defaults, then the URL, then what it may not override. */
static PGconn *server_open(const char *url)
{
        const char *names[ARRAY_SIZE(defaults) + 4] = {0}, *values[ARRAY_SIZE(defaults) + 4] = {0};
        size_t n = 0;

        for (; n < ARRAY_SIZE(defaults); n++) {
                names[n] = defaults[n][0];
                values[n] = defaults[n][1];
        }
        names[n] = "dbname";
        values[n++] = url;
        names[n] = "connect_timeout"; /* of each host, seconds */
        values[n++] = "2";
        names[n] = "client_encoding";
        values[n] = "UTF8";
        return PQconnectdbParams(names, values, 1);
}

/* Why the server cannot be used; NULL: it can. A standby may lag. */
static const char *session_problem(const struct sql_connection *connection, const PGresult *session)
{
        if (strcmp(PQgetvalue(session, 0, COLUMN_ENCODING), "UTF8") != 0)
                return "the database's encoding is not UTF8; create it with ENCODING 'UTF8'";
        if (*PQgetvalue(session, 0, COLUMN_STANDBY))
                return "this server is a standby, and may lag; name the primary too";
        if (!*PQgetvalue(session, 0, COLUMN_IS_DIRECT) && !connection->location->pooler)
                return "there is a pooler before the server: set store.pooler to transaction, or "
                       "to "
                       "session if it keeps a session for each of its clients";
        if (connection->location->allow_async_commit)
                return NULL;
        if (strcmp(PQgetvalue(session, 0, COLUMN_SYNCHRONOUS), "off") == 0)
                return "synchronous_commit is off: the server would acknowledge what a crash "
                       "undoes; switch it on, or set store.allow_async_commit";
        if (strcmp(PQgetvalue(session, 0, COLUMN_FSYNC), "off") == 0)
                return "fsync is off: the server would acknowledge what a crash undoes; switch it "
                       "on, or set store.allow_async_commit";
        return NULL;
}

/* Reads which timeline the server is on, and refuses it if another has taken over. */
static enum err timeline_join(struct sql_connection *connection)
{
        PGresult *found CLEANUP(postgres_clearp) =
                postgres_result(connection, PQsendQuery(connection->server, timeline_text));

        if (!postgres_is_good(found))
                return postgres_fault(connection, take(&found), "a new session");
        timeline_learn(&connection->timeline, PQgetvalue(found, 0, 0), PQgetvalue(found, 0, 1));
        if (timeline_is_over(&connection->timeline))
                return postgres_complain(connection, "a new session",
                                         "another server has taken over from this one");
        return ERR_OK;
}

static enum err session_begin(struct sql_connection *connection)
{
        char process[16];
        const char *const values[] = {connection->location->schema,
                                      connection->read_only ? "on" : "off",
                                      postgres_is_pooled(connection) ? "true" : "false", process};
        PGresult *session CLEANUP(postgres_clearp) = NULL;
        const char *problem;

        (void)snprintf(process, sizeof(process), "%d", PQbackendPID(connection->server));
        if (PQserverVersion(connection->server) < VERSION_LEAST)
                return postgres_complain(connection, "a new session",
                                         "grantd needs PostgreSQL 13 or newer");
        session = postgres_result(connection, PQsendQueryParams(connection->server, session_text,
                                                                ARRAY_SIZE(values), NULL, values,
                                                                NULL, NULL, 1));
        if (!postgres_is_good(session))
                return postgres_fault(connection, take(&session), "a new session");
        if (PQntuples(session) != 1 || PQnfields(session) != COLUMNS ||
            PQgetlength(session, 0, COLUMN_ID) != sizeof(connection->id.bytes))
                return postgres_complain(connection, "a new session", "unexpected columns");
        problem = session_problem(connection, session);
        if (problem)
                return postgres_complain(connection, "a new session", problem);
        (void)snprintf(connection->synchronous_commit, sizeof(connection->synchronous_commit), "%s",
                       PQgetvalue(session, 0, COLUMN_SYNCHRONOUS));
        if (!connection->batch)
                memcpy(connection->id.bytes, PQgetvalue(session, 0, COLUMN_ID),
                       sizeof(connection->id.bytes));
        return ERR_OK;
}

/* A warning may mean that a commit did not wait for the standby. */
static void on_notice(void *context, const PGresult *notice)
{
        struct sql_connection *connection = context;
        const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);

        if (severity && strcmp(severity, "WARNING") == 0)
                connection->warned = true;
}

/* For a moment after a failure, attempts are refused at once: an unreachable server must not block
 * a queue. */
enum err postgres_connect(struct sql_connection *connection)
{
        enum err error = ERR_STORE_UNAVAILABLE;

        if (connection->server && !timeline_is_over(&connection->timeline))
                return ERR_OK;
        postgres_hang_up(connection);
        if (monotonic_now() < connection->next_try)
                return ERR_STORE_UNAVAILABLE;
        connection->server = server_open(connection->location->url);
        if (PQstatus(connection->server) == CONNECTION_OK &&
            PQsetnonblocking(connection->server, 1) == 0) {
                (void)PQsetNoticeReceiver(connection->server, on_notice, connection);
                error = session_begin(connection);
                if (error == ERR_OK)
                        error = timeline_join(connection);
        } else
                error = postgres_complain(connection, "connecting",
                                          PQerrorMessage(connection->server));
        if (error == ERR_OK) {
                metric_count(METRIC_store_connections_total, 0);
                return ERR_OK;
        }
        postgres_hang_up(connection);
        connection->next_try = monotonic_in(REST);
        return error;
}
