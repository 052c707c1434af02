/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests for access, up to the user's decision.
 */
#include "base/macros.h"
#include "store/sql.h"

AUDITED_WRITE_OUT(request_insert, struct request, int64_t)
{
        TRY(SQL_INTEGER_OF(sql, REQUEST_INSERT, ret, sql_uuid(&in->id), sql_uuid(&in->account_id),
                           sql_uuid(&in->client_row), sql_text(in->redirect_uri),
                           sql_text(in->scope), sql_text(in->state), sql_text(in->challenge),
                           sql_instant(in->created_at), sql_instant(in->expires_at),
                           sql_text(in->asked)));
        return SQL_RUN(sql, REQUEST_EVICT, NULL, sql_uuid(&in->account_id),
                       sql_uuid(&in->client_row), sql_instant(in->created_at));
}

/* --- read --- */

static struct request request_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct request){
                .no = sql_get_integer(rows, row, 0),
                .id = sql_get_uuid(rows, row, 1),
                .account_id = sql_get_uuid(rows, row, 2),
                .client_row = sql_get_uuid(rows, row, 3),
                .redirect_uri = sql_get_bytes(rows, row, 4),
                .scope = sql_get_bytes(rows, row, 5),
                .asked = sql_get_bytes(rows, row, 20),
                .state = sql_get_bytes(rows, row, 6),
                .challenge = sql_get_bytes(rows, row, 7),
                .status = (enum request_status)sql_get_integer(rows, row, 8),
                .created_at = sql_get_instant(rows, row, 9),
                .expires_at = sql_get_instant(rows, row, 10),
                .decided_at = sql_get_instant(rows, row, 11),
                .authorization = {.project_id = sql_get_uuid(rows, row, 12),
                                  .scope = sql_get_bytes(rows, row, 13),
                                  .lifetime = sql_get_integer(rows, row, 14)},
                .code = {.needs_passphrase = sql_get_integer(rows, row, 15) != 0,
                         .sealed_access = sql_get_bytes(rows, row, 16),
                         .digest = sql_get_digest(rows, row, 17),
                         .expires_at = sql_get_instant(rows, row, 18),
                         .used_at = sql_get_instant(rows, row, 19)},
        };
}

READ(request_get, struct uuid, struct request)
{
        return SQL_ROW(sql, REQUEST_GET, request_of_row, ret, sql_uuid(in));
}

READ(code_find, int64_t, struct request)
{
        return SQL_ROW(sql, CODE_FIND, request_of_row, ret, sql_integer(*in));
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
        int64_t n_decided, is_pending;

        TRY(SQL_COUNT(sql, REQUEST_DECIDE, &n_decided, sql_integer(in->no), sql_integer(in->status),
                      sql_instant(in->decided_at)));
        if (n_decided)
                return in->status == REQUEST_APPROVED ? authorize(sql, in) : ERR_OK;
        TRY(SQL_INTEGER_OF(sql, REQUEST_IS_PENDING, &is_pending, sql_integer(in->no)));
        return sql_refuse(sql, is_pending ? ERR_REQUEST_EXPIRED : ERR_REQUEST_NOT_PENDING);
}
