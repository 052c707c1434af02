/* SPDX-License-Identifier: Apache-2.0
 *
 * The feed of revocations: a row for each thing that made grants die, told as the tails of these
 * grants.
 */
#include "base/macros.h"
#include "store/revocation_log.h"
#include "store/rows.h"

/* --- writing --- */

static enum err feed_row_insert(struct sql *sql, enum revocation_kind kind, const struct uuid *id,
                                struct instant at)
{
        struct sql_rows rows = {0};
        int64_t seq;

        TRY(sql_run(sql, STATEMENT_REVOCATION_NEXT, NULL, 0, &rows));
        seq = sql_get_integer(&rows, 0, 0);
        TRY(SQL_RUN(sql, REVOCATION_INSERT, NULL, sql_integer(seq), sql_integer(kind), sql_uuid(id),
                    sql_instant(at)));
        return deliveries_add(sql, kind, seq, id, at);
}

enum err feed_add(struct sql *sql, enum revocation_kind kind, const struct uuid *ids, size_t n,
                  struct instant at)
{
        for (size_t i = 0; i < n; i++)
                TRY(feed_row_insert(sql, kind, &ids[i], at));
        return ERR_OK;
}

/* The feed's number goes with it, so that none is given out twice after a restore. */
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
                TRY(revocation_log_add(sql->revocations, &line));
        }
        return ERR_OK;
}

static enum log_kind log_kind_of(enum revocation_kind kind)
{
        switch (kind) {
        case REVOKED_GRANT:
                return LOG_grant;
        case REVOKED_CLIENT:
                return LOG_client;
        case REVOKED_PROJECT:
                return LOG_project;
        case REVOKED_ACCOUNT:
                return LOG_account_disabled;
        case REVOKED_ACCESS:
                return LOG_access;
        }
        return LOG_grant;
}

enum err revocations_add(struct sql *sql, enum revocation_kind kind, const struct uuid *ids,
                         size_t n, struct instant at)
{
        TRY(feed_add(sql, kind, ids, n, at));
        return log_add(sql, log_kind_of(kind), ids, n, at);
}

/* The log comes before the commit: what stands there and was rolled back is done after a restore,
 * the other way round it would be forgotten. */
enum err log_write(struct sql *sql)
{
        struct sql_rows rows = {0};
        int64_t last = 0;

        if (revocation_log_n(sql->revocations) == 0)
                return ERR_OK;
        TRY(sql_run(sql, STATEMENT_LOG_KNOWN, NULL, 0, &rows));
        TRY(revocation_log_write(sql->revocations, sql_get_integer(&rows, 0, 0), &last));
        return SQL_RUN(sql, LOG_KNOWS, NULL, sql_integer(last));
}

enum err log_known(struct sql *sql, int64_t *ret_known, int64_t *ret_feed)
{
        struct sql_rows known = {0}, feed = {0};

        TRY(sql_run(sql, STATEMENT_LOG_KNOWN, NULL, 0, &known));
        TRY(sql_run(sql, STATEMENT_REVOCATION_LAST, NULL, 0, &feed));
        *ret_known = sql_get_integer(&known, 0, 0);
        *ret_feed = sql_get_integer(&feed, 0, 0);
        return ERR_OK;
}

/* --- reading --- */

struct revocation_list_call {
        struct revocation_cursor after;
        int64_t limit;
        struct instant now;
        struct revocation **ret;
        size_t *ret_n;
        struct revocation_cursor *ret_next;
};

/* What one call of the feed has read so far. */
struct feed {
        struct revocation *items;
        int64_t n;
        struct revocation_cursor at;
};

static enum statement feed_statement(enum revocation_kind kind)
{
        switch (kind) {
        case REVOKED_GRANT:
                return STATEMENT_FEED_GRANT;
        case REVOKED_CLIENT:
                return STATEMENT_FEED_CLIENT;
        case REVOKED_PROJECT:
                return STATEMENT_FEED_PROJECT;
        case REVOKED_ACCOUNT:
                return STATEMENT_FEED_ACCOUNT;
        case REVOKED_ACCESS:
                return STATEMENT_FEED_ACCESS;
        }
        return STATEMENT_FEED_GRANT;
}

enum err feed_run(struct sql *sql, enum revocation_kind kind, const struct uuid *id,
                  const struct uuid *after, struct instant now, int64_t limit, struct sql_rows *ret)
{
        struct sql_value values[] = {sql_uuid(id), sql_uuid(after), sql_instant(now),
                                     sql_integer(limit)};

        return sql_run(sql, feed_statement(kind), values, ARRAY_SIZE(values), ret);
}

/* The grants of one row, from the cursor on; the cursor moves behind what was read. */
static enum err feed_read_row(struct sql *sql, const struct revocation_list_call *call,
                              const struct sql_rows *rows, size_t row, struct feed *feed)
{
        static const struct uuid whole;
        int64_t seq = sql_get_integer(rows, row, 0);
        struct uuid id = sql_get_uuid(rows, row, 2);
        int64_t room = call->limit - feed->n;
        struct sql_rows grants = {0};

        TRY(feed_run(sql, (enum revocation_kind)sql_get_integer(rows, row, 1), &id, &feed->at.grant,
                     call->now, room, &grants));
        for (size_t i = 0; i < grants.n_rows; i++)
                feed->items[feed->n++] = (struct revocation){
                        .grant_id = sql_get_uuid(&grants, i, 0),
                        .sealed_tail = sql_get_bytes(&grants, i, 1),
                        .revoked_at = sql_get_instant(rows, row, 3),
                        .until = sql_get_instant(&grants, i, 2),
                        .delivery = delivery_of_row(&grants, i, 3),
                };
        feed->at = (struct revocation_cursor){.seq = seq, .grant = whole};
        if ((int64_t)grants.n_rows == room)
                feed->at.grant = sql_get_uuid(&grants, grants.n_rows - 1, 0);
        return ERR_OK;
}

/* The rest of the row in the middle of which the last call stopped. */
static enum err feed_resume(struct sql *sql, const struct revocation_list_call *call,
                            struct feed *feed)
{
        static const struct uuid whole;
        struct sql_rows rows = {0};

        if (uuid_equal(&feed->at.grant, &whole))
                return ERR_OK;
        TRY(SQL_RUN(sql, REVOCATION_GET, &rows, sql_integer(feed->at.seq)));
        if (rows.n_rows)
                return feed_read_row(sql, call, &rows, 0, feed);
        feed->at.grant = whole;
        return ERR_OK;
}

static enum err revocation_list_verb(struct sql *sql, void *argument)
{
        const struct revocation_list_call *call = argument;
        struct feed feed = {
                .items = arena_array(sql->arena, (size_t)call->limit, struct revocation),
                .at = call->after,
        };
        struct sql_rows rows = {0};

        if (!feed.items)
                return ERR_OUT_OF_MEMORY;
        TRY(feed_resume(sql, call, &feed));
        if (feed.n < call->limit)
                TRY(SQL_RUN(sql, REVOCATION_LIST, &rows, sql_integer(feed.at.seq),
                            sql_integer(call->limit)));
        for (size_t i = 0; i < rows.n_rows && feed.n < call->limit; i++)
                TRY(feed_read_row(sql, call, &rows, i, &feed));
        *call->ret = feed.items;
        *call->ret_n = (size_t)feed.n;
        *call->ret_next = feed.at;
        return ERR_OK;
}

enum err store_revocation_list(struct op *op, const struct revocation_cursor *after, int64_t limit,
                               struct instant now, struct revocation **ret, size_t *ret_n,
                               struct revocation_cursor *ret_next)
{
        struct revocation_list_call call = {*after, limit, now, ret, ret_n, ret_next};

        return sql_read_call(op, revocation_list_verb, &call);
}
