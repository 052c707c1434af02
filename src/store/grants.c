/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on grants: the owner's own, listing them, and taking one or all of a client's back.
 */
#include "base/macros.h"
#include "store/rows.h"

static struct grant grant_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct grant){
                .id = sql_get_uuid(rows, row, 0),
                .request_no = sql_get_integer(rows, row, 1),
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

struct owner_grant_call {
        const struct grant *grant;
        const struct audit_entry *audit;
};

static enum err owner_grant_insert_verb(struct sql *sql, void *argument)
{
        const struct owner_grant_call *call = argument;
        const struct grant *grant = call->grant;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, OWNER_GRANT_INSERT, &rows, sql_uuid(&grant->id),
                    sql_uuid(&grant->account_id), sql_uuid(&grant->project_id),
                    sql_text(grant->scope), sql_instant(grant->created_at),
                    sql_instant_or_null(grant->expires_at), sql_blob(grant->sealed_tail),
                    sql_uuid(&grant->id), sql_blob(grant->sealed_caveat)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_owner_grant_insert(struct op *op, const struct grant *grant,
                                  const struct audit_entry *audit)
{
        struct owner_grant_call call = {grant, audit};

        return sql_write_call(op, owner_grant_insert_verb, &call);
}

/* Of a list that goes from the greatest id down. */
static const struct uuid *cursor_before(const struct list_cursor *cursor)
{
        static const struct uuid beyond = {
                {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};

        return list_cursor_is_none(cursor) ? &beyond : &cursor->id;
}

struct grant_list_call {
        const struct uuid *account_id;
        const struct list_page *page;
        struct grant **ret;
        size_t *ret_n;
        struct list_cursor *ret_next;
};

static enum err grant_list_verb(struct sql *sql, void *argument)
{
        struct grant_list_call *call = argument;
        struct sql_rows rows = SQL_PAGE_ROWS;
        struct list_cursor next = {0};
        struct grant *grants;
        bool has_more;

        TRY(SQL_RUN(sql, GRANT_LIST, &rows, sql_uuid(call->account_id),
                    sql_uuid(cursor_before(&call->page->after)),
                    sql_integer(call->page->limit + 1)));
        has_more = sql_page_trim(&rows, call->page->limit);
        grants = arena_array(sql->arena, rows.n_rows, struct grant);
        if (!grants)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                grants[i] = grant_of_row(&rows, i);
        if (has_more)
                next.id = grants[rows.n_rows - 1].id;
        *call->ret = grants;
        *call->ret_n = rows.n_rows;
        if (call->ret_next)
                *call->ret_next = next;
        return ERR_OK;
}

enum err store_grant_list(struct op *op, const struct uuid *account_id,
                          const struct list_page *page, struct grant **ret, size_t *ret_n,
                          struct list_cursor *ret_next)
{
        struct grant_list_call call = {account_id, page, ret, ret_n, ret_next};

        return sql_read_call(op, grant_list_verb, &call);
}

struct grant_scopes_call {
        const struct uuid *account_id;
        const struct uuid *client_row;
        struct instant now;
        struct slice **ret;
        size_t *ret_n;
        bool *ret_is_cut;
};

static enum err grant_scopes_verb(struct sql *sql, void *argument)
{
        const struct grant_scopes_call *call = argument;
        struct sql_rows rows = SQL_PAGE_ROWS;

        TRY(SQL_RUN(sql, GRANT_SCOPES, &rows, sql_uuid(call->account_id),
                    sql_uuid(call->client_row), sql_instant(call->now),
                    sql_integer(LIMIT_LIST + 1)));
        *call->ret_is_cut = sql_page_trim(&rows, LIMIT_LIST);
        *call->ret_n = rows.n_rows;
        return sql_column_slices(sql, &rows, 0, call->ret);
}

enum err store_grant_scopes(struct op *op, const struct uuid *account_id,
                            const struct uuid *client_row, struct instant now, struct slice **ret,
                            size_t *ret_n, bool *ret_is_cut)
{
        struct grant_scopes_call call = {account_id, client_row, now, ret, ret_n, ret_is_cut};

        return sql_read_call(op, grant_scopes_verb, &call);
}

struct grants_find_call {
        const struct uuid *ids;
        size_t n;
        struct grant *ret;
};

static enum err grants_find_verb(struct sql *sql, void *argument)
{
        struct grants_find_call *call = argument;

        for (size_t i = 0; i < call->n; i++) {
                struct sql_rows rows = {0};

                TRY(SQL_RUN(sql, GRANT_FIND, &rows, sql_uuid(&call->ids[i])));
                call->ret[i] = (struct grant){
                        .id = sql_get_uuid(&rows, 0, 0),
                        .status = (enum grant_status)sql_get_integer(&rows, 0, 1),
                        .expires_at = sql_get_instant(&rows, 0, 2),
                        .sealed_tail = sql_get_bytes(&rows, 0, 3),
                        .is_dead = sql_get_integer(&rows, 0, 4) != 0,
                };
        }
        return ERR_OK;
}

enum err store_grants_find(struct op *op, const struct uuid *ids, size_t n, struct grant *ret)
{
        struct grants_find_call call = {ids, n, ret};

        return sql_read_call(op, grants_find_verb, &call);
}

struct grant_revoke_call {
        const struct uuid *account_id;
        const struct uuid *id;
        struct instant now;
        const struct audit_entry *audit;
        struct grant *ret;
};

/* What is never refused leaves a row in the audit trail only if it changes something: so nobody
 * fills the disk by doing it again and again. */
static enum err grant_revoke_verb(struct sql *sql, void *argument)
{
        struct grant_revoke_call *call = argument;
        struct sql_rows rows = {0};
        bool is_change;

        TRY(SQL_RUN(sql, GRANT_REVOKE, &rows, sql_uuid(call->id), sql_uuid(call->account_id),
                    sql_instant(call->now)));
        is_change = rows.n_rows > 0;
        TRY(revocations_add(sql, REVOKED_GRANT, call->id, rows.n_rows, call->now));
        TRY(SQL_RUN(sql, GRANT_GET, &rows, sql_uuid(call->id), sql_uuid(call->account_id)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *call->ret = grant_of_row(&rows, 0);
        return is_change ? sql_audit(sql, call->audit, ERR_OK) : ERR_OK;
}

enum err store_grant_revoke(struct op *op, const struct uuid *account_id, const struct uuid *id,
                            struct instant now, const struct audit_entry *audit, struct grant *ret)
{
        struct grant_revoke_call call = {account_id, id, now, audit, ret};

        return sql_write_call(op, grant_revoke_verb, &call);
}

enum { TOLD_ONE_BY_ONE = 100 };

struct access_revoke_call {
        const struct uuid *account_id;
        const struct uuid *client_row;
        struct instant now;
        const struct audit_entry *audit;
        struct grant **ret;
        size_t *ret_n;
        bool *ret_is_cut;
};

static enum err dying_take(struct sql *sql, const struct access_revoke_call *call,
                           struct sql_rows *rows)
{
        bool is_cut = sql_page_trim(rows, LIMIT_LIST);
        struct grant *grants = arena_array(sql->arena, rows->n_rows, struct grant);

        if (!grants)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows->n_rows; i++)
                grants[i] = (struct grant){
                        .id = sql_get_uuid(rows, i, 0),
                        .request_no = sql_get_integer(rows, i, 1),
                        .account_id = *call->account_id,
                        .client_row = *call->client_row,
                        .project_id = sql_get_uuid(rows, i, 2),
                        .scope = sql_get_bytes(rows, i, 3),
                        .status = GRANT_REVOKED,
                        .created_at = sql_get_instant(rows, i, 4),
                        .expires_at = sql_get_instant(rows, i, 5),
                        .enforced_by = (enum enforced_by)sql_get_integer(rows, i, 6),
                };
        *call->ret = grants;
        *call->ret_n = rows->n_rows;
        *call->ret_is_cut = is_cut;
        return ERR_OK;
}

/* A few are told one by one, as if each had been revoked, so that their deliveries are there at
 * once; many by one row, by which the feed and the deliveries find them some at a time. */
static enum err dying_tell(struct sql *sql, const struct access_revoke_call *call,
                           const struct uuid *first)
{
        struct uuid ids[TOLD_ONE_BY_ONE];
        size_t n = *call->ret_n;

        if (*call->ret_is_cut || n > ARRAY_SIZE(ids))
                return revocations_add(sql, REVOKED_ACCESS, first, 1, call->now);
        for (size_t i = 0; i < n; i++)
                ids[i] = (*call->ret)[i].id;
        return revocations_add(sql, REVOKED_GRANT, ids, n, call->now);
}

/* One row ends all there is, so that it is one promise and takes no longer for many grants than for
 * one. */
static enum err access_revoke_verb(struct sql *sql, void *argument)
{
        const struct access_revoke_call *call = argument;
        struct sql_rows range = {0}, dying = SQL_PAGE_ROWS;
        int64_t after, up_to;
        struct uuid first;

        TRY(SQL_RUN(sql, ACCESS_RANGE, &range, sql_uuid(call->account_id),
                    sql_uuid(call->client_row)));
        after = sql_get_integer(&range, 0, 0);
        up_to = sql_get_integer(&range, 0, 1);
        TRY(SQL_RUN(sql, ACCESS_DYING, &dying, sql_uuid(call->account_id),
                    sql_uuid(call->client_row), sql_integer(after), sql_instant(call->now),
                    sql_integer(LIMIT_LIST + 1)));
        first = sql_get_uuid(&dying, 0, 7);
        TRY(dying_take(sql, call, &dying));
        if (up_to > after)
                TRY(SQL_RUN(sql, ACCESS_END, NULL, sql_uuid(call->account_id),
                            sql_uuid(call->client_row), sql_integer(up_to), sql_integer(after),
                            sql_uuid_or_null(&first), sql_instant(call->now)));
        TRY(SQL_RUN(sql, REQUESTS_WITHDRAW, NULL, sql_uuid(call->account_id),
                    sql_uuid(call->client_row), sql_instant(call->now)));
        TRY(SQL_RUN(sql, CODES_WITHDRAW, NULL, sql_uuid(call->account_id),
                    sql_uuid(call->client_row), sql_instant(call->now)));
        TRY(dying_tell(sql, call, &first));
        return up_to > after ? sql_audit(sql, call->audit, ERR_OK) : ERR_OK;
}

enum err store_access_revoke(struct op *op, const struct uuid *account_id,
                             const struct uuid *client_row, struct instant now,
                             const struct audit_entry *audit, struct grant **ret, size_t *ret_n,
                             bool *ret_is_cut)
{
        struct access_revoke_call call = {account_id, client_row, now,       audit,
                                          ret,        ret_n,      ret_is_cut};

        return sql_write_call(op, access_revoke_verb, &call);
}
