/* SPDX-License-Identifier: Apache-2.0
 *
 * A copy of the revocation log that a node kept in a file is put back, where the log was restored
 * with the database: what the database then does not know, store_recover() repeats.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "store/revocation_history.h"
#include "store/sql.h"

static int number_compare(const void *a, const void *b)
{
        int64_t left = ((const struct revocation_line *)a)->number;
        int64_t right = ((const struct revocation_line *)b)->number;

        return (left > right) - (left < right);
}

static enum err lines_sort(struct revocation_history *history)
{
        TRY(arena_check(history->arena));
        if (history->n)
                qsort(history->lines, history->n, sizeof(history->lines[0]), number_compare);
        return ERR_OK;
}

/* What is behind the last newline was not finished when its node died. */
static enum err file_read_lines(struct slice text, struct revocation_history *file)
{
        struct slice line;

        while (slice_cut(&text, '\n', &line))
                revocation_history_add(file, line);
        return lines_sort(file);
}

static enum err table_read(struct sql *sql, struct revocation_history *table)
{
        TRY(sql->driver->log_read(sql->connection, table));
        return lines_sort(table);
}

static bool line_equal(const struct revocation_line *a, const struct revocation_line *b)
{
        return a->number == b->number && a->before == b->before && a->kind == b->kind &&
               uuid_equal(&a->id, &b->id) && a->at.ms == b->at.ms && a->feed == b->feed;
}

/* Both are sorted. Puts the lines that are not there; the same number with another meaning shows
 * that the restored database was used, or another database's file. */
static enum err missing_put(const struct revocation_history *file,
                            const struct revocation_history *table, struct buf *out, int64_t *ret_n)
{
        size_t at = 0;

        for (size_t i = 0; i < file->n; i++) {
                const struct revocation_line *line = &file->lines[i];

                if (i && line_equal(line, &file->lines[i - 1]))
                        continue;
                while (at < table->n && table->lines[at].number < line->number)
                        at++;
                if (at < table->n && table->lines[at].number == line->number) {
                        if (!line_equal(line, &table->lines[at]))
                                return ERR_CONFLICT;
                        continue;
                }
                revocation_line_put(out, line);
                ++*ret_n;
        }
        return ERR_OK;
}

WRITE_OUT(log_merge, struct slice, struct log_merged)
{
        struct revocation_history file = REVOCATION_HISTORY(sql->arena, 0);
        struct revocation_history table = REVOCATION_HISTORY(sql->arena, 0);
        struct buf missing CLEANUP(buf_deinit) = BUF_INIT(SIZE_MAX / 2);
        struct log_merged merged = {0};

        if (!sql->driver->log_is_inside)
                return ERR_NOT_FOUND;
        TRY(file_read_lines(*in, &file));
        TRY(table_read(sql, &table));
        TRY(missing_put(&file, &table, &missing, &merged.n_added));
        if (missing.failed)
                return ERR_OUT_OF_MEMORY;
        merged.n_unreadable = file.n_unreadable;
        *ret = merged;
        return sql->driver->log_keep(sql->connection, buf_slice(&missing));
}
