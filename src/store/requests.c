/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests for access, up to the user's decision.
 */
#include "base/macros.h"
#include "store/sql.h"

AUDITED_WRITE_OUT(request_insert, struct request, int64_t)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, REQUEST_INSERT, &rows, sql_uuid(&in->id), sql_uuid(&in->account_id),
                    sql_uuid(&in->client_row), sql_text(in->redirect_uri), sql_text(in->scope),
                    sql_text(in->state), sql_text(in->challenge), sql_instant(in->created_at),
                    sql_instant(in->expires_at)));
        *ret = sql_get_integer(&rows, 0, 0);
        return SQL_RUN(sql, REQUEST_EVICT, NULL, sql_uuid(&in->account_id),
                       sql_uuid(&in->client_row), sql_instant(in->created_at));
}

/* --- read --- */

static enum err request_take(const struct sql_rows *rows, struct request *ret)
{
        if (rows->n_rows == 0)
                return ERR_NO_ROW;
        *ret = (struct request){
                .no = sql_get_integer(rows, 0, 0),
                .id = sql_get_uuid(rows, 0, 1),
                .account_id = sql_get_uuid(rows, 0, 2),
                .client_row = sql_get_uuid(rows, 0, 3),
                .redirect_uri = sql_get_bytes(rows, 0, 4),
                .scope = sql_get_bytes(rows, 0, 5),
                .state = sql_get_bytes(rows, 0, 6),
                .challenge = sql_get_bytes(rows, 0, 7),
                .status = (enum request_status)sql_get_integer(rows, 0, 8),
                .created_at = sql_get_instant(rows, 0, 9),
                .expires_at = sql_get_instant(rows, 0, 10),
                .decided_at = sql_get_instant(rows, 0, 11),
                .authorization = {.project_id = sql_get_uuid(rows, 0, 12),
                                  .scope = sql_get_bytes(rows, 0, 13),
                                  .lifetime = sql_get_integer(rows, 0, 14)},
                .code = {.needs_passphrase = sql_get_integer(rows, 0, 15) != 0,
                         .sealed_access = sql_get_bytes(rows, 0, 16),
                         .digest = sql_get_digest(rows, 0, 17),
                         .expires_at = sql_get_instant(rows, 0, 18),
                         .used_at = sql_get_instant(rows, 0, 19)},
        };
        return ERR_OK;
}

READ(request_get, struct uuid, struct request)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, REQUEST_GET, &rows, sql_uuid(in)));
        return request_take(&rows, ret);
}

READ(code_find, int64_t, struct request)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CODE_FIND, &rows, sql_integer(*in)));
        return request_take(&rows, ret);
}

/* --- decide --- */

/* What follows from an approval. */
static enum err authorize(struct sql *sql, const struct request *request)
{
        const struct authorization *authorization = &request->authorization;
        struct sql_value no = sql_integer(request->no);
        const struct code *code = &request->code;

        TRY(SQL_RUN(sql, AUTHORIZATION_INSERT, NULL, no, sql_uuid(&authorization->project_id),
                    sql_text(authorization->scope), sql_integer(authorization->lifetime)));
        return SQL_RUN(sql, CODE_INSERT, NULL, no, sql_digest(&code->digest),
                       sql_integer(code->needs_passphrase), sql_blob(code->sealed_access),
                       sql_instant(code->expires_at));
}

AUDITED_WRITE(request_decide, struct request)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, REQUEST_DECIDE, &rows, sql_integer(in->no), sql_integer(in->status),
                    sql_instant(in->decided_at)));
        if (rows.n_rows)
                return in->status == REQUEST_APPROVED ? authorize(sql, in) : ERR_OK;
        TRY(SQL_RUN(sql, REQUEST_STATUS, &rows, sql_integer(in->no)));
        return sql_refuse(sql, rows.n_rows && sql_get_integer(&rows, 0, 0) == REQUEST_PENDING
                                       ? ERR_REQUEST_EXPIRED
                                       : ERR_REQUEST_NOT_PENDING);
}
