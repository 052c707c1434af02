/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing a world's database without its store.
 */
#include "snapshot.h"

#include <sqlite3.h>

#include "base/files.h"

static const char *path_of(const struct world *world, const char *name, char (*room)[128])
{
        (void)snprintf(*room, sizeof(*room), "%s/%s", world->folder, name);
        return *room;
}

struct slice snapshot_take(struct world *world)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        struct slice bytes = {0};
        char path[128];

        world_close(world);
        if (*world->schema)
                return server_copy(world->url, world->schema, &world->arena);
        CHECK_OK(file_read(path_of(world, "db", &path), 16 << 20, &world->arena, &bytes, &why));
        return bytes;
}

void snapshot_put(const struct world *world, struct slice database)
{
        char path[128];
        FILE *stream;

        if (*world->schema) {
                server_restore(world->url, world->schema, database);
                return;
        }
        (void)unlink(path_of(world, "db-wal", &path));
        (void)unlink(path_of(world, "db-shm", &path));
        (void)unlink(path_of(world, "revocations.log", &path));
        stream = fopen(path_of(world, "db", &path), "wb");
        assert_non_null(stream);
        CHECK_INT(fwrite(database.data, 1, database.size, stream), database.size);
        CHECK_INT(fclose(stream), 0);
}

/* --- reading --- */

static void database_closep(sqlite3 **database)
{
        (void)sqlite3_close(*database);
}

static void statement_endp(sqlite3_stmt **statement)
{
        (void)sqlite3_finalize(*statement);
}

static sqlite3 *database_open(const struct world *world)
{
        sqlite3 *database = NULL;
        char path[128];

        CHECK_INT(sqlite3_open_v2(path_of(world, "db", &path), &database, SQLITE_OPEN_READWRITE,
                                  NULL),
                  SQLITE_OK);
        (void)sqlite3_busy_timeout(database, 5000);
        return database;
}

static bool has_row(sqlite3 *database, sqlite3_stmt *statement)
{
        int code = sqlite3_step(statement);

        if (code != SQLITE_ROW && code != SQLITE_DONE)
                fail_msg("reading the database: %s", sqlite3_errmsg(database));
        return code == SQLITE_ROW;
}

/* Without the number of the last line of revocations.log, since a repeated operation writes two
 * lines. */
static void rows_dump(sqlite3 *database, const char *table, struct buf *out)
{
        sqlite3_stmt *statement CLEANUP(statement_endp) = NULL;
        char query[128];

        (void)snprintf(query, sizeof(query), "SELECT * FROM \"%s\"%s ORDER BY 1, 2", table,
                       strcmp(table, "counter") ? "" : " WHERE name <> 'revocation_log'");
        if (sqlite3_prepare_v2(database, query, -1, &statement, NULL) != SQLITE_OK) {
                (void)snprintf(query, sizeof(query), "SELECT * FROM \"%s\" ORDER BY 1", table);
                CHECK_INT(sqlite3_prepare_v2(database, query, -1, &statement, NULL), SQLITE_OK);
        }
        while (has_row(database, statement)) {
                buf_put_string(out, table);
                for (int i = 0; i < sqlite3_column_count(statement); i++) {
                        const void *bytes = sqlite3_column_blob(statement, i);
                        size_t size = (size_t)sqlite3_column_bytes(statement, i);

                        buf_put_string(out, sqlite3_column_type(statement, i) == SQLITE_NULL ? " -"
                                                                                             : " ");
                        hex_encode(out, slice_new(bytes ? bytes : "", size));
                }
                buf_put_byte(out, '\n');
        }
}

struct slice snapshot_dump(const struct world *world, struct arena *arena)
{
        sqlite3 *database CLEANUP(database_closep) = NULL;
        sqlite3_stmt *tables CLEANUP(statement_endp) = NULL;
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(16 << 20);

        if (*world->schema)
                return server_dump(world->url, world->schema, arena);
        database = database_open(world);
        CHECK_INT(sqlite3_prepare_v2(database,
                                     "SELECT name FROM sqlite_schema WHERE type = 'table' "
                                     "AND name NOT LIKE 'sqlite_%' ORDER BY name",
                                     -1, &tables, NULL),
                  SQLITE_OK);
        while (has_row(database, tables))
                rows_dump(database, (const char *)sqlite3_column_text(tables, 0), &out);
        CHECK(!out.failed && out.size);
        return arena_copy(arena, buf_slice(&out));
}

int64_t snapshot_number(const struct world *world, const char *query)
{
        sqlite3 *database CLEANUP(database_closep) = NULL;
        sqlite3_stmt *statement CLEANUP(statement_endp) = NULL;

        if (*world->schema)
                return server_number(world->url, world->schema, query);
        database = database_open(world);
        if (sqlite3_prepare_v2(database, query, -1, &statement, NULL) != SQLITE_OK ||
            sqlite3_step(statement) != SQLITE_ROW)
                return -1;
        return sqlite3_column_int64(statement, 0);
}

int64_t snapshot_count(const struct world *world, const char *table)
{
        char text[128];

        (void)snprintf(text, sizeof(text), "SELECT COUNT(*) FROM %s", table);
        return snapshot_number(world, text);
}

int64_t audit_take(struct world *world)
{
        struct cleanup_limits limits = limits_none();
        int64_t n = snapshot_count(world, "audit");

        limits.audit_before = after(1000000);
        while (snapshot_count(world, "audit"))
                (void)clean_up(world, NOW, &limits);
        return n;
}
