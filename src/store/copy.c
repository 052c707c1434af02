/* SPDX-License-Identifier: Apache-2.0
 *
 * The order of a copy: claim the target, copy, compare, release the target.
 */
#include "store/copy.h"

#include "base/event.h"
#include "base/macros.h"
#include "store/copy_log.h"
#include "store/copy_rows.h"
#include "store/migrate.h"
#include "store/revocation_history.h"

/* --- the two databases --- */

static void side_close(struct sql *sql)
{
        if (sql->connection)
                sql->driver->close(take(&sql->connection));
}

static void sides_close(struct copy_sides *sides)
{
        side_close(&sides->source);
        side_close(&sides->locked);
        side_close(&sides->target);
        side_close(&sides->copied);
}

static enum err side_open(const struct store_location *location, bool read_only, struct sql *ret)
{
        ret->driver = location->driver;
        return location->driver->open(location, read_only, &ret->connection);
}

static enum err sides_open(struct copy_sides *sides)
{
        const struct copy_task *task = sides->task;

        TRY(side_open(task->from, true, &sides->source));
        TRY(side_open(task->from, false, &sides->locked));
        TRY(side_open(task->to, false, &sides->target));
        TRY(migrate(task->to->driver, task->to, sides->target.connection));
        return side_open(task->to, true, &sides->copied);
}

/* --- the target --- */

static void on_line(void *context, struct slice text)
{
        bool *is_there = context;

        *is_there = *is_there || !slice_is_empty(text);
}

static enum err log_is_empty(struct sql *sql, bool *ret)
{
        bool is_there = false;
        struct revocation_history history = {.each = on_line, .context = &is_there};

        TRY(sql->driver->log_read(sql->connection, &history));
        *ret = !is_there;
        return ERR_OK;
}

/* What a database that nobody has used yet may have: its key, and counters. */
static bool is_innocent(const struct copied *table)
{
        return table->write == STATEMENT_COPY_WRITE_meta ||
               table->write == STATEMENT_COPY_WRITE_counter;
}

static enum err target_is_unused(struct sql *sql, bool *ret)
{
        TRY(log_is_empty(sql, ret));
        for (size_t i = 0; i < n_copied_tables && *ret; i++) {
                struct sql_rows rows = {0};

                if (is_innocent(&copied_tables[i]))
                        continue;
                TRY(sql_run(sql, copied_tables[i].last, NULL, 0, &rows));
                *ret = rows.n_rows == 0;
        }
        return ERR_OK;
}

/* In one transaction: looks at the target, and writes into it whose copy it is. */
static enum err target_claim(struct sql *sql, const void *in)
{
        const struct copy_task *task = in;
        struct sql_rows rows = {0};
        bool is_unused;

        TRY(SQL_RUN(sql, COPY_SOURCE, &rows));
        if (rows.n_rows)
                return slice_equal(sql_get_bytes(&rows, 0, 0), task->source) ? ERR_OK
                                                                             : ERR_CONFLICT;
        TRY(target_is_unused(sql, &is_unused));
        if (!is_unused)
                return ERR_CONFLICT;
        for (size_t i = 0; i < n_copied_tables; i++)
                if (is_innocent(&copied_tables[i]))
                        TRY(sql_run(sql, copied_tables[i].clear, NULL, 0, NULL));
        return SQL_RUN(sql, COPY_BEGIN, NULL, sql_blob(task->source));
}

static enum err target_release(struct sql *sql, const void *in)
{
        (void)in;
        TRY(SQL_RUN(sql, NUMBERING_GO_ON, NULL));
        return SQL_RUN(sql, COPY_END, NULL);
}

static enum err target_clear(struct sql *sql, const void *in)
{
        const struct copied *table = in;

        return sql_run(sql, table->clear, NULL, 0, NULL);
}

/* --- comparing --- */

static enum err digests_read(struct sql *sql, struct copy_report *ret)
{
        struct copy_report report = {0};

        for (; report.n < n_copied_tables; report.n++)
                TRY(rows_digest(sql, &copied_tables[report.n], &report.items[report.n]));
        TRY(log_digest(sql, &report.items[report.n++]));
        *ret = report;
        return ERR_OK;
}

static bool content_equal(const struct copy_content *a, const struct copy_content *b)
{
        return a->n_rows == b->n_rows && digest_equal(&a->digest, &b->digest);
}

static size_t first_difference(const struct copy_report *source, const struct copy_report *target)
{
        size_t i = 0;

        while (i < target->n && content_equal(&source->items[i], &target->items[i]))
                i++;
        return i;
}

/* Tables that differ are emptied, so that the next run copies them anew. */
static enum err difference_clear(struct copy_sides *sides, const struct copy_report *source,
                                 const struct copy_report *target)
{
        for (size_t i = 0; i < n_copied_tables; i++)
                if (!content_equal(&source->items[i], &target->items[i]))
                        TRY(target_write(sides, target_clear, &copied_tables[i]));
        return ERR_COPY_UNFINISHED;
}

/* The last statement shows that the source was still locked when the target was complete. */
static enum err release(struct copy_sides *sides)
{
        struct migration still;

        TRY(target_write(sides, target_release, NULL));
        return migrate_look(sides->locked.driver, sides->locked.connection, &still);
}

enum stage { UNFINISHED, FINISHED };

static enum err locked_compare(struct copy_sides *sides, enum stage stage,
                               struct copy_report *target)
{
        struct copy_report source = {0};
        size_t i;

        TRY(digests_read(&sides->locked, &source));
        i = first_difference(&source, target);
        target->differs = i < target->n ? target->items[i].name : NULL;
        if (stage == FINISHED)
                return target->differs ? ERR_CONFLICT : ERR_OK;
        return target->differs ? difference_clear(sides, &source, target) : release(sides);
}

/* Reads both, and finishes while the source is locked. The target is read first: nobody but us
 * writes to it, and a transaction of the source that does nothing meanwhile would be ended. */
static enum err compare(struct copy_sides *sides, enum stage stage, struct copy_report *ret)
{
        const struct sql_driver *driver = sides->locked.driver;
        struct copy_report target = {0};
        enum err error;

        TRY(digests_read(&sides->copied, &target));
        TRY(driver->begin_migration(sides->locked.connection));
        error = locked_compare(sides, stage, &target);
        driver->roll_back(sides->locked.connection);
        *ret = target;
        return error;
}

/* Whether the target is complete already: killed after that, the same call must end well. Another
 * database has other named values. The source itself looks like its copy, and must not be claimed.
 */
static enum err target_is_done(struct copy_sides *sides, bool *ret)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct copy_content source, target;
        struct sql copied = sides->copied;
        struct sql_rows claim = {0};

        copied.arena = &arena;
        TRY(SQL_RUN(&copied, COPY_SOURCE, &claim));
        TRY(rows_digest(&sides->source, &copied_tables[0], &source));
        TRY(rows_digest(&sides->copied, &copied_tables[0], &target));
        *ret = claim.n_rows == 0 && target.n_rows > 0 && content_equal(&source, &target);
        return ERR_OK;
}

enum err copy_run(const struct copy_task *task, struct copy_report *ret)
{
        struct copy_sides sides CLEANUP(sides_close) = {.task = task};
        bool is_done;

        TRY(sides_open(&sides));
        TRY(target_is_done(&sides, &is_done));
        if (is_done)
                return compare(&sides, FINISHED, ret);
        TRY(target_write(&sides, target_claim, task));
        for (size_t i = 0; i < n_copied_tables; i++)
                TRY(rows_copy(&sides, &copied_tables[i]));
        TRY(log_copy(&sides));
        return compare(&sides, UNFINISHED, ret);
}
