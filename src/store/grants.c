/* SPDX-License-Identifier: Apache-2.0
 *
 * Grants: the owner's own, lists of them, and revoking one or all that a client has.
 */
#include "base/macros.h"
#include "store/operations.h"
#include "store/revocations.h"

struct grant grant_start_of_row(const struct sql_rows *rows, size_t row)
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
        };
}

static struct grant grant_of_row(const struct sql_rows *rows, size_t row)
{
        struct grant grant = grant_start_of_row(rows, row);

        grant.sealed_tail = sql_get_bytes(rows, row, 9);
        grant.client_id = sql_get_uuid(rows, row, 10);
        grant.is_dead = sql_get_integer(rows, row, 11) != 0;
        grant.enforced_by = (enum enforced_by)sql_get_integer(rows, row, 12);
        grant.delivery = delivery_of_row(rows, row, 13);
        return grant;
}

AUDITED_WRITE(owner_grant_insert, struct grant)
{
        return SQL_RUN_ON_ROW(sql, OWNER_GRANT_INSERT, NULL, sql_uuid(&in->id),
                              sql_uuid(&in->account_id), sql_uuid(&in->project_id),
                              sql_text(in->scope), sql_instant(in->created_at),
                              sql_instant_or_null(in->expires_at), sql_blob(in->sealed_tail),
                              sql_uuid(&in->id), sql_blob(in->sealed_caveat));
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
        TRY(SQL_PAGE(sql, GRANT_LIST, grant_of_row, ret, in, sql_uuid(&sql->op->account_id),
                     sql_uuid(cursor_before(&in->after))));
        if (ret->is_cut)
                ret->next.id = ret->items[ret->n - 1].id;
        return ERR_OK;
}

READ(grant_by_id, struct uuid, struct grant)
{
        return SQL_ROW(sql, GRANT_BY_ID, grant_of_row, ret, sql_uuid(in));
}

static struct grant_person person_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct grant_person){
                .protocol_scopes = (unsigned)sql_get_integer(rows, row, 0),
                .email = sql_get_bytes(rows, row, 1),
                .full_name = sql_get_bytes(rows, row, 2),
        };
}

READ(grant_person, struct uuid, struct grant_person)
{
        return SQL_ROW(sql, GRANT_PERSON, person_of_row, ret, sql_uuid(in));
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

/* A user who revokes a grant does not want another in its place, also if the grant has reached its
 * end while they looked at it. */
static enum err renewal_end(struct sql *sql, int64_t authorization_no, int64_t *ret_n_families)
{
        TRY(SQL_COUNT(sql, REFRESH_DELETE, ret_n_families, sql_integer(authorization_no)));
        return *ret_n_families ? authorization_end(sql, authorization_no, SLICE("user")) : ERR_OK;
}

AUDITED_WRITE_OUT(grant_revoke, struct uuid, struct grant)
{
        static const struct uuid nobody;
        const struct op *op = sql->op;
        bool is_users = uuid_equal(&sql->audit.client_id, &nobody);
        int64_t n_revoked, n_families = 0;

        TRY(SQL_COUNT(sql, GRANT_REVOKE, &n_revoked, sql_uuid(in), sql_uuid(&op->account_id),
                      sql_instant(op->now), sql_text(is_users ? SLICE("user") : SLICE("client"))));
        TRY(revocations_add(sql, REVOKED_GRANT, in, (size_t)n_revoked, op->now));
        TRY(SQL_ROW(sql, GRANT_GET, grant_of_row, ret, sql_uuid(in), sql_uuid(&op->account_id)));
        if (is_users)
                TRY(renewal_end(sql, ret->authorization_no, &n_families));
        audit_only_if(sql, n_revoked + n_families > 0);
        return ERR_OK;
}

enum { TOLD_ONE_BY_ONE = 100 };

/* A few are told one by one, as if each had been revoked, so that their deliveries are there at
 * once; many by one row, by which the feed and the deliveries find them some at a time. */
static enum err dying_tell(struct sql *sql, const struct grant_list *dying,
                           const struct uuid *access_end)
{
        if (dying->is_cut || dying->n > TOLD_ONE_BY_ONE)
                return revocations_add(sql, REVOKED_ACCESS, access_end, 1, sql->op->now);
        for (size_t i = 0; i < dying->n; i++)
                TRY(revocations_add(sql, REVOKED_GRANT, &dying->items[i].id, 1, sql->op->now));
        return ERR_OK;
}

/* Ends the grants of the requests behind `after`, which come out. One row ends all there are, so
 * that it is one promise. */
static enum err access_end(struct sql *sql, const struct uuid *client_row, int64_t after,
                           int64_t up_to, struct grant_list *ret)
{
        struct sql_value account = sql_uuid(&sql->op->account_id), client = sql_uuid(client_row);
        struct sql_value now = sql_instant(sql->op->now);
        struct uuid id;

        TRY(SQL_PAGE(sql, ACCESS_DYING, grant_of_row, ret, &(struct list_page){.limit = LIMIT_LIST},
                     account, client, now));
        TRY(SQL_ROW(sql, ACCESS_END, sql_uuid_of_row, &id, account, client, sql_integer(up_to),
                    sql_integer(after),
                    sql_integer(ret->n ? ret->items[0].authorization_no : up_to), now));
        return dying_tell(sql, ret, &id);
}

AUDITED_WRITE_OUT(access_revoke, struct uuid, struct grant_list)
{
        struct sql_value account = sql_uuid(&sql->op->account_id), client = sql_uuid(in);
        struct sql_value now = sql_instant(sql->op->now);
        struct sql_rows range = {0};
        int64_t after, up_to;

        TRY(SQL_RUN(sql, ACCESS_RANGE, &range, account, client));
        after = sql_get_integer(&range, 0, 0);
        up_to = sql_get_integer(&range, 0, 1);
        audit_only_if(sql, up_to > after);
        *ret = (struct grant_list){0};
        if (up_to > after)
                TRY(access_end(sql, in, after, up_to, ret));
        TRY(SQL_RUN(sql, REQUESTS_WITHDRAW, NULL, account, client, now));
        TRY(SQL_RUN(sql, CODES_WITHDRAW, NULL, account, client, now));
        TRY(SQL_RUN(sql, REFRESHES_WITHDRAW, NULL, account, client, now));
        return SQL_RUN(sql, AUTHORIZATIONS_END, NULL, account, client, now);
}
