/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients and their secrets.
 */
#include "base/macros.h"
#include "core/clients/client_review.h"
#include "core/grants/narrowing.h"
#include "store/operations.h"
#include "store/revocations.h"

/* --- rows --- */

static struct slice lines_join(struct arena *arena, struct texts lines)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_ARENA);

        for (size_t i = 0; i < lines.n; i++) {
                if (i)
                        buf_put_byte(&text, '\n');
                buf_put(&text, lines.items[i]);
        }
        return arena_copy_buf(arena, &text);
}

static struct texts lines_split(struct arena *arena, struct slice text)
{
        struct texts lines = {0};

        lines.items = arena_array(arena, slice_count_byte(text, '\n') + 1, struct slice);
        while (lines.items && text.size)
                (void)slice_cut(&text, '\n', &lines.items[lines.n++]);
        return lines;
}

/* Without what client_of_rows() adds. */
static struct client client_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct client){
                .id = sql_get_uuid(rows, row, 0),
                .client_id = sql_get_uuid(rows, row, 1),
                .account_id = sql_get_uuid(rows, row, 2),
                .name = sql_get_bytes(rows, row, 3),
                .description = sql_get_bytes(rows, row, 4),
                .scopes = sql_get_bytes(rows, row, 6),
                .optional_scopes = sql_get_bytes(rows, row, 7),
                .status = (enum client_status)sql_get_integer(rows, row, 8),
                .require_pkce = sql_get_integer(rows, row, 9) != 0,
                .legacy_redirect = sql_get_integer(rows, row, 10) != 0,
                .secret_max_lifetime = sql_get_integer(rows, row, 11),
                .created_at = sql_get_instant(rows, row, 12),
                .auth_method = (enum client_auth)sql_get_integer(rows, row, 13),
                .type = (enum application_type)sql_get_integer(rows, row, 14),
                .jwks = sql_get_bytes(rows, row, 15),
                .require_pushed = sql_get_integer(rows, row, 16) != 0,
                .subject = (enum subject_type)sql_get_integer(rows, row, 17),
                .id_tokens_es256 = sql_get_integer(rows, row, 18) != 0,
                .device_flow = sql_get_integer(rows, row, 19) != 0,
                .refresh_tokens = sql_get_integer(rows, row, 20) != 0,
                .document = sql_get_bytes(rows, row, 22),
                .document_until = sql_get_instant(rows, row, 23),
        };
}

static struct client_secret_row secret_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct client_secret_row){
                .id = sql_get_uuid(rows, row, 0),
                .sealed = sql_get_bytes(rows, row, 1),
                .created_at = sql_get_instant(rows, row, 2),
                .last_used_at = sql_get_instant(rows, row, 3),
                .expires_at = sql_get_instant(rows, row, 4),
                .is_foreign = sql_get_integer(rows, row, 5) != 0,
        };
}

struct client client_of_rows(struct arena *arena, const struct sql_rows *rows, size_t row,
                             const struct sql_rows *secrets)
{
        struct client client = client_of_row(rows, row);

        client.redirect_uris = lines_split(arena, sql_get_bytes(rows, row, 5));
        client.logout_uris = lines_split(arena, sql_get_bytes(rows, row, 21));
        for (size_t i = 0; i < secrets->n_rows && i < LIMIT_CLIENT_SECRETS; i++)
                client.secrets[client.n_secrets++] = secret_of_row(secrets, i);
        return client;
}

/* With the secrets that are live now. */
static enum err client_complete(struct sql *sql, const struct sql_rows *rows, size_t row,
                                struct client *ret)
{
        struct sql_rows secrets = {0};
        struct uuid id = sql_get_uuid(rows, row, 0);

        TRY(SQL_RUN(sql, CLIENT_SECRETS, &secrets, sql_uuid(&id), sql_instant(sql->op->now)));
        *ret = client_of_rows(sql->arena, rows, row, &secrets);
        return ERR_OK;
}

static enum err secret_row_insert(struct sql *sql, const struct uuid *client_row,
                                  const struct client_secret_row *secret)
{
        return SQL_RUN(sql, CLIENT_SECRET_INSERT, NULL, sql_uuid(&secret->id), sql_uuid(client_row),
                       sql_blob(secret->sealed), sql_instant(secret->created_at),
                       sql_integer(secret->is_foreign));
}

/* --- insert --- */

/* With its first secret. Return: as sql_run(); ERR_CONFLICT. */
static enum err client_row_insert(struct sql *sql, const struct client *client)
{
        enum err error = SQL_RUN_ON_ROW(
                sql, CLIENT_INSERT, NULL, sql_uuid(&client->id), sql_uuid(&client->client_id),
                sql_uuid(&client->account_id), sql_text(client->name),
                sql_text_or_empty(client->description),
                sql_text(lines_join(sql->arena, client->redirect_uris)),
                sql_text_or_empty(client->scopes), sql_text_or_empty(client->optional_scopes),
                sql_integer(client->status), sql_integer(client->require_pkce),
                sql_integer(client->legacy_redirect), sql_integer(client->secret_max_lifetime),
                sql_instant(client->created_at), sql_integer(client->auth_method),
                sql_integer(client->type), sql_text_or_empty(client->jwks),
                sql_integer(client->require_pushed), sql_integer(client->subject),
                sql_integer(client->id_tokens_es256), sql_integer(client->device_flow),
                sql_integer(client->refresh_tokens),
                sql_text(lines_join(sql->arena, client->logout_uris)),
                sql_text_or_empty(client->document), sql_instant(client->document_until));

        if (error == ERR_NO_ROW)
                return sql_refuse(sql, ERR_CONFLICT);
        TRY(error);
        return client->n_secrets ? secret_row_insert(sql, &client->id, &client->secrets[0])
                                 : ERR_OK;
}

AUDITED_WRITE(client_insert, struct client)
{
        int64_t n;

        TRY(SQL_INTEGER_OF(sql, CLIENT_COUNT, &n, sql_uuid(&in->account_id)));
        if (n >= LIMIT_CLIENTS)
                return sql_refuse(sql, ERR_TOO_MANY);
        return client_row_insert(sql, in);
}

/* The first of them brings the account that they belong to. */
static enum err nobodys_account_ready(struct sql *sql, const struct registered_client *in)
{
        int64_t n;

        TRY(SQL_INTEGER_OF(sql, CLIENT_COUNT, &n, sql_uuid(account_of_nobody())));
        if (n >= in->limit)
                return sql_refuse(sql, ERR_CLIENTS_FULL);
        return SQL_RUN(sql, ACCOUNT_OF_NOBODY, NULL, sql_uuid(account_of_nobody()),
                       sql_instant(in->client->created_at));
}

/* --- metadata documents --- */

static enum err document_write(struct sql *sql, const struct client *client)
{
        return SQL_RUN_ON_ROW(sql, CLIENT_DOCUMENT, NULL, sql_uuid(&client->client_id),
                              sql_text(client->name),
                              sql_text(lines_join(sql->arena, client->redirect_uris)),
                              sql_text_or_empty(client->optional_scopes),
                              sql_text_or_empty(client->jwks), sql_integer(client->auth_method),
                              sql_integer(client->type), sql_integer(client->refresh_tokens),
                              sql_integer(client->status), sql_instant(client->document_until));
}

/* One with a metadata document may have had a row. */
AUDITED_WRITE(client_register, struct registered_client)
{
        const struct client *client = in->client;
        struct sql_rows rows = {0};
        struct uuid id = client->id;

        TRY(nobodys_account_ready(sql, in));
        if (client->document.size)
                TRY(SQL_RUN(sql, CLIENT_REVIVE, &rows, sql_uuid(&client->client_id),
                            sql_text(client->document), sql_integer(client->status)));
        if (rows.n_rows) {
                id = sql_get_uuid(&rows, 0, 0);
                TRY(document_write(sql, client));
        } else {
                TRY(client_row_insert(sql, client));
        }
        return SQL_RUN(sql, CLIENT_LOOK, NULL, sql_uuid(&id), sql_instant(in->look_at));
}

AUDITED_WRITE(client_renew, struct client_document)
{
        TRY(document_write(sql, in->client));
        return in->has_changed ? ERR_OK : sql_unchanged(sql);
}

/* --- read --- */

READ_ALL(client_list, struct client_list)
{
        struct sql_rows rows = {0};
        struct client_list list;

        TRY(SQL_RUN(sql, CLIENT_LIST, &rows, sql_uuid(&sql->op->account_id)));
        TRY(SQL_ROWS_LIST(sql, &rows, client_of_row, &list));
        for (size_t i = 0; i < list.n; i++)
                TRY(client_complete(sql, &rows, i, &list.items[i]));
        *ret = list;
        return ERR_OK;
}

READ(client_registered, struct list_page, struct client_list)
{
        const struct list_cursor *after = &in->after;
        struct sql_rows rows = {.bytes_maximum = LIMIT_LIST_BYTES};
        struct client_list list;

        TRY(sql_run(sql, STATEMENT_CLIENT_REGISTERED,
                    SQL_VALUES(sql_uuid(account_of_nobody()), sql_integer(after->number),
                               sql_uuid(&after->id), sql_integer(in->limit + 1)),
                    &rows));
        sql_page_trim(&rows, in->limit);
        TRY(SQL_ROWS_LIST(sql, &rows, client_of_row, &list));
        for (size_t i = 0; i < list.n; i++)
                TRY(client_complete(sql, &rows, i, &list.items[i]));
        if (list.is_cut) {
                const struct client *last = &list.items[list.n - 1];

                list.next = (struct list_cursor){last->created_at.ms, last->id};
        }
        *ret = list;
        return ERR_OK;
}

/* The one that a statement finds. */
static enum err client_read(struct sql *sql, enum statement statement,
                            const struct sql_value *values, size_t n_values, struct client *ret)
{
        struct sql_rows rows = {0};

        TRY(sql_run_on_row(sql, statement, values, n_values, &rows));
        return client_complete(sql, &rows, 0, ret);
}

static enum err client_own(struct sql *sql, const struct uuid *id, struct client *ret)
{
        return client_read(sql, STATEMENT_CLIENT_GET,
                           SQL_VALUES(sql_uuid(id), sql_uuid(&sql->op->account_id)), ret);
}

READ(client_get, struct uuid, struct client)
{
        return client_own(sql, in, ret);
}

READ(client_find, struct uuid, struct client)
{
        return client_read(sql, STATEMENT_CLIENT_FIND, SQL_VALUES(sql_uuid(in)), ret);
}

READ(client_by_row, struct uuid, struct client)
{
        return client_read(sql, STATEMENT_CLIENT_BY_ROW, SQL_VALUES(sql_uuid(in)), ret);
}

/* --- change --- */

/* What stays is NULL. */
static struct sql_value number_or_null(bool changes, int64_t number)
{
        return (struct sql_value){.kind = changes ? SQL_INTEGER : SQL_NULL, .integer = number};
}

static struct sql_value flag_or_null(const bool *flag)
{
        return number_or_null(flag != NULL, flag ? *flag : 0);
}

AUDITED_WRITE(client_update, struct client_change)
{
        const int64_t *lifetime = in->secret_max_lifetime;
        const enum client_auth *method = in->auth_method;
        struct slice redirect_uris = {0}, logout_uris = {0};
        struct client was;
        bool narrows;

        TRY(client_own(sql, &in->id, &was));
        narrows = client_change_narrows(in, &was);
        if (in->redirect_uris.n)
                redirect_uris = lines_join(sql->arena, in->redirect_uris);
        if (in->logout_uris)
                logout_uris = lines_join(sql->arena, *in->logout_uris);
        TRY(SQL_RUN_ON_ROW(sql, CLIENT_UPDATE, NULL, sql_uuid(&in->id),
                           sql_uuid(&sql->op->account_id), sql_text(in->name),
                           sql_text(in->description), sql_text(redirect_uris), sql_text(in->scopes),
                           sql_text(in->optional_scopes), flag_or_null(in->require_pkce),
                           flag_or_null(in->legacy_redirect),
                           number_or_null(lifetime != NULL, lifetime ? *lifetime : 0),
                           sql_integer(in->asks_approval),
                           number_or_null(method != NULL, method ? *method : 0),
                           number_or_null(in->type != NULL, in->type ? *in->type : 0),
                           sql_text(in->jwks), flag_or_null(in->require_pushed),
                           number_or_null(in->subject != NULL, in->subject ? *in->subject : 0),
                           flag_or_null(in->id_tokens_es256), flag_or_null(in->device_flow),
                           flag_or_null(in->refresh_tokens), sql_text(logout_uris)));
        return log_add(sql, LOG_client_narrowed, &in->id, narrows, sql->op->now);
}

static enum log_kind log_kind_of(enum client_status status)
{
        switch (status) {
        case CLIENT_DISABLED:
                return LOG_client_off;
        case CLIENT_WAITING:
        case CLIENT_BLOCKED:
                return LOG_client_blocked;
        case CLIENT_ACTIVE:
                return LOG_client_on;
        }
        return LOG_client_off;
}

/* Why its developer cannot change it; ERR_OK: that is not so. */
static enum err refusal_of(enum client_status status)
{
        if (status == CLIENT_BLOCKED)
                return ERR_CLIENT_BLOCKED;
        return status == CLIENT_WAITING ? ERR_CLIENT_WAITING : ERR_OK;
}

/* Switching off is never refused, so repeating it must not fill the audit trail. */
static enum err status_set_by_owner(struct sql *sql, const struct client_status_change *change)
{
        struct client was;
        enum err refusal;

        TRY(client_own(sql, &change->id, &was));
        refusal = refusal_of(was.status);
        if (refusal != ERR_OK)
                return change->status == CLIENT_ACTIVE ? sql_refuse(sql, refusal) : refusal;
        if (was.status == change->status)
                return sql_unchanged(sql);
        TRY(SQL_RUN(sql, CLIENT_STATUS, NULL, sql_uuid(&change->id), sql_uuid(&sql->op->account_id),
                    sql_integer(change->status)));
        return log_add(sql, log_kind_of(change->status), &change->id, 1, sql->op->now);
}

/* Whether it is what an operator has looked at. */
static enum err revision_check(struct sql *sql, const struct client_status_change *change)
{
        struct digest revision;
        struct client client;

        TRY(client_read(sql, STATEMENT_CLIENT_BY_ROW, SQL_VALUES(sql_uuid(&change->id)), &client));
        TRY(client_revision(&client, &revision));
        return client.status == CLIENT_WAITING && digest_equal(&revision, change->revision)
                       ? ERR_OK
                       : ERR_CLIENT_CHANGED;
}

AUDITED_WRITE(client_set_status, struct client_status_change)
{
        if (!in->by_operator)
                return status_set_by_owner(sql, in);
        if (in->revision)
                TRY(revision_check(sql, in));
        TRY(SQL_RUN_ON_ROW(sql, CLIENT_STATUS_BY_OPERATOR, NULL, sql_uuid(&in->id),
                           sql_integer(in->status), sql_instant(sql->op->now)));
        return log_add(sql, log_kind_of(in->status), &in->id, 1, sql->op->now);
}

AUDITED_WRITE(client_delete, struct uuid)
{
        TRY(SQL_RUN_ON_ROW(sql, CLIENT_DELETE, NULL, sql_uuid(in), sql_uuid(&sql->op->account_id),
                           sql_instant(sql->op->now)));
        return revocations_add(sql, REVOKED_CLIENT, in, 1, sql->op->now);
}

AUDITED_WRITE(client_secret_add, struct new_client_secret)
{
        const struct uuid *client = &in->client_row;
        struct uuid_list ended, dropped;

        TRY(SQL_RUN_ON_ROW(sql, CLIENT_GET, NULL, sql_uuid(client),
                           sql_uuid(&sql->op->account_id)));
        TRY(SQL_LIST(sql, CLIENT_SECRETS_END, sql_uuid_of_row, &ended, sql_uuid(client),
                     sql_instant(in->others_end)));
        TRY(secret_row_insert(sql, client, &in->secret));
        TRY(SQL_LIST(sql, CLIENT_SECRETS_DROP, sql_uuid_of_row, &dropped, sql_uuid(client),
                     sql_instant(in->secret.created_at)));
        TRY(log_add(sql, LOG_secret, ended.items, ended.n, in->others_end));
        return log_add(sql, LOG_secret, dropped.items, dropped.n, in->secret.created_at);
}
