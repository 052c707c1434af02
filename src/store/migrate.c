/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema's version is a table of its own, so that both databases keep it the same way. Each
 * step has a row there, with the oldest version of the schema that a program must know to go on
 * serving: that of the row before, unless the step raises it in all rows.
 */
#include "store/migrate.h"

#include "base/event.h"
#include "base/macros.h"

static const char versions_create[] = "CREATE TABLE schema_version "
                                      "(version INTEGER NOT NULL PRIMARY KEY, "
                                      "oldest INTEGER NOT NULL)";

static enum err integer_read(const struct sql_driver *driver, struct sql_connection *connection,
                             enum statement statement, int64_t *ret)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql_rows rows = {0};

        TRY(driver->run(connection, statement, &(struct sql_values){0}, &arena, &rows));
        *ret = rows.n_rows ? rows.values[0].integer : 0;
        return ERR_OK;
}

static enum err versions_read(const struct sql_driver *driver, struct sql_connection *connection,
                              struct migration *migration)
{
        TRY(integer_read(driver, connection, STATEMENT_SCHEMA_VERSION, &migration->version));
        return integer_read(driver, connection, STATEMENT_SCHEMA_OLDEST, &migration->oldest);
}

int64_t migrate_known(const struct sql_driver *driver)
{
        int64_t n = 0;

        while (driver->schema[n].name)
                n++;
        return n;
}

enum err migrate_check(const struct sql_driver *driver, struct sql_connection *connection)
{
        int64_t oldest;

        TRY(integer_read(driver, connection, STATEMENT_SCHEMA_OLDEST, &oldest));
        return oldest > migrate_known(driver) ? ERR_PROGRAM_OLD : ERR_OK;
}

enum err migrate_look(const struct sql_driver *driver, struct sql_connection *connection,
                      struct migration *ret)
{
        struct migration migration = {.newest = migrate_known(driver)};
        int64_t has_schema, is_allowed;

        TRY(integer_read(driver, connection, STATEMENT_HAS_SCHEMA, &has_schema));
        if (has_schema)
                TRY(versions_read(driver, connection, &migration));
        TRY(integer_read(driver, connection, STATEMENT_MAY_MIGRATE, &is_allowed));
        migration.is_allowed = is_allowed;
        *ret = migration;
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
static enum err partitions_make(const struct sql_driver *driver, struct sql_connection *connection,
                                const void *nothing)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql_value now = {.kind = SQL_NULL};
        struct sql_rows rows = {0};

        (void)nothing;
        return driver->run(connection, STATEMENT_PARTITIONS_MAKE, &(struct sql_values){&now, 1},
                           &arena, &rows);
}

/* Under the writer's lock, so that two processes that start together do not both migrate. */
static enum err migrate_locked(const struct sql_driver *driver, struct sql_connection *connection,
                               const void *nothing)
{
        struct migration now;

        (void)nothing;
        TRY(migrate_look(driver, connection, &now));
        if (now.version == 0)
                TRY(driver->script(connection, versions_create));
        for (; now.version < now.newest; now.version++)
                TRY(step_run(driver, connection, &driver->schema[now.version], now.version + 1));
        return partitions_make(driver, connection, NULL);
}

/* One transaction of a migration. */
static enum err in_transaction(const struct sql_driver *driver, struct sql_connection *writer,
                               enum err (*body)(const struct sql_driver *, struct sql_connection *,
                                                const void *),
                               const void *in)
{
        enum err error;

        TRY(driver->begin_migration(writer));
        error = body(driver, writer, in);
        if (error == ERR_OK && driver->commit(writer) != SQL_COMMITTED)
                error = ERR_STORE_UNAVAILABLE;
        if (error != ERR_OK)
                driver->roll_back(writer);
        return error;
}

static enum err look(const struct sql_driver *driver, const struct store_location *location,
                     struct migration *ret)
{
        struct sql_connection *reader = NULL;
        enum err error;

        TRY(driver->open(location, true, &reader));
        error = migrate_look(driver, reader, ret);
        driver->close(reader);
        return error;
}

static enum err refuse(enum err refusal, const char *why)
{
        EVENT_FAULT("store", EVENT_TEXT("what", why));
        return refusal;
}

enum err migrate(const struct sql_driver *driver, const struct store_location *location,
                 struct sql_connection *writer)
{
        struct migration now;

        TRY(look(driver, location, &now));
        if (now.oldest > now.newest)
                return refuse(ERR_CONFLICT, "the database was made by a newer grantd; run that "
                                            "one, or restore a back-up");
        if (now.version >= now.newest)
                return in_transaction(driver, writer, partitions_make, NULL);
        if (!now.is_allowed)
                return refuse(ERR_SCHEMA_OLD,
                              "the database's schema is older than this program, and this role may "
                              "not update it; run \"grantd migrate\" as the role that owns it");
        return in_transaction(driver, writer, migrate_locked, NULL);
}

static enum err grants_run(const struct sql_driver *driver, struct sql_connection *connection,
                           const void *in)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql_rows rows = {0};

        TRY(driver->run(connection, STATEMENT_SERVING_ROLE, &(struct sql_values){in, 1}, &arena,
                        &rows));
        return driver->script(connection, driver->grants);
}

enum err migrate_grant(const struct sql_driver *driver, struct sql_connection *writer,
                       struct slice role)
{
        struct sql_value name = {.kind = SQL_TEXT, .bytes = role};

        if (!driver->grants)
                return ERR_NOT_FOUND;
        return in_transaction(driver, writer, grants_run, &name);
}
