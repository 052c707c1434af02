/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver for PostgreSQL. Any number of nodes can share a database. Like the writers of an
 * SQLite file, they write one at a time: each transaction first locks the table `turn`. So
 * operations may assume the same with both. The server ends transactions that are idle for three
 * seconds, so a node that hangs does not block the others.
 *
 * Each transaction leaves a row with its number in `writer`. If the connection is lost during a
 * commit, the writer's next transaction looks for that row. It holds the lock by then, so the lost
 * transaction has either committed or rolled back, even if another server has taken over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/event.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "store/migrate.h"
#include "store/postgres/connection.h"

enum {
        TRIES = 4,
        BATCH = 32,            /* operations, so that other nodes get their turn */
        PATIENCE_BEGIN = 6000, /* ms to begin a transaction, before its operations are refused */
        PAUSE = 50,            /* ms between two attempts, plus up to as much again */
        REST = 1000,           /* ms after PATIENCE_BEGIN in which operations are refused at once */
};

/* --- the location --- */

/* The value from the URL or the environment; never NULL. */
static const char *option_value(const PQconninfoOption *options, const char *name)
{
        const char *value = NULL;

        while (options->keyword && strcmp(options->keyword, name) != 0)
                options++;
        if (options->keyword)
                value = options->val || !options->envvar ? options->val : getenv(options->envvar);
        return value ? value : "";
}

/* Files with certificates and passwords, which libpq reads for each connection. */
static void files_find(const PQconninfoOption *options, struct store_location *ret)
{
        static const char *const names[] = {"sslrootcert", "sslcert", "sslkey", "sslcrl",
                                            "passfile"};
        static const char *const own[] = {".pgpass", ".postgresql", ".pg_service.conf"};
        const char *home = getenv("HOME"), *services = getenv("PGSERVICEFILE");
        size_t n = 0;

        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                const char *file = option_value(options, names[i]);

                if (*file)
                        (void)snprintf(ret->files[n++], sizeof(ret->files[0]), "%s", file);
        }
        if (services)
                (void)snprintf(ret->files[n++], sizeof(ret->files[0]), "%s", services);
        for (size_t i = 0; home && i < ARRAY_SIZE(own); i++)
                (void)snprintf(ret->files[n++], sizeof(ret->files[0]), "%.900s/%s", home, own[i]);
}

/* The URL must name a user: libpq would otherwise look up the process's user, for which the sandbox
 * does not allow enough. An @ in the host means that the password contains one, and part of it
 * would be shown as the host. */
static enum err postgres_locate(struct slice url, struct store_location *ret)
{
        PQconninfoOption *options;
        bool is_right;

        if ((!slice_starts_with(url, SLICE("postgresql://")) &&
             !slice_starts_with(url, SLICE("postgres://"))) ||
            url.size >= sizeof(ret->url) || slice_contains_byte(url, 0))
                return ERR_FIELD_MALFORMED;
        memcpy(ret->url, url.data, url.size);
        options = PQconninfoParse(ret->url, NULL);
        if (!options)
                return ERR_FIELD_MALFORMED;
        is_right = (*option_value(options, "user") || *option_value(options, "service")) &&
                   !strchr(option_value(options, "host"), '@');
        files_find(options, ret);
        (void)snprintf(ret->name, sizeof(ret->name), "%.100s on %.200s",
                       option_value(options, "dbname"), option_value(options, "host"));
        PQconninfoFree(options);
        return is_right ? ERR_OK : ERR_FIELD_MALFORMED;
}

/* --- the connection --- */

static void postgres_close(struct sql_connection *connection)
{
        if (!connection)
                return;
        postgres_close(connection->reader);
        postgres_hang_up(connection);
        free(connection);
}

enum err postgres_open(const struct store_location *location, bool read_only,
                       struct sql_connection **ret)
{
        struct sql_connection *connection = calloc(1, sizeof(*connection));
        enum err error;

        if (!connection)
                return ERR_STORE_UNAVAILABLE;
        connection->location = location;
        connection->read_only = read_only;
        connection->patience = PATIENCE_USUAL;
        error = postgres_connect(connection);
        if (error == ERR_OK)
                *ret = connection;
        else
                postgres_close(connection);
        return error;
}

/* --- transactions --- */

void postgres_pause(int64_t deadline)
{
        int64_t pause = PAUSE + monotonic_now() % PAUSE;

        (void)monotonic_poll(monotonic_within(deadline, pause), -1, 0);
}

void postgres_roll_back(struct sql_connection *connection)
{
        connection->must_restart = false;
        connection->patience = PATIENCE_USUAL;
        if (connection->server && PQtransactionStatus(connection->server) != PQTRANS_IDLE)
                (void)postgres_execute(connection, "ROLLBACK");
}

/* `text` begins with BEGIN. */
static enum err begin_once(struct sql_connection *connection, const char *text)
{
        TRY(postgres_connect(connection));
        if (!postgres_is_pooled(connection))
                return postgres_execute(connection, text);
        TRY(postgres_pooled_begin(connection, "6s"));
        return postgres_execute(connection, strchr(text, ';') + 1);
}

/* LOCK takes no snapshot, so at every isolation level the transaction sees what others committed
 * while it waited. A lost connection is noticed here at the latest. */
static enum err begin_with(struct sql_connection *connection, const char *text)
{
        int64_t deadline = monotonic_in(PATIENCE_BEGIN);
        enum err error;

        if (monotonic_now() < connection->next_begin)
                return ERR_STORE_UNAVAILABLE;
        do {
                error = begin_once(connection, text);
                if (error == ERR_OK)
                        return ERR_OK;
                postgres_roll_back(connection);
                postgres_pause(deadline);
        } while (monotonic_now() < deadline);
        connection->next_begin = monotonic_in(REST);
        return ERR_STORE_UNAVAILABLE;
}

static enum err postgres_begin(struct sql_connection *connection)
{
        TRY(begin_with(connection, "BEGIN READ WRITE; LOCK TABLE turn IN EXCLUSIVE MODE"));
        connection->batch++;
        return ERR_OK;
}

/* The tables may be missing, so a migration also takes an advisory lock. That statement has a
 * snapshot, so later ones need their own: READ COMMITTED. The search path is our schema's name. */
static enum err postgres_begin_migration(struct sql_connection *connection)
{
        TRY(begin_with(connection, "BEGIN ISOLATION LEVEL READ COMMITTED; "
                                   "SELECT pg_advisory_xact_lock(hashtextextended("
                                   "current_setting('search_path'), 7308895158910547571)); "
                                   "SET LOCAL statement_timeout = 0; "
                                   "DO $$ DECLARE ours TEXT := current_setting('search_path'); "
                                   "BEGIN IF to_regnamespace(ours) IS NULL "
                                   "THEN EXECUTE format('CREATE SCHEMA %I', ours); END IF; "
                                   "IF to_regclass('turn') IS NOT NULL "
                                   "THEN LOCK TABLE turn IN EXCLUSIVE MODE; END IF; END $$"));
        connection->patience = PATIENCE_MIGRATION;
        connection->batch++;
        return ERR_OK;
}

void postgres_mark_values(const struct sql_connection *connection,
                          struct sql_value ret[POSTGRES_MARK_VALUES])
{
        ret[0] = (struct sql_value){.kind = SQL_BLOB, .bytes = uuid_slice(&connection->id)};
        ret[1] = (struct sql_value){.kind = SQL_INTEGER, .integer = connection->batch};
        ret[2] = (struct sql_value){.kind = SQL_INTEGER, .integer = connection->known_batch};
        ret[3] =
                (struct sql_value){.kind = SQL_INTEGER, .integer = migrate_known(&postgres_driver)};
}

/* Inserts a row with the number of this transaction, and deletes that of the last one known to be
 * committed. A row that is updated again and again would become a long chain of versions while
 * another session's snapshot is open. A new writer deletes the rows of old writers. */
static enum err writer_mark(struct sql_connection *connection)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql_value values[POSTGRES_MARK_VALUES];
        struct sql_rows rows = {0};

        postgres_mark_values(connection, values);
        if (connection->known_batch == 0)
                TRY(postgres_run(connection, STATEMENT_WRITERS_END, &(struct sql_values){0}, &arena,
                                 &rows));
        return postgres_run(connection, STATEMENT_WRITER_MARK,
                            &(struct sql_values){values, ARRAY_SIZE(values)}, &arena, &rows);
}

/* In a transaction in which a statement has failed, COMMIT is a ROLLBACK. A commit with a warning
 * may not have reached the standby. */
static enum sql_commit postgres_commit(struct sql_connection *connection)
{
        PGresult *result CLEANUP(postgres_clearp) = NULL;

        connection->warned = false;
        connection->patience = PATIENCE_USUAL;
        if (connection->server && PQtransactionStatus(connection->server) == PQTRANS_INTRANS &&
            writer_mark(connection) == ERR_OK) {
                result = postgres_result(connection, PQsendQuery(connection->server, "COMMIT"));
                if (!result || connection->warned)
                        return SQL_COMMIT_UNKNOWN;
                if (postgres_is_good(result) && strcmp(PQcmdStatus(result), "COMMIT") == 0) {
                        connection->known_batch = connection->batch;
                        postgres_log_copy(connection);
                        return SQL_COMMITTED;
                }
                (void)postgres_fault(connection, take(&result), "COMMIT");
        }
        postgres_roll_back(connection);
        return SQL_NOT_COMMITTED;
}

/* Whether the transaction of this number was committed. If not, its row is inserted as that of a
 * lost one: should the server come to its messages only now, it fails on that. The transaction that
 * looks is committed too: after that the standbys have both. */
static enum err writer_find(struct sql_connection *connection, int64_t batch, bool *ret)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        const struct sql_value values[] = {{.kind = SQL_BLOB, .bytes = uuid_slice(&connection->id)},
                                           {.kind = SQL_INTEGER, .integer = batch}};
        struct sql_rows rows = {0};
        enum err error;

        TRY(postgres_begin(connection));
        error = postgres_run(connection, STATEMENT_WRITER_FIND,
                             &(struct sql_values){values, ARRAY_SIZE(values)}, &arena, &rows);
        if (error == ERR_OK && postgres_commit(connection) != SQL_COMMITTED)
                error = ERR_STORE_UNAVAILABLE;
        postgres_roll_back(connection);
        *ret = rows.n_rows > 0 && rows.values[0].integer;
        return error;
}

static enum sql_commit postgres_resolve(struct sql_connection *connection, int64_t deadline)
{
        int64_t lost = connection->batch;
        bool is_there;

        while (writer_find(connection, lost, &is_there) != ERR_OK) {
                if (monotonic_now() >= deadline) {
                        (void)postgres_complain(connection, "a commit that was in doubt",
                                                "the database was away for too long to find out "
                                                "how it ended; its requests get 500");
                        return SQL_COMMIT_UNKNOWN;
                }
                postgres_pause(deadline);
        }
        EVENT(EVENT_WARNING, "store", EVENT_TEXT("what", "a commit that was in doubt"),
              EVENT_TEXT("outcome", is_there ? "committed" : "rolled back"));
        return is_there ? SQL_COMMITTED : SQL_NOT_COMMITTED;
}

static bool postgres_is_in_transaction(struct sql_connection *connection)
{
        return connection->server && !connection->must_restart &&
               PQtransactionStatus(connection->server) != PQTRANS_IDLE;
}

/* After a failed statement only a rollback is possible, so the operation leaves nothing behind. */
static enum err postgres_mark(struct sql_connection *connection, enum sql_mark mark)
{
        if (!connection->server)
                return ERR_STORE_UNAVAILABLE;
        if (mark == SQL_MARK_SET)
                return postgres_execute(connection, "SAVEPOINT operation");
        if (mark == SQL_MARK_RELEASE && PQtransactionStatus(connection->server) == PQTRANS_INTRANS)
                return postgres_execute(connection, "RELEASE operation");
        return postgres_execute(connection, "ROLLBACK TO operation; RELEASE operation");
}

const struct sql_driver postgres_driver = {
        .schema = postgres_schema,
        .grants = postgres_grants,
        .locate = postgres_locate,
        .open = postgres_open,
        .close = postgres_close,
        .script = postgres_execute,
        .tries = TRIES,
        .batch = BATCH,
        .log_is_inside = true,
        .begin = postgres_begin,
        .begin_migration = postgres_begin_migration,
        .commit = postgres_commit,
        .resolve = postgres_resolve,
        .roll_back = postgres_roll_back,
        .is_in_transaction = postgres_is_in_transaction,
        .mark = postgres_mark,
        .run = postgres_run,
        .run_overlapping = postgres_run_overlapping,
        .log_append = postgres_log_append,
        .log_keep = postgres_log_keep,
        .log_read = postgres_log_read,
};
