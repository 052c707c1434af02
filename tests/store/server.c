/* SPDX-License-Identifier: Apache-2.0
 *
 * A schema for each world. Names of schemas are folders' names, in which nothing needs quoting.
 */
#include "server.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "test.h"

static const char *server_url(void)
{
        const char *url = getenv("TEST_DATABASE_URL");

        return url && *url ? url : NULL;
}

/* The tests' own queries depend on the session. */
static const char *direct_url(const char *url)
{
        const char *direct = getenv("TEST_DATABASE_DIRECT_URL");

        return direct ? direct : url;
}

bool server_is_pooled(void)
{
        return getenv("TEST_DATABASE_DIRECT_URL") != NULL;
}

void server_use(const char *folder, char (*url)[256], char (*schema)[64])
{
        if (!server_url())
                return;
        (void)snprintf(*url, sizeof(*url), "%s", server_url());
        (void)snprintf(*schema, sizeof(*schema), "t_%s", strrchr(folder, '-') + 1);
        for (char *at = *schema; *at; at++)
                if (*at >= 'A' && *at <= 'Z')
                        *at = (char)(*at - 'A' + 'a');
}

static PGresult *ask(PGconn *server, const char *query)
{
        PGresult *result = PQexec(server, query);
        ExecStatusType status = PQresultStatus(result);

        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
                fail_msg("%s: %s", query, PQerrorMessage(server));
        return result;
}

static void run(PGconn *server, const char *query)
{
        PQclear(ask(server, query));
}

/* Statements find the schema, and another one's name, as settings. */
static PGconn *server_open(const char *url, const char *schema, const char *other)
{
        const char *const values[] = {schema, other};
        PGconn *server = PQconnectdb(direct_url(url));
        PGresult *result = PQexecParams(server,
                                        "SELECT set_config('search_path', $1, false), "
                                        "set_config('tests.other', $2, false)",
                                        2, NULL, values, NULL, NULL, 0);

        CHECK_INT(PQresultStatus(result), PGRES_TUPLES_OK);
        PQclear(result);
        run(server, "SET client_min_messages = error");
        return server;
}

static void schema_drop(PGconn *server)
{
        run(server, "DO $$ BEGIN EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', "
                    "current_setting('search_path')); END $$");
}

/* Does something with each table of ours, before it gets the rows of the other one. */
#define ROWS_OF(what, values)                                                                      \
        "DO $$ DECLARE ours TEXT := current_setting('search_path'); "                              \
        "theirs TEXT := current_setting('tests.other'); t TEXT; BEGIN "                            \
        "FOR t IN SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "                       \
        "AND NOT relispartition AND relnamespace = to_regnamespace(theirs) LOOP "                  \
        "EXECUTE format('" what "', " values "); "                                                 \
        "EXECUTE format('INSERT INTO %I.%I OVERRIDING SYSTEM VALUE SELECT * FROM %I.%I', "         \
        "ours, t, theirs, t); END LOOP; "                                                          \
        "EXECUTE format('SELECT setval(pg_get_serial_sequence(''%I.audit'', ''no''), "             \
        "COALESCE(MAX(no), 0) + 1, false) FROM %I.audit', ours, ours); END $$"

/* The schema as a copy of the other one. */
static void schema_fill(PGconn *server)
{
        run(server, "DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', "
                    "current_setting('search_path')); END $$");
        run(server, ROWS_OF("CREATE TABLE %I.%I (LIKE %I.%I INCLUDING ALL)", "ours, t, theirs, t"));
}

void server_partition(const char *url, const char *schema, int64_t since)
{
        char query[200];
        PGconn *server;

        if (!*schema)
                return;
        server = server_open(url, schema, "");
        (void)snprintf(query, sizeof(query),
                       "SELECT partitions_make(%lld, %lld + 40 * 3600000::bigint)",
                       (long long)since, (long long)since);
        run(server, query);
        PQfinish(server);
}

void server_clean(const char *url, const char *schema)
{
        PGconn *server;
        char copy[80];

        if (!*schema)
                return;
        server = server_open(url, schema, "");
        schema_drop(server);
        PQfinish(server);
        (void)snprintf(copy, sizeof(copy), "%s_copy", schema);
        server = server_open(url, copy, "");
        schema_drop(server);
        PQfinish(server);
}

struct slice server_copy(const char *url, const char *schema, struct arena *arena)
{
        PGconn *server;
        char copy[80];

        (void)snprintf(copy, sizeof(copy), "%s_copy", schema);
        server = server_open(url, copy, schema);
        schema_drop(server);
        schema_fill(server);
        PQfinish(server);
        return slice_from_string(arena_string(arena, slice_from_string(copy)));
}

/* Rows alone, if its tables are there: that is much faster than new tables. */
void server_restore(const char *url, const char *schema, struct slice copy)
{
        PGconn *server = server_open(url, schema, copy.size ? (const char *)copy.data : "");

        if (!copy.size)
                schema_drop(server);
        else
                run(server, ROWS_OF("DELETE FROM %I.%I", "ours, t"));
        PQfinish(server);
}

/* Without what differs where all is the same: the numbers of audit rows and of lines of the log are
 * not given again after a rollback. */
static void rows_dump(PGconn *server, const char *table, struct buf *out)
{
        char query[200];
        PGresult *rows;

        (void)snprintf(query, sizeof(query),
                       "SELECT (to_jsonb(t) %s)::text FROM %s AS t%s ORDER BY 1",
                       strcmp(table, "audit") ? "" : "- 'no'", table,
                       strcmp(table, "counter") ? "" : " WHERE name <> 'revocation_log'");
        rows = ask(server, query);
        for (int i = 0; i < PQntuples(rows); i++) {
                buf_put_string(out, table);
                buf_put_byte(out, ' ');
                buf_put_string(out, PQgetvalue(rows, i, 0));
                buf_put_byte(out, '\n');
        }
        PQclear(rows);
}

struct slice server_dump(const char *url, const char *schema, struct arena *arena)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(16 << 20);
        PGconn *server = server_open(url, schema, "");
        PGresult *tables =
                ask(server, "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "
                            "AND NOT relispartition "
                            "AND relnamespace = to_regnamespace(current_schema()) "
                            "AND relname NOT IN ('writer', 'revocation_log') ORDER BY 1");

        for (int i = 0; i < PQntuples(tables); i++)
                rows_dump(server, PQgetvalue(tables, i, 0), &out);
        PQclear(tables);
        PQfinish(server);
        CHECK(!out.failed && out.size);
        return arena_copy(arena, buf_slice(&out));
}

int64_t server_number(const char *url, const char *schema, const char *query)
{
        PGconn *server = server_open(url, schema, "");
        PGresult *rows = PQexec(server, query);
        int64_t number = PQntuples(rows) == 1 ? strtoll(PQgetvalue(rows, 0, 0), NULL, 10) : -1;

        PQclear(rows);
        PQfinish(server);
        return number;
}
