/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema's version is a table of its own, so that both databases keep it the same way.
 */
#include "store/migrate.h"

#include "base/event.h"
#include "base/macros.h"

static enum err version_read(const struct sql_driver *driver, struct sql_connection *connection,
                             int64_t *ret)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        const struct sql_values none = {0};
        struct sql_rows rows = {0};

        TRY(driver->run(connection, STATEMENT_HAS_SCHEMA, &none, &arena, &rows));
        if (!rows.n_rows || !rows.values[0].integer)
                return driver->script(connection, "CREATE TABLE schema_version "
                                                  "(version INTEGER NOT NULL PRIMARY KEY)");
        TRY(driver->run(connection, STATEMENT_SCHEMA_VERSION, &none, &arena, &rows));
        *ret = rows.n_rows ? rows.values[0].integer : 0;
        return ERR_OK;
}

static enum err step_run(const struct sql_driver *driver, struct sql_connection *connection,
                         const struct embedded *file, int64_t version)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        const char *text = arena_string(&arena, file->bytes);
        struct sql_value number = {.kind = SQL_INTEGER, .integer = version};
        struct sql_rows rows = {0};

        TRY(arena_check(&arena));
        TRY(driver->script(connection, text));
        return driver->run(connection, STATEMENT_SCHEMA_STEP, &(struct sql_values){&number, 1},
                           &arena, &rows);
}

/* Not only clean-up makes them: the first rows come before its first round. */
static enum err partitions_make(const struct sql_driver *driver, struct sql_connection *connection)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql_value now = {.kind = SQL_NULL};
        struct sql_rows rows = {0};

        return driver->run(connection, STATEMENT_PARTITIONS_MAKE, &(struct sql_values){&now, 1},
                           &arena, &rows);
}

/* Under the writer's lock, so that two processes that start together do not both migrate. */
static enum err migrate_locked(const struct sql_driver *driver, struct sql_connection *connection)
{
        int64_t version = 0, newest = 0;

        while (driver->schema[newest].name)
                newest++;
        TRY(version_read(driver, connection, &version));
        if (version > newest) {
                EVENT_FAULT("store", EVENT_TEXT("what", "the database was made by a newer grantd; "
                                                        "run that one, or restore a back-up"));
                return ERR_CONFLICT;
        }
        for (; version < newest; version++)
                TRY(step_run(driver, connection, &driver->schema[version], version + 1));
        return partitions_make(driver, connection);
}

enum err migrate(const struct sql_driver *driver, struct sql_connection *connection)
{
        enum err error;

        TRY(driver->begin_migration(connection));
        error = migrate_locked(driver, connection);
        if (error == ERR_OK && driver->commit(connection) != SQL_COMMITTED)
                error = ERR_STORE_UNAVAILABLE;
        if (error != ERR_OK)
                driver->roll_back(connection);
        return error;
}
