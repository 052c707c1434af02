/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver for SQLite: write-ahead log, synchronous=FULL, so that what was committed survives a
 * loss of power.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/event.h"
#include "base/macros.h"
#include "store/migrate.h"
#include "store/open.h"
#include "store/revocation_file.h"
#include "store/sqlite/connection.h"

enum {
        BUSY_TIMEOUT = 5000,     /* ms to wait for another process that writes */
        CHECKPOINT_AFTER = 1000, /* pages in the log, before it is copied into the database */
        INDEX_PAGE = 4096,       /* bytes; SQLite makes sure of the log's index page by page */
        INDEX_ROOM = 64 << 10,   /* bytes, what a first part of it takes, and as much again */
};

/* Bytes. The log grows while somebody reads for long, and is cut to this size afterwards. */
#define LOG_KEPT "16777216"

static enum err sqlite_locate(struct slice url, struct store_location *ret)
{
        const struct slice scheme = SLICE("sqlite:");
        struct slice path;

        if (!slice_starts_with(url, scheme))
                return ERR_FIELD_MALFORMED;
        path = slice_from(url, scheme.size);
        if (path.size == 0 || path.size >= sizeof(ret->path) || slice_contains_byte(path, 0))
                return ERR_FIELD_MALFORMED;
        memcpy(ret->path, path.data, path.size);
        (void)snprintf(ret->name, sizeof(ret->name), "%.300s", ret->path);
        (void)snprintf(ret->log_path, sizeof(ret->log_path), "%s-wal", ret->path);
        return ERR_OK;
}

static bool is_failed_sync(int code)
{
        return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

enum err sqlite_fault(struct sql_connection *connection, const char *what)
{
        if (is_failed_sync(sqlite3_extended_errcode(connection->database)))
                connection->sync_failed = true;
        EVENT_FAULT("store", EVENT_TEXT("what", what),
                    EVENT_TEXT("why", sqlite3_errmsg(connection->database)),
                    EVENT_INTEGER("code", sqlite3_extended_errcode(connection->database)));
        return ERR_STORE_UNAVAILABLE;
}

static enum err sqlite_execute(struct sql_connection *connection, const char *text)
{
        if (sqlite3_exec(connection->database, text, NULL, NULL, NULL) != SQLITE_OK)
                return sqlite_fault(connection, text);
        return ERR_OK;
}

static void sqlite_close(struct sql_connection *connection)
{
        if (!connection)
                return;
        for (size_t i = 0; i < STATEMENT_COUNT; i++)
                sqlite3_finalize(connection->prepared[i]);
        sqlite3_close(connection->guard);
        sqlite3_close(connection->database);
        free(connection);
}

static void sqlite_closep(struct sql_connection **connection)
{
        sqlite_close(*connection);
}

/* Before anything else of the library runs: its memory statistics cost a lock that all connections
 * share at each allocation, and nobody reads them. */
__attribute__((constructor)) static void sqlite_prepare_library(void)
{
        (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* While another process begins the log anew, a checkpoint may take what that one writes for what it
 * has brought into the database itself, and it is lost: a fault of every SQLite before 3.51.3 (see
 * sqlite.org/wal.html#walresetbug). Nobody can begin the log anew while the guard holds the lock of
 * writers. Where others hold it for long, they bring the log in themselves. */
static int sqlite_checkpoint(struct sql_connection *connection)
{
        int code = sqlite3_exec(connection->guard, "BEGIN IMMEDIATE", NULL, NULL, NULL);

        if (code == SQLITE_OK)
                code = sqlite3_wal_checkpoint_v2(connection->database, "main",
                                                 SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        if (!sqlite3_get_autocommit(connection->guard))
                (void)sqlite3_exec(connection->guard, "ROLLBACK", NULL, NULL, NULL);
        return code;
}

/* After each commit. SQLite's own way to do this hides that the database could not be synced; but a
 * second sync may then succeed without what the first one lost, and the log would be given up. So
 * the log is kept for the next start, and the commit, which stands, is reported as unknown. */
static int sqlite_on_log(void *context, sqlite3 *database, const char *name, int n_pages)
{
        struct sql_connection *connection = context;
        int code = SQLITE_OK;

        (void)name;
        if (n_pages >= CHECKPOINT_AFTER && connection->guard)
                code = sqlite_checkpoint(connection);
        if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY)
                (void)sqlite_fault(connection, "checkpoint");
        if (!is_failed_sync(code))
                return SQLITE_OK;
        sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        return code;
}

static int sqlite_connect(const char *path, int flags, sqlite3 **ret)
{
        int code = sqlite3_open_v2(path, ret, flags | SQLITE_OPEN_NOMUTEX, NULL);

        if (code != SQLITE_OK)
                return code;
        sqlite3_busy_timeout(*ret, BUSY_TIMEOUT);
        return sqlite3_extended_result_codes(*ret, 1);
}

/* The log's index is a file in memory. SQLite writes one byte into each of its pages first, so that
 * a full disk is an error and not the end of the process; where a page is more than one block, that
 * makes sure of one block only. */
static bool sqlite_index_is_safe(const char *path)
{
        struct statvfs status;

        return statvfs(path, &status) != 0 || status.f_bsize >= INDEX_PAGE ||
               (uint64_t)status.f_bavail * status.f_frsize >= INDEX_ROOM;
}

/* A page that leaves the cache before its commit would stand in the log of a transaction that may
 * be rolled back; it would also be written twice. */
static enum err sqlite_prepare_writer(const char *path, struct sql_connection *connection)
{
        if (!sqlite_index_is_safe(path)) {
                EVENT_FAULT("store", EVENT_TEXT("what", path),
                            EVENT_TEXT("why", "the disk is full, and its blocks are smaller than "
                                              "4 KiB; make room"));
                return ERR_STORE_UNAVAILABLE;
        }
        TRY(sqlite_execute(connection, "PRAGMA journal_mode = WAL; PRAGMA cache_spill = OFF;"
                                       "PRAGMA journal_size_limit = " LOG_KEPT));
        if (sqlite_connect(path, SQLITE_OPEN_READWRITE, &connection->guard) != SQLITE_OK)
                return sqlite_fault(connection, "the connection that guards checkpoints");
        return ERR_OK;
}

/* There may be as many readers as workers, and each would keep 2 MiB of what it has read. The
 * kernel has these pages too, so a reader needs no more than the inner ones of a few trees. */
static enum err sqlite_prepare_reader(struct sql_connection *connection)
{
        return sqlite_execute(connection, "PRAGMA query_only = ON; PRAGMA cache_size = -256");
}

/* Beside the database. */
static void sqlite_name_log(const char *path, struct sql_connection *connection)
{
        const char *slash = strrchr(path, '/');

        (void)snprintf(connection->revocations, sizeof(connection->revocations),
                       "%.*srevocations.log", slash ? (int)(slash - path) + 1 : 0, path);
}

static enum err sqlite_open(const struct store_location *location, bool read_only,
                            struct sql_connection **ret)
{
        struct sql_connection *connection CLEANUP(sqlite_closep) = calloc(1, sizeof(*connection));
        int flags = SQLITE_OPEN_READWRITE | (read_only ? 0 : SQLITE_OPEN_CREATE);

        if (!connection)
                return ERR_STORE_UNAVAILABLE;
        if (sqlite_connect(location->path, flags, &connection->database) != SQLITE_OK)
                return sqlite_fault(connection, location->path);
        sqlite_name_log(location->path, connection);
        sqlite3_wal_hook(connection->database, sqlite_on_log, connection);
        if (read_only)
                TRY(sqlite_prepare_reader(connection));
        else
                TRY(sqlite_prepare_writer(location->path, connection));
        TRY(sqlite_execute(connection, "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY"));
        *ret = take(&connection);
        return ERR_OK;
}

static enum err sqlite_begin_migration(struct sql_connection *connection)
{
        return sqlite_execute(connection, "BEGIN IMMEDIATE");
}

static void sqlite_roll_back(struct sql_connection *connection)
{
        if (!sqlite3_get_autocommit(connection->database))
                (void)sqlite_execute(connection, "ROLLBACK");
}

/* Nobody migrates meanwhile, so what was written by a program that is too old is never committed.
 */
static enum err sqlite_begin(struct sql_connection *connection)
{
        enum err error;

        TRY(sqlite_begin_migration(connection));
        error = migrate_check(&sqlite_driver, connection);
        if (error != ERR_OK)
                sqlite_roll_back(connection);
        return error;
}

/* After a failed write or sync of the log nobody knows what a restart will find; neither if memory
 * ran out, for SQLite still has to tell its other connections when the log has been synced. After
 * anything else, such as a full disk, the transaction is rolled back for certain. */
static enum sql_commit sqlite_commit(struct sql_connection *connection)
{
        int code = connection->sync_failed
                           ? SQLITE_IOERR_FSYNC
                           : sqlite3_exec(connection->database, "COMMIT", NULL, NULL, NULL);

        if (code == SQLITE_OK)
                return SQL_COMMITTED;
        (void)sqlite_fault(connection, "COMMIT");
        sqlite_roll_back(connection);
        code &= 0xff;
        return code == SQLITE_IOERR || code == SQLITE_NOMEM ? SQL_COMMIT_UNKNOWN
                                                            : SQL_NOT_COMMITTED;
}

static bool sqlite_is_in_transaction(struct sql_connection *connection)
{
        return !sqlite3_get_autocommit(connection->database);
}

static enum err sqlite_mark(struct sql_connection *connection, enum sql_mark mark)
{
        switch (mark) {
        case SQL_MARK_SET:
                return sqlite_execute(connection, "SAVEPOINT operation");
        case SQL_MARK_RELEASE:
                return sqlite_execute(connection, "RELEASE operation");
        case SQL_MARK_ROLL_BACK:
                return sqlite_execute(connection, "ROLLBACK TO operation; RELEASE operation");
        }
        return ERR_INTERNAL;
}

static enum err sqlite_log_append(struct sql_connection *connection, struct revocation_log *log,
                                  int64_t known, int64_t *ret_last)
{
        return revocation_file_append(connection->revocations, log, known, ret_last);
}

static enum err sqlite_log_keep(struct sql_connection *connection, struct slice lines)
{
        return revocation_file_keep(connection->revocations, lines);
}

static enum err sqlite_log_read(struct sql_connection *connection,
                                struct revocation_history *history)
{
        return revocation_file_read(connection->revocations, history);
}

const struct sql_driver sqlite_driver = {
        .schema = sqlite_schema,
        .locate = sqlite_locate,
        .open = sqlite_open,
        .close = sqlite_close,
        .script = sqlite_execute,
        .tries = 2,
        .batch = 256,
        .begin = sqlite_begin,
        .begin_migration = sqlite_begin_migration,
        .commit = sqlite_commit,
        .roll_back = sqlite_roll_back,
        .is_in_transaction = sqlite_is_in_transaction,
        .mark = sqlite_mark,
        .run = sqlite_run,
        .log_append = sqlite_log_append,
        .log_keep = sqlite_log_keep,
        .log_read = sqlite_log_read,
};
