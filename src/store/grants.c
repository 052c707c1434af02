/* SPDX-License-Identifier: Apache-2.0
 *
 * Grants: the owner's own, lists of them, and revoking one or all that a client has.
 */
#include "base/macros.h"
#include "store/deliveries.h"
#include "store/revocations.h"

static struct grant grant_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct grant){
                .id = sql_get_uuid(rows, row, 0),
                .authorization_no = sql_get_integer(rows, row, 1),
                .account_id = sql_get_uuid(rows, row, 2),
                .client_row = sql_get_uuid(rows, row, 3),
                .project_id = sql_get_uuid(rows, row, 4),
                .scope = sql_get_bytes(rows, row, 5),
                .status = (enum grant_status)sql_get_integer(rows, row, 6),
                .created_at = sql_get_instant(rows, row, 7),
                .expires_at = sql_get_instant(rows, row, 8),
                .sealed_tail = sql_get_bytes(rows, row, 9),
                .client_id = sql_get_uuid(rows, row, 10),
                .is_dead = sql_get_integer(rows, row, 11) != 0,
                .enforced_by = (enum enforced_by)sql_get_integer(rows, row, 12),
                .delivery = delivery_of_row(rows, row, 13),
        };
}

AUDITED_WRITE(owner_grant_insert, struct grant)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, OWNER_GRANT_INSERT, &rows, sql_uuid(&in->id), sql_uuid(&in->account_id),
                    sql_uuid(&in->project_id), sql_text(in->scope), sql_instant(in->created_at),
                    sql_instant_or_null(in->expires_at), sql_blob(in->sealed_tail),
                    sql_uuid(&in->id), sql_blob(in->sealed_caveat)));
        return rows.n_rows ? ERR_OK : ERR_NO_ROW;
}

/* Of a list that goes from the greatest id down. */
static const struct uuid *cursor_before(const struct list_cursor *cursor)
{
        static const struct uuid beyond = {
                {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};

        return list_cursor_is_none(cursor) ? &beyond : &cursor->id;
}

READ(grant_list, struct list_page, struct grant_list)
{
        struct sql_rows rows = SQL_PAGE_ROWS;
        bool has_more;

        TRY(SQL_RUN(sql, GRANT_LIST, &rows, sql_uuid(&sql->op->account_id),
                    sql_uuid(cursor_before(&in->after)), sql_integer(in->limit + 1)));
        has_more = sql_page_trim(&rows, in->limit);
        TRY(SQL_LIST(sql, &rows, grant_of_row, ret));
        if (has_more)
                ret->next.id = ret->items[ret->n - 1].id;
        return ERR_OK;
}

static struct slice scope_of_row(const struct sql_rows *rows, size_t row)
{
        return sql_get_bytes(rows, row, 0);
}

READ(grant_scopes, struct uuid, struct scope_list)
{
        struct sql_rows rows = SQL_PAGE_ROWS;

        TRY(SQL_RUN(sql, GRANT_SCOPES, &rows, sql_uuid(&sql->op->account_id), sql_uuid(in),
                    sql_instant(sql->op->now), sql_integer(LIMIT_LIST + 1)));
        sql_page_trim(&rows, LIMIT_LIST);
        return SQL_LIST(sql, &rows, scope_of_row, ret);
}

READ(grants_find, struct grant_ids, struct grant)
{
        for (size_t i = 0; i < in->n; i++) {
                struct sql_rows rows = {0};

                TRY(SQL_RUN(sql, GRANT_FIND, &rows, sql_uuid(&in->items[i])));
                ret[i] = (struct grant){
                        .id = sql_get_uuid(&rows, 0, 0),
                        .status = (enum grant_status)sql_get_integer(&rows, 0, 1),
                        .expires_at = sql_get_instant(&rows, 0, 2),
                        .sealed_tail = sql_get_bytes(&rows, 0, 3),
                        .is_dead = sql_get_integer(&rows, 0, 4) != 0,
                };
        }
        return ERR_OK;
}

/* --- revoking --- */

/* What is never refused leaves a row in the audit trail only if it changes something: so nobody
 * fills the disk by doing it again and again. */
static void audit_only_if(struct sql *sql, bool is_change)
{
        if (!is_change)
                sql->audit.action = NULL;
}

AUDITED_WRITE_OUT(grant_revoke, struct uuid, struct grant)
{
        const struct op *op = sql->op;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, GRANT_REVOKE, &rows, sql_uuid(in), sql_uuid(&op->account_id),
                    sql_instant(op->now)));
        audit_only_if(sql, rows.n_rows > 0);
        TRY(revocations_add(sql, REVOKED_GRANT, in, rows.n_rows, op->now));
        TRY(SQL_RUN(sql, GRANT_GET, &rows, sql_uuid(in), sql_uuid(&op->account_id)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *ret = grant_of_row(&rows, 0);
        return ERR_OK;
}

enum { TOLD_ONE_BY_ONE = 100 };

/* Without its account and client, which all of them share. */
static struct grant dying_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct grant){
                .id = sql_get_uuid(rows, row, 0),
                .authorization_no = sql_get_integer(rows, row, 1),
                .project_id = sql_get_uuid(rows, row, 2),
                .scope = sql_get_bytes(rows, row, 3),
                .status = GRANT_REVOKED,
                .created_at = sql_get_instant(rows, row, 4),
                .expires_at = sql_get_instant(rows, row, 5),
                .enforced_by = (enum enforced_by)sql_get_integer(rows, row, 6),
        };
}

/* Those behind the request `after`, and the id of the first's request. */
static enum err dying_list(struct sql *sql, const struct uuid *client_row, int64_t after,
                           struct uuid *ret_first, struct grant_list *ret)
{
        const struct op *op = sql->op;
        struct sql_rows rows = SQL_PAGE_ROWS;

        TRY(SQL_RUN(sql, ACCESS_DYING, &rows, sql_uuid(&op->account_id), sql_uuid(client_row),
                    sql_integer(after), sql_instant(op->now), sql_integer(LIMIT_LIST + 1)));
        *ret_first = sql_get_uuid(&rows, 0, 7);
        sql_page_trim(&rows, LIMIT_LIST);
        TRY(SQL_LIST(sql, &rows, dying_of_row, ret));
        for (size_t i = 0; i < ret->n; i++) {
                ret->items[i].account_id = op->account_id;
                ret->items[i].client_row = *client_row;
        }
        return ERR_OK;
}

/* A few are told one by one, as if each had been revoked, so that their deliveries are there at
 * once; many by one row, by which the feed and the deliveries find them some at a time. */
static enum err dying_tell(struct sql *sql, const struct grant_list *dying,
                           const struct uuid *first)
{
        struct uuid ids[TOLD_ONE_BY_ONE];

        if (dying->is_cut || dying->n > ARRAY_SIZE(ids))
                return revocations_add(sql, REVOKED_ACCESS, first, 1, sql->op->now);
        for (size_t i = 0; i < dying->n; i++)
                ids[i] = dying->items[i].id;
        return revocations_add(sql, REVOKED_GRANT, ids, dying->n, sql->op->now);
}

/* One row ends all there is, so that it is one promise and takes no longer for many grants than for
 * one. */
AUDITED_WRITE_OUT(access_revoke, struct uuid, struct grant_list)
{
        const struct op *op = sql->op;
        struct sql_value account = sql_uuid(&op->account_id), client = sql_uuid(in);
        struct sql_value now = sql_instant(op->now);
        struct sql_rows range = {0};
        int64_t after, up_to;
        struct uuid first;

        TRY(SQL_RUN(sql, ACCESS_RANGE, &range, account, client));
        after = sql_get_integer(&range, 0, 0);
        up_to = sql_get_integer(&range, 0, 1);
        TRY(dying_list(sql, in, after, &first, ret));
        if (up_to > after)
                TRY(SQL_RUN(sql, ACCESS_END, NULL, account, client, sql_integer(up_to),
                            sql_integer(after), sql_uuid_or_null(&first), now));
        TRY(SQL_RUN(sql, REQUESTS_WITHDRAW, NULL, account, client, now));
        TRY(SQL_RUN(sql, CODES_WITHDRAW, NULL, account, client, now));
        audit_only_if(sql, up_to > after);
        return dying_tell(sql, ret, &first);
}
