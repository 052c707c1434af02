/* SPDX-License-Identifier: Apache-2.0
 *
 * The feed of revocations: a row for each thing that made grants die, listed as the tails of these
 * grants, and from there into the queue of deliveries.
 */
#include "store/revocations.h"

#include "base/macros.h"
#include "store/operations.h"
#include "store/revocation_log.h"

enum {
        FEED_LOOK = LIMIT_LIST,       /* grants that a page looks at, at most */
        SPREAD_BATCH = LIMIT_CLEANUP, /* the same, of a transaction that enters deliveries */
};

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
        int64_t seq;

        TRY(SQL_INTEGER_OF(sql, REVOCATION_NEXT, &seq));
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
        struct log_known known;

        if (n == 0)
                return ERR_OK;
        TRY(log_known(sql, &known));
        for (size_t i = 0; i < n; i++)
                TRY(revocation_log_add(sql->log, &(struct revocation_line){.kind = kind,
                                                                           .id = ids[i],
                                                                           .at = at,
                                                                           .feed = known.feed}));
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
        struct log_known known;

        if (sql->log->n == 0)
                return ERR_OK;
        TRY(log_known(sql, &known));
        TRY(sql->driver->log_append(sql->connection, sql->log, known.line, &known.line));
        return SQL_RUN(sql, LOG_KNOWS, NULL, sql_integer(known.line));
}

static struct log_known known_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct log_known){.line = sql_get_integer(rows, row, 0),
                                  .feed = sql_get_integer(rows, row, 1)};
}

enum err log_known(struct sql *sql, struct log_known *ret)
{
        return SQL_ROW(sql, LOG_KNOWN, known_of_row, ret);
}

/* --- reading --- */

/* Some of the grants that died with a row of the feed: those behind `after`. */
struct feed_part {
        int64_t seq;
        enum revocation_kind kind;
        struct uuid id;
        struct instant at;
        struct uuid after;
};

static struct feed_part part_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct feed_part){
                .seq = sql_get_integer(rows, row, 0),
                .kind = (enum revocation_kind)sql_get_integer(rows, row, 1),
                .id = sql_get_uuid(rows, row, 2),
                .at = sql_get_instant(rows, row, 3),
                .after = sql_get_uuid(rows, row, 4), /* of SPREAD_NEXT only */
        };
}

/* The next ones, dead or not: columns are the id, the tail, the end, what delivery_of_row() reads,
 * and whether it died of this, before its own end. */
static enum err part_read(struct sql *sql, const struct feed_part *part, int64_t limit,
                          struct sql_rows *ret)
{
        return sql_run(sql, kind_of(part->kind)->grants,
                       SQL_VALUES(sql_uuid(&part->id), sql_uuid(&part->after),
                                  sql_instant(sql->op->now), sql_integer(limit)),
                       ret);
}

static struct revocation revocation_of_row(const struct sql_rows *rows, size_t row,
                                           struct instant at)
{
        return (struct revocation){
                .grant_id = sql_get_uuid(rows, row, 0),
                .sealed_tail = sql_get_bytes(rows, row, 1),
                .revoked_at = at,
                .until = sql_get_instant(rows, row, 2),
                .delivery = delivery_of_row(rows, row, 3),
        };
}

static bool row_died(const struct sql_rows *rows, size_t row)
{
        return sql_get_integer(rows, row, 6) != 0;
}

/* The grants of one row, from the cursor on, within what the page may still look at; the cursor
 * moves behind what was looked at. */
static enum err part_list(struct sql *sql, struct feed_part part, int64_t most, int64_t *look,
                          struct revocation_list *list)
{
        struct sql_rows grants = {0};
        size_t i = 0;

        if (part.seq == list->next.seq)
                part.after = list->next.grant;
        TRY(part_read(sql, &part, *look, &grants));
        for (; i < grants.n_rows && (int64_t)list->n < most; i++)
                if (row_died(&grants, i))
                        list->items[list->n++] = revocation_of_row(&grants, i, part.at);
        list->next = (struct revocation_cursor){.seq = part.seq};
        if ((int64_t)list->n == most || (int64_t)i == *look)
                list->next.grant = sql_get_uuid(&grants, i - 1, 0);
        *look -= (int64_t)i;
        return ERR_OK;
}

/* Begins with the row within which the last call stopped, of which nothing may be left: so one row
 * more is read. */
READ(revocation_list, struct revocation_page, struct revocation_list)
{
        struct revocation_list list = {
                .items = arena_array(sql->arena, (size_t)in->limit, struct revocation),
                .next = in->after,
        };
        bool is_within = !uuid_equal(&in->after.grant, &no_grant);
        int64_t look = FEED_LOOK;
        struct sql_rows rows = {0};

        if (!list.items)
                return ERR_OUT_OF_MEMORY;
        TRY(SQL_RUN(sql, REVOCATION_LIST, &rows, sql_integer(in->after.seq - is_within),
                    sql_integer(in->limit + 1)));
        for (size_t i = 0; i < rows.n_rows && (int64_t)list.n < in->limit && look > 0; i++)
                TRY(part_list(sql, part_of_row(&rows, i), in->limit, &look, &list));
        *ret = list;
        return ERR_OK;
}

/* --- into the queue of deliveries --- */

WRITE_ALL(delivery_spread, bool)
{
        struct sql_rows next = {0}, grants = {0};
        struct feed_part part;

        TRY(SQL_RUN(sql, SPREAD_NEXT, &next));
        *ret = next.n_rows > 0;
        if (next.n_rows == 0)
                return ERR_OK;
        part = part_of_row(&next, 0);
        TRY(part_read(sql, &part, SPREAD_BATCH, &grants));
        for (size_t i = 0; i < grants.n_rows; i++) {
                part.after = sql_get_uuid(&grants, i, 0);
                if (row_died(&grants, i))
                        TRY(delivery_add(sql, &part.after, sql->op->now));
        }
        if (grants.n_rows == SPREAD_BATCH)
                return SQL_RUN(sql, SPREAD_ADVANCE, NULL, sql_integer(part.seq),
                               sql_uuid(&part.after));
        return SQL_RUN(sql, SPREAD_DELETE, NULL, sql_integer(part.seq));
}
