/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on clients and their secrets.
 */
#include "base/macros.h"
#include "core/grants/narrowing.h"
#include "store/rows.h"

/* --- rows --- */

static struct slice lines_join(struct arena *arena, struct texts lines)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_ARENA);

        for (size_t i = 0; i < lines.n; i++) {
                if (i)
                        buf_put_byte(&text, '\n');
                buf_put(&text, lines.items[i]);
        }
        return text.size ? arena_copy(arena, buf_slice(&text)) : SLICE("");
}

static struct texts lines_split(struct arena *arena, struct slice text)
{
        struct texts lines = {0};
        size_t n_breaks = 0;

        for (size_t i = 0; i < text.size; i++)
                n_breaks += text.data[i] == '\n';
        lines.items = arena_array(arena, n_breaks + 1, struct slice);
        while (lines.items && text.size)
                (void)slice_cut(&text, '\n', &lines.items[lines.n++]);
        return lines;
}

static enum err client_take_row(struct sql *sql, const struct sql_rows *rows, size_t row,
                                struct instant now, struct client *ret)
{
        struct sql_rows secrets = {0};
        struct client client = {
                .id = sql_get_uuid(rows, row, 0),
                .client_id = sql_get_uuid(rows, row, 1),
                .account_id = sql_get_uuid(rows, row, 2),
                .name = sql_get_bytes(rows, row, 3),
                .description = sql_get_bytes(rows, row, 4),
                .redirect_uris = lines_split(sql->arena, sql_get_bytes(rows, row, 5)),
                .scopes = sql_get_bytes(rows, row, 6),
                .optional_scopes = sql_get_bytes(rows, row, 7),
                .status = (enum client_status)sql_get_integer(rows, row, 8),
                .require_pkce = sql_get_integer(rows, row, 9) != 0,
                .legacy_redirect = sql_get_integer(rows, row, 10) != 0,
                .secret_max_lifetime = sql_get_integer(rows, row, 11),
                .created_at = sql_get_instant(rows, row, 12),
        };

        TRY(SQL_RUN(sql, CLIENT_SECRETS, &secrets, sql_uuid(&client.id), sql_instant(now)));
        for (size_t i = 0; i < secrets.n_rows && i < LIMIT_CLIENT_SECRETS; i++)
                client.secrets[client.n_secrets++] = (struct client_secret_row){
                        .id = sql_get_uuid(&secrets, i, 0),
                        .sealed = sql_get_bytes(&secrets, i, 1),
                        .created_at = sql_get_instant(&secrets, i, 2),
                        .last_used_at = sql_get_instant(&secrets, i, 3),
                        .expires_at = sql_get_instant(&secrets, i, 4),
                };
        *ret = client;
        return ERR_OK;
}

static enum err secret_row_insert(struct sql *sql, const struct uuid *client_row,
                                  const struct client_secret_row *secret)
{
        return SQL_RUN(sql, CLIENT_SECRET_INSERT, NULL, sql_uuid(&secret->id), sql_uuid(client_row),
                       sql_blob(secret->sealed), sql_instant(secret->created_at));
}

/* --- insert --- */

struct client_insert_call {
        const struct client *client;
        const struct audit_entry *audit;
};

static enum err client_row_insert(struct sql *sql, const struct client *client)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CLIENT_COUNT, &rows, sql_uuid(&client->account_id)));
        if (sql_get_integer(&rows, 0, 0) >= LIMIT_CLIENTS)
                return ERR_TOO_MANY;
        TRY(SQL_RUN(sql, CLIENT_INSERT, &rows, sql_uuid(&client->id), sql_uuid(&client->client_id),
                    sql_uuid(&client->account_id), sql_text(client->name),
                    sql_text_or_empty(client->description),
                    sql_text(lines_join(sql->arena, client->redirect_uris)),
                    sql_text_or_empty(client->scopes), sql_text_or_empty(client->optional_scopes),
                    sql_integer(client->status), sql_integer(client->require_pkce),
                    sql_integer(client->legacy_redirect), sql_integer(client->secret_max_lifetime),
                    sql_instant(client->created_at)));
        if (rows.n_rows == 0)
                return ERR_CONFLICT;
        return secret_row_insert(sql, &client->id, &client->secrets[0]);
}

static enum err client_insert_verb(struct sql *sql, void *argument)
{
        const struct client_insert_call *call = argument;
        enum err error = client_row_insert(sql, call->client);

        if (error_is_fault(error))
                return error;
        TRY(sql_audit(sql, call->audit, error));
        return error;
}

enum err store_client_insert(struct op *op, const struct client *client,
                             const struct audit_entry *audit)
{
        struct client_insert_call call = {client, audit};

        return sql_write_call(op, client_insert_verb, &call);
}

/* --- read --- */

struct client_list_call {
        const struct uuid *account_id;
        struct instant now;
        struct client **ret;
        size_t *ret_n;
};

static enum err client_list_verb(struct sql *sql, void *argument)
{
        struct client_list_call *call = argument;
        struct sql_rows rows = {0};
        struct client *clients;

        TRY(SQL_RUN(sql, CLIENT_LIST, &rows, sql_uuid(call->account_id)));
        clients = arena_array(sql->arena, rows.n_rows, struct client);
        if (!clients)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                TRY(client_take_row(sql, &rows, i, call->now, &clients[i]));
        *call->ret = clients;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err store_client_list(struct op *op, const struct uuid *account_id, struct instant now,
                           struct client **ret, size_t *ret_n)
{
        struct client_list_call call = {account_id, now, ret, ret_n};

        return sql_read_call(op, client_list_verb, &call);
}

struct client_get_call {
        enum { CLIENT_OF_ACCOUNT, CLIENT_BY_PUBLIC_ID, CLIENT_BY_ROW_ID } by;
        const struct uuid *id;
        const struct uuid *account_id; /* with CLIENT_OF_ACCOUNT */
        struct instant now;
        struct client *ret;
};

static enum err client_rows(struct sql *sql, const struct client_get_call *call,
                            struct sql_rows *rows)
{
        switch (call->by) {
        case CLIENT_OF_ACCOUNT:
                return SQL_RUN(sql, CLIENT_GET, rows, sql_uuid(call->id),
                               sql_uuid(call->account_id));
        case CLIENT_BY_PUBLIC_ID:
                return SQL_RUN(sql, CLIENT_FIND, rows, sql_uuid(call->id));
        case CLIENT_BY_ROW_ID:
                return SQL_RUN(sql, CLIENT_BY_ROW, rows, sql_uuid(call->id));
        }
        return ERR_INTERNAL;
}

static enum err client_get_verb(struct sql *sql, void *argument)
{
        struct client_get_call *call = argument;
        struct sql_rows rows = {0};

        TRY(client_rows(sql, call, &rows));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        return client_take_row(sql, &rows, 0, call->now, call->ret);
}

enum err store_client_get(struct op *op, const struct uuid *account_id, const struct uuid *id,
                          struct instant now, struct client *ret)
{
        struct client_get_call call = {CLIENT_OF_ACCOUNT, id, account_id, now, ret};

        return sql_read_call(op, client_get_verb, &call);
}

enum err store_client_find(struct op *op, const struct uuid *client_id, struct instant now,
                           struct client *ret)
{
        struct client_get_call call = {CLIENT_BY_PUBLIC_ID, client_id, NULL, now, ret};

        return sql_read_call(op, client_get_verb, &call);
}

enum err store_client_by_row(struct op *op, const struct uuid *id, struct instant now,
                             struct client *ret)
{
        struct client_get_call call = {CLIENT_BY_ROW_ID, id, NULL, now, ret};

        return sql_read_call(op, client_get_verb, &call);
}

/* --- change --- */

struct client_change_call {
        const struct uuid *account_id;
        const struct uuid *id;
        struct instant at; /* of the deletion, or when the other secrets end */
        const struct client_secret_row *secret;
        const struct client_change *change;
        enum client_status status;
        const struct audit_entry *audit;
};

/* What stays is NULL. */
static struct sql_value flag_or_null(const bool *flag)
{
        return (struct sql_value){.kind = flag ? SQL_INTEGER : SQL_NULL,
                                  .integer = flag ? *flag : 0};
}

static enum err narrowing_find(struct sql *sql, const struct client_change_call *call, bool *ret)
{
        struct sql_rows rows = {0};
        struct client was;

        TRY(SQL_RUN(sql, CLIENT_GET, &rows, sql_uuid(call->id), sql_uuid(call->account_id)));
        if (rows.n_rows == 0)
                return ERR_OK;
        TRY(client_take_row(sql, &rows, 0, (struct instant){0}, &was));
        *ret = client_change_narrows(call->change, &was);
        return ERR_OK;
}

static enum err client_update_verb(struct sql *sql, void *argument)
{
        const struct client_change_call *call = argument;
        const struct client_change *change = call->change;
        const int64_t *lifetime = change->secret_max_lifetime;
        struct slice redirect_uris = {0};
        struct sql_rows rows = {0};
        bool narrows = false;

        TRY(narrowing_find(sql, call, &narrows));
        if (change->redirect_uris.n)
                redirect_uris = lines_join(sql->arena, change->redirect_uris);
        TRY(SQL_RUN(sql, CLIENT_UPDATE, &rows, sql_uuid(call->id), sql_uuid(call->account_id),
                    sql_text(change->name), sql_text(change->description), sql_text(redirect_uris),
                    sql_text(change->scopes), sql_text(change->optional_scopes),
                    flag_or_null(change->require_pkce), flag_or_null(change->legacy_redirect),
                    (struct sql_value){.kind = lifetime ? SQL_INTEGER : SQL_NULL,
                                       .integer = lifetime ? *lifetime : 0},
                    sql_integer(change->asks_approval)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(log_add(sql, LOG_client_narrowed, call->id, narrows, audit_time(call->audit)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_client_update(struct op *op, const struct uuid *account_id, const struct uuid *id,
                             const struct client_change *change, const struct audit_entry *audit)
{
        struct client_change_call call = {
                .account_id = account_id, .id = id, .change = change, .audit = audit};

        return sql_write_call(op, client_update_verb, &call);
}

static enum log_kind log_kind_of(enum client_status status)
{
        switch (status) {
        case CLIENT_DISABLED:
                return LOG_client_off;
        case CLIENT_WAITING:
                return LOG_client_blocked;
        case CLIENT_ACTIVE:
                return LOG_client_on;
        }
        return LOG_client_off;
}

static enum err status_set_by_operator(struct sql *sql, const struct client_change_call *call)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CLIENT_STATUS_BY_OPERATOR, &rows, sql_uuid(call->id),
                    sql_integer(call->status)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(log_add(sql, log_kind_of(call->status), call->id, 1, audit_time(call->audit)));
        return sql_audit(sql, call->audit, ERR_OK);
}

/* What changes nothing leaves no row in the audit trail, as switching off is never refused. */
static enum err client_set_status_verb(struct sql *sql, void *argument)
{
        const struct client_change_call *call = argument;
        struct sql_rows rows = {0};
        int64_t status;

        if (!call->account_id)
                return status_set_by_operator(sql, call);
        TRY(SQL_RUN(sql, CLIENT_GET, &rows, sql_uuid(call->id), sql_uuid(call->account_id)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        status = sql_get_integer(&rows, 0, 8);
        if (status == CLIENT_WAITING) {
                if (call->status == CLIENT_ACTIVE)
                        TRY(sql_audit(sql, call->audit, ERR_CLIENT_WAITING));
                return ERR_CLIENT_WAITING;
        }
        if (status == (int64_t)call->status)
                return ERR_OK;
        TRY(SQL_RUN(sql, CLIENT_STATUS, NULL, sql_uuid(call->id), sql_uuid(call->account_id),
                    sql_integer(call->status)));
        TRY(log_add(sql, log_kind_of(call->status), call->id, 1, audit_time(call->audit)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_client_set_status(struct op *op, const struct uuid *account_id,
                                 const struct uuid *id, enum client_status status,
                                 const struct audit_entry *audit)
{
        struct client_change_call call = {
                .account_id = account_id, .id = id, .status = status, .audit = audit};

        return sql_write_call(op, client_set_status_verb, &call);
}

static enum err client_delete_verb(struct sql *sql, void *argument)
{
        const struct client_change_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CLIENT_DELETE, &rows, sql_uuid(call->id), sql_uuid(call->account_id),
                    sql_instant(call->at)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(revocations_add(sql, REVOKED_CLIENT, call->id, 1, call->at));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_client_delete(struct op *op, const struct uuid *account_id, const struct uuid *id,
                             struct instant now, const struct audit_entry *audit)
{
        struct client_change_call call = {
                .account_id = account_id, .id = id, .at = now, .audit = audit};

        return sql_write_call(op, client_delete_verb, &call);
}

static enum err secrets_log(struct sql *sql, const struct sql_rows *secrets, struct instant end)
{
        for (size_t i = 0; i < secrets->n_rows; i++) {
                struct uuid id = sql_get_uuid(secrets, i, 0);

                TRY(log_add(sql, LOG_secret, &id, 1, end));
        }
        return ERR_OK;
}

static enum err client_secret_add_verb(struct sql *sql, void *argument)
{
        const struct client_change_call *call = argument;
        struct sql_rows rows = {0}, ended = {0}, dropped = {0};

        TRY(SQL_RUN(sql, CLIENT_GET, &rows, sql_uuid(call->id), sql_uuid(call->account_id)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(SQL_RUN(sql, CLIENT_SECRETS_END, &ended, sql_uuid(call->id), sql_instant(call->at)));
        TRY(secret_row_insert(sql, call->id, call->secret));
        TRY(SQL_RUN(sql, CLIENT_SECRETS_DROP, &dropped, sql_uuid(call->id),
                    sql_instant(call->secret->created_at)));
        TRY(secrets_log(sql, &ended, call->at));
        TRY(secrets_log(sql, &dropped, call->secret->created_at));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_client_secret_add(struct op *op, const struct uuid *account_id,
                                 const struct uuid *id, const struct client_secret_row *secret,
                                 struct instant others_end, const struct audit_entry *audit)
{
        struct client_change_call call = {.account_id = account_id,
                                          .id = id,
                                          .at = others_end,
                                          .secret = secret,
                                          .audit = audit};

        return sql_write_call(op, client_secret_add_verb, &call);
}
