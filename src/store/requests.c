/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests for access, up to the user's decision.
 */
#include "base/macros.h"
#include "store/operations.h"

enum { REPLACED_AT_ONCE = 100 }; /* authorizations, after the limit was lowered */

AUDITED_WRITE_OUT(request_insert, struct request, int64_t)
{
        TRY(SQL_INTEGER_OF(sql, REQUEST_INSERT, ret, sql_uuid(&in->id), sql_uuid(&in->account_id),
                           sql_uuid(&in->client_row), sql_text(in->redirect_uri),
                           sql_text(in->scope), sql_text(in->state), sql_text(in->challenge),
                           sql_instant(in->created_at), sql_instant(in->expires_at),
                           sql_text(in->asked), sql_integer(in->protocol_scopes),
                           sql_instant_or_null(in->login_after), sql_text(in->nonce),
                           sql_digest_or_null(&in->device), sql_uuid_or_null(&in->wanted_project),
                           sql_integer(in->lifetime_limit)));
        return SQL_RUN(sql, REQUEST_EVICT, NULL, sql_uuid(&in->account_id),
                       sql_uuid(&in->client_row), sql_instant(in->created_at));
}

/* --- read --- */

struct request request_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct request){
                .no = sql_get_integer(rows, row, 0),
                .id = sql_get_uuid(rows, row, 1),
                .account_id = sql_get_uuid(rows, row, 2),
                .client_row = sql_get_uuid(rows, row, 3),
                .redirect_uri = sql_get_bytes(rows, row, 4),
                .scope = sql_get_bytes(rows, row, 5),
                .protocol_scopes = (unsigned)sql_get_integer(rows, row, 21),
                .asked = sql_get_bytes(rows, row, 20),
                .state = sql_get_bytes(rows, row, 6),
                .challenge = sql_get_bytes(rows, row, 7),
                .status = (enum request_status)sql_get_integer(rows, row, 8),
                .created_at = sql_get_instant(rows, row, 9),
                .expires_at = sql_get_instant(rows, row, 10),
                .decided_at = sql_get_instant(rows, row, 11),
                .login_after = sql_get_instant(rows, row, 23),
                .authorization = {.project_id = sql_get_uuid(rows, row, 12),
                                  .scope = sql_get_bytes(rows, row, 13),
                                  .protocol_scopes = (unsigned)sql_get_integer(rows, row, 22),
                                  .lifetime = sql_get_integer(rows, row, 14)},
                .nonce = sql_get_bytes(rows, row, 24),
                .authentication = {.at = sql_get_instant(rows, row, 25),
                                   .means = (unsigned)sql_get_integer(rows, row, 29)},
                .device = sql_get_digest(rows, row, 26),
                .wanted_project = sql_get_uuid(rows, row, 27),
                .lifetime_limit = sql_get_integer(rows, row, 28),
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

/* --- the oldest gives way --- */

static struct replaced replaced_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct replaced){.decided_at = sql_get_instant(rows, row, 0),
                                 .scope = sql_get_bytes(rows, row, 1)};
}

READ(authorization_replaced, struct authorizations, struct replaced)
{
        return SQL_ROW(sql, AUTHORIZATION_REPLACED, replaced_of_row, ret,
                       sql_uuid(&sql->op->account_id), sql_uuid(&in->client_row),
                       sql_instant(sql->op->now), sql_integer(in->most - 1));
}

/* As if its user had revoked it, but for the reason. */
static enum err authorization_replace(struct sql *sql, int64_t no, const struct uuid *request_id)
{
        struct audit_entry entry = sql->audit;

        TRY(SQL_RUN(sql, REFRESH_DELETE, NULL, sql_integer(no)));
        TRY(authorization_end(sql, no, SLICE("newer")));
        if (!entry.action)
                return ERR_OK;
        entry.action = "access_replaced";
        entry.subject_id = *request_id;
        return sql_audit_entry(sql, &entry);
}

/* Those of which nothing lives any more go first; they only leave the range that is looked at. */
static enum err surplus_replace(struct sql *sql, const struct request *request)
{
        struct sql_value account = sql_uuid(&request->account_id);
        struct sql_value client = sql_uuid(&request->client_row);
        struct sql_value now = sql_instant(sql->op->now);
        struct sql_rows oldest = {0};
        int64_t n, n_settled;

        TRY(SQL_INTEGER_OF(sql, AUTHORIZATIONS_COUNT, &n, account, client, now));
        n -= request->authorization.most;
        if (n <= 0)
                return ERR_OK;
        TRY(SQL_COUNT(sql, AUTHORIZATIONS_SETTLE, &n_settled, account, client, now));
        n = n - n_settled < REPLACED_AT_ONCE ? n - n_settled : REPLACED_AT_ONCE;
        if (n <= 0)
                return ERR_OK;
        TRY(SQL_RUN(sql, AUTHORIZATIONS_OLDEST, &oldest, account, client, now, sql_integer(n)));
        for (size_t i = 0; i < oldest.n_rows; i++) {
                struct uuid id = sql_get_uuid(&oldest, i, 1);

                TRY(authorization_replace(sql, sql_get_integer(&oldest, i, 0), &id));
        }
        return ERR_OK;
}

/* --- decide --- */

/* What it is exchanged by ends before, and each grant lives for its lifetime at most; so do all
 * that come of a refresh token together. */
static struct sql_value live_until(const struct request *request)
{
        int64_t lifetime = request->authorization.lifetime;

        return lifetime ? sql_instant(instant_add_seconds(request->code.expires_at, lifetime))
                        : sql_integer(INT64_MAX);
}

/* What follows from an approval. */
static enum err authorize(struct sql *sql, const struct request *request)
{
        const struct authorization *authorization = &request->authorization;
        struct sql_value no = sql_integer(request->no);
        const struct code *code = &request->code;
        int64_t n_before;

        TRY(SQL_RUN(sql, AUTHORIZATION_INSERT, NULL, no, sql_uuid(&authorization->project_id),
                    sql_text(authorization->scope), sql_integer(authorization->lifetime),
                    sql_integer(authorization->protocol_scopes), live_until(request)));
        TRY(SQL_RUN(sql, CODE_INSERT, NULL, no, sql_digest(&code->digest),
                    sql_integer(code->needs_passphrase), sql_blob(code->sealed_access),
                    sql_instant(code->expires_at)));
        TRY(SQL_INTEGER_OF(sql, CONNECTED_BEFORE, &n_before, no));
        if (n_before)
                sql->audit.notice = NULL; /* it was told then */
        TRY(SQL_RUN(sql, CONNECTED_APPROVE, NULL, no));
        return authorization->most ? surplus_replace(sql, request) : ERR_OK;
}

AUDITED_WRITE(request_decide, struct request)
{
        int64_t n_decided = 1, is_pending;

        if (request_is_of_device(in))
                TRY(SQL_COUNT(sql, DEVICE_DECIDE, &n_decided, sql_digest(&in->device),
                              sql_integer(in->no), sql_instant(in->decided_at)));
        if (n_decided)
                TRY(SQL_COUNT(sql, REQUEST_DECIDE, &n_decided, sql_integer(in->no),
                              sql_integer(in->status), sql_instant(in->decided_at),
                              sql_instant(in->authentication.at),
                              sql_integer(in->authentication.means)));
        if (n_decided)
                return in->status == REQUEST_APPROVED ? authorize(sql, in) : ERR_OK;
        TRY(SQL_INTEGER_OF(sql, REQUEST_IS_PENDING, &is_pending, sql_integer(in->no)));
        return sql_refuse(sql, is_pending ? ERR_REQUEST_EXPIRED : ERR_REQUEST_NOT_PENDING);
}
