/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on grants: the owner's own, listing them all, and taking access back.
 */
#include "base/macros.h"
#include "store/sql.h"
#include "store/verbs.h"

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
                    sql_instant_or_null(grant->expires_at), sql_blob(grant->tail),
                    sql_uuid(&grant->id)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err owner_grant_insert(struct store *store, struct arena *arena, const struct grant *grant,
                            const struct audit_entry *audit)
{
        struct owner_grant_call call = {grant, audit};

        return sql_write(store, arena, owner_grant_insert_verb, &call);
}

struct grant_list_call {
        const struct uuid *account_id;
        int64_t limit;
        struct grant **ret;
        size_t *ret_n;
};

static enum err grant_list_verb(struct sql *sql, void *argument)
{
        struct grant_list_call *call = argument;
        struct sql_rows rows = {0};
        struct grant *grants;

        TRY(SQL_RUN(sql, GRANT_LIST, &rows, sql_uuid(call->account_id), sql_integer(call->limit)));
        grants = arena_array(sql->arena, rows.n_rows, struct grant);
        for (size_t i = 0; i < rows.n_rows; i++)
                grants[i] = (struct grant){
                        .id = sql_get_uuid(&rows, i, 0),
                        .request_no = sql_get_integer(&rows, i, 1),
                        .account_id = sql_get_uuid(&rows, i, 2),
                        .client_row = sql_get_uuid(&rows, i, 3),
                        .project_id = sql_get_uuid(&rows, i, 4),
                        .scope = sql_get_bytes(&rows, i, 5),
                        .status = (enum grant_status)sql_get_integer(&rows, i, 6),
                        .created_at = sql_get_instant(&rows, i, 7),
                        .expires_at = sql_get_instant(&rows, i, 8),
                        .tail = sql_get_bytes(&rows, i, 9),
                        .client_id = sql_get_uuid(&rows, i, 10),
                        .is_dead = sql_get_integer(&rows, i, 11) != 0,
                        .is_self_issued = sql_get_integer(&rows, i, 12) != 0,
                };
        *call->ret = grants;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err grant_list(struct store *store, struct arena *arena, const struct uuid *account_id,
                    int64_t limit, struct grant **ret, size_t *ret_n)
{
        struct grant_list_call call = {account_id, limit, ret, ret_n};

        return sql_read(store, arena, grant_list_verb, &call);
}

struct grant_scopes_call {
        const struct uuid *account_id;
        const struct uuid *client_row;
        struct instant now;
        struct slice **ret;
        size_t *ret_n;
};

static enum err grant_scopes_verb(struct sql *sql, void *argument)
{
        struct grant_scopes_call *call = argument;
        struct sql_rows rows = {0};
        struct slice *scopes;

        TRY(SQL_RUN(sql, GRANT_SCOPES, &rows, sql_uuid(call->account_id),
                    sql_uuid(call->client_row), sql_instant(call->now)));
        scopes = arena_array(sql->arena, rows.n_rows, struct slice);
        for (size_t i = 0; i < rows.n_rows; i++)
                scopes[i] = sql_get_bytes(&rows, i, 0);
        *call->ret = scopes;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err grant_scopes(struct store *store, struct arena *arena, const struct uuid *account_id,
                      const struct uuid *client_row, struct instant now, struct slice **ret,
                      size_t *ret_n)
{
        struct grant_scopes_call call = {account_id, client_row, now, ret, ret_n};

        return sql_read(store, arena, grant_scopes_verb, &call);
}

/* --- taking back --- */

/* Of the client, or the one grant of this id. */
struct revoke_call {
        const struct uuid *account_id;
        const struct uuid *client_row;
        const struct uuid *id;
        struct instant now;
        const struct audit_entry *audit;
        struct grant **ret;
        size_t *ret_n;
};

static void revoked_take(struct sql *sql, const struct sql_rows *rows,
                         const struct revoke_call *call)
{
        struct grant *grants = arena_array(sql->arena, rows->n_rows, struct grant);

        for (size_t i = 0; i < rows->n_rows; i++)
                grants[i] = (struct grant){
                        .id = sql_get_uuid(rows, i, 0),
                        .request_no = sql_get_integer(rows, i, 1),
                        .account_id = *call->account_id,
                        .client_row = sql_get_uuid(rows, i, 8),
                        .project_id = sql_get_uuid(rows, i, 2),
                        .scope = sql_get_bytes(rows, i, 3),
                        .status = (enum grant_status)sql_get_integer(rows, i, 4),
                        .created_at = sql_get_instant(rows, i, 5),
                        .expires_at = sql_get_instant(rows, i, 6),
                        .is_self_issued = sql_get_integer(rows, i, 7) != 0,
                };
        *call->ret = grants;
        *call->ret_n = rows->n_rows;
}

static enum err grant_revoke_verb(struct sql *sql, void *argument)
{
        const struct revoke_call *call = argument;
        struct sql_rows rows = {0}, known = {0};

        TRY(SQL_RUN(sql, GRANT_REVOKE, &rows, sql_uuid(call->id), sql_uuid(call->account_id),
                    sql_instant(call->now)));
        if (rows.n_rows == 0) {
                TRY(SQL_RUN(sql, GRANT_IS_OF, &known, sql_uuid(call->id),
                            sql_uuid(call->account_id)));
                if (known.n_rows == 0)
                        return ERR_NO_ROW;
        }
        revoked_take(sql, &rows, call);
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err grant_revoke(struct store *store, struct arena *arena, const struct uuid *account_id,
                      const struct uuid *id, struct instant now, const struct audit_entry *audit,
                      struct grant **ret, size_t *ret_n)
{
        struct revoke_call call = {.account_id = account_id,
                                   .id = id,
                                   .now = now,
                                   .audit = audit,
                                   .ret = ret,
                                   .ret_n = ret_n};

        return sql_write(store, arena, grant_revoke_verb, &call);
}

static enum err access_revoke_verb(struct sql *sql, void *argument)
{
        const struct revoke_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, GRANTS_REVOKE, &rows, sql_uuid(call->account_id),
                    sql_uuid(call->client_row), sql_instant(call->now)));
        TRY(SQL_RUN(sql, REQUESTS_WITHDRAW, NULL, sql_uuid(call->account_id),
                    sql_uuid(call->client_row)));
        revoked_take(sql, &rows, call);
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err access_revoke(struct store *store, struct arena *arena, const struct uuid *account_id,
                       const struct uuid *client_row, struct instant now,
                       const struct audit_entry *audit, struct grant **ret, size_t *ret_n)
{
        struct revoke_call call = {.account_id = account_id,
                                   .client_row = client_row,
                                   .now = now,
                                   .audit = audit,
                                   .ret = ret,
                                   .ret_n = ret_n};

        return sql_write(store, arena, access_revoke_verb, &call);
}
