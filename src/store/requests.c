/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on requests for access, up to the user's decision.
 */
#include "base/macros.h"
#include "store/sql.h"

/* --- insert --- */

struct request_insert_call {
        const struct request *request;
        const struct audit_entry *audit;
        int64_t *ret_no;
};

static enum err request_insert_verb(struct sql *sql, void *argument)
{
        struct request_insert_call *call = argument;
        const struct request *request = call->request;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, REQUEST_INSERT, &rows, sql_uuid(&request->id),
                    sql_uuid(&request->account_id), sql_uuid(&request->client_row),
                    sql_text(request->redirect_uri), sql_text(request->scope),
                    sql_text(request->state), sql_text(request->challenge),
                    sql_instant(request->created_at), sql_instant(request->expires_at)));
        *call->ret_no = sql_get_integer(&rows, 0, 0);
        TRY(SQL_RUN(sql, REQUEST_EVICT, NULL, sql_uuid(&request->account_id),
                    sql_uuid(&request->client_row), sql_instant(request->created_at)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_request_insert(struct op *op, const struct request *request,
                              const struct audit_entry *audit, int64_t *ret_no)
{
        struct request_insert_call call = {request, audit, ret_no};

        return sql_write_call(op, request_insert_verb, &call);
}

/* --- read --- */

struct request_get_call {
        const struct uuid *id; /* NULL: by `no` */
        int64_t no;
        struct request *ret;
};

static enum err request_get_verb(struct sql *sql, void *argument)
{
        struct request_get_call *call = argument;
        struct sql_rows rows = {0};

        if (call->id)
                TRY(SQL_RUN(sql, REQUEST_GET, &rows, sql_uuid(call->id)));
        else
                TRY(SQL_RUN(sql, CODE_FIND, &rows, sql_integer(call->no)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *call->ret = (struct request){
                .no = sql_get_integer(&rows, 0, 0),
                .id = sql_get_uuid(&rows, 0, 1),
                .account_id = sql_get_uuid(&rows, 0, 2),
                .client_row = sql_get_uuid(&rows, 0, 3),
                .redirect_uri = sql_get_bytes(&rows, 0, 4),
                .scope = sql_get_bytes(&rows, 0, 5),
                .state = sql_get_bytes(&rows, 0, 6),
                .challenge = sql_get_bytes(&rows, 0, 7),
                .status = (enum request_status)sql_get_integer(&rows, 0, 8),
                .created_at = sql_get_instant(&rows, 0, 9),
                .expires_at = sql_get_instant(&rows, 0, 10),
                .decided_at = sql_get_instant(&rows, 0, 11),
                .project_id = sql_get_uuid(&rows, 0, 12),
                .granted = sql_get_bytes(&rows, 0, 13),
                .lifetime = sql_get_integer(&rows, 0, 14),
                .needs_passphrase = sql_get_integer(&rows, 0, 15) != 0,
                .sealed_access = sql_get_bytes(&rows, 0, 16),
                .code = sql_get_digest(&rows, 0, 17),
                .code_expires_at = sql_get_instant(&rows, 0, 18),
                .used_at = sql_get_instant(&rows, 0, 19),
        };
        return ERR_OK;
}

enum err store_request_get(struct op *op, const struct uuid *id, struct request *ret)
{
        struct request_get_call call = {id, 0, ret};

        return sql_read_call(op, request_get_verb, &call);
}

enum err store_code_find(struct op *op, int64_t no, struct request *ret)
{
        struct request_get_call call = {NULL, no, ret};

        return sql_read_call(op, request_get_verb, &call);
}

/* --- decide --- */

struct request_decide_call {
        const struct request *request;
        const struct audit_entry *audit;
};

/* NULL for what a refusal does not have. */
static enum err decision_write(struct sql *sql, const struct request *request,
                               struct sql_rows *rows)
{
        bool approved = request->status == REQUEST_APPROVED;
        struct sql_value null = {.kind = SQL_NULL};

        return SQL_RUN(
                sql, REQUEST_DECIDE, rows, sql_integer(request->no), sql_integer(request->status),
                sql_instant(request->decided_at), approved ? sql_uuid(&request->project_id) : null,
                approved ? sql_text(request->granted) : null,
                approved ? sql_integer(request->lifetime) : null,
                approved ? sql_integer(request->needs_passphrase) : null,
                sql_blob(request->sealed_access), approved ? sql_digest(&request->code) : null,
                approved ? sql_instant(request->code_expires_at) : null);
}

static enum err request_decide_verb(struct sql *sql, void *argument)
{
        const struct request_decide_call *call = argument;
        struct sql_rows rows = {0};
        enum err outcome = ERR_OK;

        TRY(decision_write(sql, call->request, &rows));
        if (rows.n_rows == 0) {
                TRY(SQL_RUN(sql, REQUEST_STATUS, &rows, sql_integer(call->request->no)));
                outcome = rows.n_rows && sql_get_integer(&rows, 0, 0) == REQUEST_PENDING
                                  ? ERR_REQUEST_EXPIRED
                                  : ERR_REQUEST_NOT_PENDING;
        }
        TRY(sql_audit(sql, call->audit, outcome));
        return outcome;
}

enum err store_request_decide(struct op *op, const struct request *request,
                              const struct audit_entry *audit)
{
        struct request_decide_call call = {request, audit};

        return sql_write_call(op, request_decide_verb, &call);
}
