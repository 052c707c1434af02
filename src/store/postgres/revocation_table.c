/* SPDX-License-Identifier: Apache-2.0
 *
 * The revocation log as a table. It is restored together with the database, so it cannot say what
 * was revoked after the backup; a node may keep a copy in a file, which can
 * (docs/how-to/restore-postgresql.md).
 */
#include "base/event.h"
#include "base/macros.h"
#include "base/metric.h"
#include "store/postgres/connection.h"
#include "store/revocation_file.h"
#include "store/revocation_history.h"
#include "store/revocation_log.h"

static enum err line_append(struct sql_connection *connection, enum statement statement,
                            int64_t number, struct slice text)
{
        const struct sql_value values[] = {{.kind = SQL_INTEGER, .integer = number},
                                           {.kind = SQL_TEXT, .bytes = text}};
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql_rows rows = {0};

        return postgres_run(connection, statement, &(struct sql_values){values, ARRAY_SIZE(values)},
                            &arena, &rows);
}

/* Stable until the transaction ends, since there is one writer at a time. */
static enum err last_number(struct sql_connection *connection, int64_t *ret)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql_rows rows = {0};

        TRY(postgres_run(connection, STATEMENT_LOG_LAST, &(struct sql_values){0}, &arena, &rows));
        *ret = rows.n_rows ? rows.values[0].integer : 0;
        return ERR_OK;
}

enum err postgres_log_append(struct sql_connection *connection, struct revocation_log *log,
                             int64_t known, int64_t *ret_last)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(log->n * REVOCATION_LINE);
        struct slice rest, line;
        int64_t last;

        TRY(last_number(connection, &last));
        revocation_log_put(log, known, last, &text);
        if (text.failed)
                return ERR_STORE_UNAVAILABLE;
        rest = buf_slice(&text);
        for (size_t i = 0; i < log->n && slice_cut(&rest, '\n', &line); i++)
                TRY(line_append(connection, STATEMENT_LOG_APPEND, log->lines[i].number, line));
        *ret_last = log->lines[log->n - 1].number;
        connection->log_grew = true;
        log->n = 0;
        return ERR_OK;
}

enum err postgres_log_keep(struct sql_connection *connection, struct slice lines)
{
        struct slice text;

        while (slice_cut(&lines, '\n', &text)) {
                struct revocation_line line;

                if (!revocation_line_read(text, &line))
                        return ERR_INTERNAL;
                TRY(line_append(connection, STATEMENT_LOG_KEEP, line.number, text));
        }
        return ERR_OK;
}

/* From the line behind `last` on, the whole log: 0. */
static enum err lines_read(struct sql_connection *connection, int64_t last,
                           struct revocation_history *history)
{
        struct sql_value after = {.kind = SQL_INTEGER, .integer = last};
        bool is_more = true;

        while (is_more) {
                struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
                struct sql_rows rows = {0};

                TRY(postgres_run(connection, STATEMENT_LOG_READ, &(struct sql_values){&after, 1},
                                 &arena, &rows));
                for (size_t i = 0; i < rows.n_rows; i++)
                        revocation_history_add(history, rows.values[i * rows.n_columns + 1].bytes);
                is_more = rows.n_rows > 0;
                if (is_more)
                        after = rows.values[(rows.n_rows - 1) * rows.n_columns];
        }
        return ERR_OK;
}

enum err postgres_log_read(struct sql_connection *connection, struct revocation_history *history)
{
        return lines_read(connection, 0, history);
}

/* --- the copy in a file --- */

static void line_collect(void *context, struct slice line)
{
        buf_put(context, line);
        buf_put_byte(context, '\n');
}

static enum err lines_copy(struct sql_connection *connection, const char *path)
{
        struct buf lines CLEANUP(buf_deinit) = BUF_INIT(SIZE_MAX / 2);
        struct revocation_history behind = {.each = line_collect, .context = &lines};
        struct sql_connection *reader;
        int64_t in_file, last;

        if (!connection->reader)
                TRY(postgres_open(connection->location, true, &connection->reader));
        reader = connection->reader;
        TRY(revocation_file_last(path, &in_file));
        TRY(last_number(reader, &last));
        if (in_file > last)
                return postgres_complain(connection, path,
                                         "it has lines that the database does not know: a restored "
                                         "database needs \"grantd store recover\"");
        TRY(lines_read(reader, in_file, &behind));
        return lines.failed ? ERR_OUT_OF_MEMORY : revocation_file_keep(path, buf_slice(&lines));
}

/* Only what is committed goes there, and whatever else the file lacks: so the files of all nodes
 * are parts of one log. */
void postgres_log_copy(struct sql_connection *connection)
{
        const char *path = connection->location->revocation_copy;

        if (connection->log_grew && *path && lines_copy(connection, path) != ERR_OK) {
                metric_count(METRIC_revocation_copy_failures_total, 0);
                EVENT_FAULT("store", EVENT_TEXT("what", path),
                            EVENT_TEXT("why", "it lacks lines of the revocation log"));
        }
        connection->log_grew = false;
}
