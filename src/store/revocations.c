/* SPDX-License-Identifier: Apache-2.0
 *
 * The feed of revocations: a row for each thing that made grants die, listed as the tails of these
 * grants, and from there into the queue of deliveries.
 */
#include "store/revocations.h"

#include "base/macros.h"
#include "store/deliveries.h"
#include "store/revocation_log.h"

enum { SPREAD_BATCH = 100 }; /* grants entered at a time */

struct kind {
        enum log_kind log;
        enum statement grants;
};

/* An unknown one, as a damaged row may have, is about one grant: there is none of that id. */
static const struct kind *kind_of(enum revocation_kind kind)
{
        static const struct kind kinds[] = {
                [REVOKED_GRANT] = {LOG_grant, STATEMENT_FEED_GRANT},
                [REVOKED_CLIENT] = {LOG_client, STATEMENT_FEED_CLIENT},
                [REVOKED_PROJECT] = {LOG_project, STATEMENT_FEED_PROJECT},
                [REVOKED_ACCOUNT] = {LOG_account_disabled, STATEMENT_FEED_ACCOUNT},
                [REVOKED_ACCESS] = {LOG_access, STATEMENT_FEED_ACCESS},
        };

        return &kinds[kind > 0 && kind < ARRAY_SIZE(kinds) ? kind : REVOKED_GRANT];
}

static const struct uuid no_grant;

/* --- writing --- */

/* What made one grant die has its delivery at once; of anything else the grants are entered later,
 * some at a time. */
static enum err feed_row_insert(struct sql *sql, enum revocation_kind kind, const struct uuid *id,
                                struct instant at)
{
        struct sql_rows rows = {0};
        int64_t seq;

        TRY(sql_run(sql, STATEMENT_REVOCATION_NEXT, NULL, 0, &rows));
        seq = sql_get_integer(&rows, 0, 0);
        TRY(SQL_RUN(sql, REVOCATION_INSERT, NULL, sql_integer(seq), sql_integer(kind), sql_uuid(id),
                    sql_instant(at)));
        if (kind == REVOKED_GRANT)
                return delivery_add(sql, id, at);
        return SQL_RUN(sql, SPREAD_INSERT, NULL, sql_integer(seq), sql_uuid(&no_grant));
}

enum err feed_add(struct sql *sql, enum revocation_kind kind, const struct uuid *ids, size_t n,
                  struct instant at)
{
        for (size_t i = 0; i < n; i++)
                TRY(feed_row_insert(sql, kind, &ids[i], at));
        return ERR_OK;
}

/* The feed's number goes with it, so that none is given twice after a restore. */
enum err log_add(struct sql *sql, enum log_kind kind, const struct uuid *ids, size_t n,
                 struct instant at)
{
        struct revocation_line line = {.kind = kind, .at = at};
        struct sql_rows rows = {0};

        if (n == 0)
                return ERR_OK;
        TRY(sql_run(sql, STATEMENT_REVOCATION_LAST, NULL, 0, &rows));
        line.feed = sql_get_integer(&rows, 0, 0);
        for (size_t i = 0; i < n; i++) {
                line.id = ids[i];
                TRY(revocation_log_add(sql->log, &line));
        }
        return ERR_OK;
}

enum err revocations_add(struct sql *sql, enum revocation_kind kind, const struct uuid *ids,
                         size_t n, struct instant at)
{
        TRY(feed_add(sql, kind, ids, n, at));
        return log_add(sql, kind_of(kind)->log, ids, n, at);
}

/* The log comes before the commit: what stands there and was rolled back is done after a restore,
 * the other way round it would be forgotten. */
enum err log_write(struct sql *sql)
{
        struct sql_rows rows = {0};
        int64_t last = 0;

        if (sql->log->n == 0)
                return ERR_OK;
        TRY(sql_run(sql, STATEMENT_LOG_KNOWN, NULL, 0, &rows));
        TRY(sql->driver->log_append(sql->connection, sql->log, sql_get_integer(&rows, 0, 0),
                                    &last));
        return SQL_RUN(sql, LOG_KNOWS, NULL, sql_integer(last));
}

enum err log_known(struct sql *sql, struct log_known *ret)
{
        struct sql_rows line = {0}, feed = {0};

        TRY(sql_run(sql, STATEMENT_LOG_KNOWN, NULL, 0, &line));
        TRY(sql_run(sql, STATEMENT_REVOCATION_LAST, NULL, 0, &feed));
        *ret = (struct log_known){.line = sql_get_integer(&line, 0, 0),
                                  .feed = sql_get_integer(&feed, 0, 0)};
        return ERR_OK;
}

/* --- reading --- */

/* Some of the grants that died with a row of the feed. */
struct feed_part {
        enum revocation_kind kind;
        struct uuid id;
        struct uuid after; /* the grants behind this one */
        int64_t limit;
};

/* Those that have not reached their own end: columns are the id, the tail, the end, and what
 * delivery_of_row() reads. */
static enum err feed_run(struct sql *sql, const struct feed_part *part, struct sql_rows *ret)
{
        struct sql_value values[] = {sql_uuid(&part->id), sql_uuid(&part->after),
                                     sql_instant(sql->op->now), sql_integer(part->limit)};

        return sql_run(sql, kind_of(part->kind)->grants, values, ARRAY_SIZE(values), ret);
}

/* What one call of the feed has read so far. */
struct feed {
        struct sql *sql;
        int64_t limit;
        struct revocation_list list;
};

static int64_t feed_room(const struct feed *feed)
{
        return feed->limit - (int64_t)feed->list.n;
}

/* The grants of one row, from the cursor on; the cursor moves behind what was read. */
static enum err feed_read_row(struct feed *feed, const struct sql_rows *rows, size_t row)
{
        struct revocation_list *list = &feed->list;
        const struct feed_part part = {
                .kind = (enum revocation_kind)sql_get_integer(rows, row, 1),
                .id = sql_get_uuid(rows, row, 2),
                .after = list->next.grant,
                .limit = feed_room(feed),
        };
        struct sql_rows grants = {0};

        TRY(feed_run(feed->sql, &part, &grants));
        for (size_t i = 0; i < grants.n_rows; i++)
                list->items[list->n++] = (struct revocation){
                        .grant_id = sql_get_uuid(&grants, i, 0),
                        .sealed_tail = sql_get_bytes(&grants, i, 1),
                        .revoked_at = sql_get_instant(rows, row, 3),
                        .until = sql_get_instant(&grants, i, 2),
                        .delivery = delivery_of_row(&grants, i, 3),
                };
        list->next = (struct revocation_cursor){.seq = sql_get_integer(rows, row, 0)};
        if ((int64_t)grants.n_rows == part.limit)
                list->next.grant = sql_get_uuid(&grants, grants.n_rows - 1, 0);
        return ERR_OK;
}

/* The rest of the row in the middle of which the last call stopped. */
static enum err feed_resume(struct feed *feed)
{
        struct revocation_cursor *at = &feed->list.next;
        struct sql_rows rows = {0};

        if (uuid_equal(&at->grant, &no_grant))
                return ERR_OK;
        TRY(SQL_RUN(feed->sql, REVOCATION_GET, &rows, sql_integer(at->seq)));
        if (rows.n_rows)
                return feed_read_row(feed, &rows, 0);
        at->grant = no_grant;
        return ERR_OK;
}

READ(revocation_list, struct revocation_page, struct revocation_list)
{
        struct feed feed = {
                .sql = sql,
                .limit = in->limit,
                .list = {.items = arena_array(sql->arena, (size_t)in->limit, struct revocation),
                         .next = in->after},
        };
        struct sql_rows rows = {0};

        if (!feed.list.items)
                return ERR_OUT_OF_MEMORY;
        TRY(feed_resume(&feed));
        if (feed_room(&feed))
                TRY(SQL_RUN(sql, REVOCATION_LIST, &rows, sql_integer(feed.list.next.seq),
                            sql_integer(in->limit)));
        for (size_t i = 0; i < rows.n_rows && feed_room(&feed); i++)
                TRY(feed_read_row(&feed, &rows, i));
        *ret = feed.list;
        return ERR_OK;
}

/* --- into the queue of deliveries --- */

WRITE_ALL(delivery_spread, bool)
{
        struct feed_part part = {.limit = SPREAD_BATCH};
        struct sql_rows next = {0}, grants = {0};
        struct sql_value seq;

        TRY(sql_run(sql, STATEMENT_SPREAD_NEXT, NULL, 0, &next));
        *ret = next.n_rows > 0;
        if (next.n_rows == 0)
                return ERR_OK;
        seq = sql_integer(sql_get_integer(&next, 0, 0));
        part.kind = (enum revocation_kind)sql_get_integer(&next, 0, 1);
        part.id = sql_get_uuid(&next, 0, 2);
        part.after = sql_get_uuid(&next, 0, 3);
        TRY(feed_run(sql, &part, &grants));
        for (size_t i = 0; i < grants.n_rows; i++) {
                part.after = sql_get_uuid(&grants, i, 0);
                TRY(delivery_add(sql, &part.after, sql->op->now));
        }
        if (grants.n_rows == SPREAD_BATCH)
                return SQL_RUN(sql, SPREAD_ADVANCE, NULL, seq, sql_uuid(&part.after));
        return SQL_RUN(sql, SPREAD_DELETE, NULL, seq);
}
