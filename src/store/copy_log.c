/* SPDX-License-Identifier: Apache-2.0
 *
 * Line by line, in the order of their numbers: a line that cannot be read, or is out of its order,
 * is damage, which has to be looked at before the log is moved.
 */
#include "store/copy_log.h"

#include "base/crypto.h"
#include "base/macros.h"
#include "store/revocation_history.h"

enum { BATCH = 64 << 10 /* bytes of lines that are kept at a time */ };

/* What passes by while a log is read. */
struct passing {
        struct copy_sides *sides; /* lines are kept in their target; NULL: they are not */
        struct copy_content content;
        int64_t last, kept; /* numbers of the last line, and of the last one of the target */
        struct buf batch;
        enum err error;
};

static enum err batch_write(struct sql *sql, const void *in)
{
        return sql->driver->log_keep(sql->connection, buf_slice(in));
}

static enum err batch_end(struct passing *passing)
{
        if (passing->batch.failed)
                return ERR_OUT_OF_MEMORY;
        if (passing->batch.size)
                TRY(target_write(passing->sides, batch_write, &passing->batch));
        buf_reset(&passing->batch);
        return ERR_OK;
}

static enum err line_pass(struct passing *passing, struct slice text)
{
        struct buf room CLEANUP(buf_deinit) = BUF_LOCAL(2 * REVOCATION_LINE);
        struct revocation_line line;

        if (!revocation_line_read(text, &line) || line.number <= passing->last)
                return ERR_FIELD_MALFORMED;
        passing->last = line.number;
        passing->content.n_rows++;
        buf_put(&room, SLICE_ARRAY(passing->content.digest.bytes));
        revocation_line_put(&room, &line);
        crypto_sha256(buf_slice(&room), &passing->content.digest);
        if (!passing->sides || line.number <= passing->kept)
                return ERR_OK;
        revocation_line_put(&passing->batch, &line);
        return passing->batch.size < BATCH ? ERR_OK : batch_end(passing);
}

static void on_line(void *context, struct slice text)
{
        struct passing *passing = context;

        if (passing->error == ERR_OK && !slice_is_empty(text))
                passing->error = line_pass(passing, text);
}

static enum err log_pass(struct sql *sql, struct passing *passing)
{
        struct revocation_history history = {.each = on_line, .context = passing};

        TRY(sql->driver->log_read(sql->connection, &history));
        return passing->error;
}

enum err log_digest(struct sql *sql, struct copy_content *ret)
{
        struct passing passing = {.content = {.name = "revocations.log"}};

        TRY(log_pass(sql, &passing));
        *ret = passing.content;
        return ERR_OK;
}

static void passing_deinit(struct passing *passing)
{
        buf_deinit(&passing->batch);
}

enum err log_copy(struct copy_sides *sides)
{
        struct passing passing CLEANUP(passing_deinit) = {
                .sides = sides,
                .content = {.name = "revocations.log"},
                .batch = BUF_INIT(BATCH + REVOCATION_LINE)};
        struct passing there = {0};

        TRY(log_pass(&sides->copied, &there));
        passing.kept = there.last;
        TRY(log_pass(&sides->source, &passing));
        TRY(batch_end(&passing));
        sides->task->progress(sides->task->context, passing.content.name, passing.content.n_rows,
                              passing.content.n_rows);
        return ERR_OK;
}
