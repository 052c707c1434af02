/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts, and how their people log in.
 */
#include "base/macros.h"
#include "store/operations.h"
#include "store/revocations.h"

/* Of several that use the same invitation one gets the row; it is in the audit trail. */
static enum err invitation_use(struct sql *sql, const struct digest *token, struct slice email)
{
        struct sql_rows rows = {0};
        enum err error = SQL_RUN_ON_ROW(sql, INVITATION_USE, &rows, sql_digest(token),
                                        sql_text(email), sql_instant(sql->op->now));

        if (error == ERR_NO_ROW)
                return sql_refuse(sql, ERR_INVITATION_INVALID);
        TRY(error);
        sql->audit.subject_id = sql_get_uuid(&rows, 0, 0);
        return ERR_OK;
}

/* An address may have an invitation, and a link that was asked for. `roles` becomes those of the
 * new account. */
static enum err invitations_end(struct sql *sql, const struct new_account *in, unsigned *roles)
{
        struct slice email = in->identity->account.email;
        struct sql_rows rows = {0};

        if (in->invitation)
                TRY(invitation_use(sql, in->invitation, email));
        TRY(SQL_RUN(sql, INVITATIONS_DELETE, &rows, sql_text(email), sql_instant(sql->op->now)));
        for (size_t i = 0; i < rows.n_rows && (in->is_address_proven || in->invitation); i++)
                *roles |= (unsigned)sql_get_integer(&rows, i, 0);
        return ERR_OK;
}

AUDITED_WRITE(account_insert, struct new_account)
{
        const struct identity *identity = in->identity;
        const struct account *account = &identity->account;
        unsigned roles = account->roles;
        enum err error;

        TRY(invitations_end(sql, in, &roles));
        error = SQL_RUN_ON_ROW(sql, ACCOUNT_INSERT, NULL, sql_uuid(&account->id),
                               sql_text(account->email), sql_text(account->full_name),
                               sql_instant(account->created_at), sql_integer(roles),
                               sql_instant(sql->op->now), sql_integer(account->language));
        if (error == ERR_NO_ROW)
                return sql_refuse(sql, ERR_EMAIL_TAKEN);
        TRY(error);
        TRY(SQL_RUN(sql, IDENTITY_INSERT, NULL, sql_uuid(&identity->id), sql_uuid(&account->id),
                    sql_integer(identity->method), sql_text_or_empty(identity->secret),
                    sql_text_or_empty(identity->subject)));
        return in->project ? project_row_insert(sql, in->project) : ERR_OK;
}

struct account account_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct account){
                .id = sql_get_uuid(rows, row, 0),
                .email = sql_get_bytes(rows, row, 1),
                .full_name = sql_get_bytes(rows, row, 2),
                .created_at = sql_get_instant(rows, row, 3),
                .disabled_at = sql_get_instant(rows, row, 4),
                .roles = (unsigned)sql_get_integer(rows, row, 5),
                .language = (enum language)sql_get_integer(rows, row, 6),
                .notices_off = (unsigned)sql_get_integer(rows, row, 7),
        };
}

READ(account_find, struct slice, struct account)
{
        return SQL_ROW(sql, ACCOUNT_FIND, account_of_row, ret, sql_text(*in));
}

READ(account_by_id, struct uuid, struct account)
{
        return SQL_ROW(sql, ACCOUNT_BY_ID, account_of_row, ret, sql_uuid(in));
}

struct identity identity_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct identity){
                .account = account_of_row(rows, row),
                .id = sql_get_uuid(rows, row, N_ACCOUNT_COLUMNS),
                .method = (enum login_method)sql_get_integer(rows, row, N_ACCOUNT_COLUMNS + 1),
                .secret = sql_get_bytes(rows, row, N_ACCOUNT_COLUMNS + 2),
                .version = sql_get_integer(rows, row, N_ACCOUNT_COLUMNS + 3),
        };
}

READ(identity_find, struct identity_key, struct identity)
{
        return SQL_ROW(sql, IDENTITY_FIND, identity_of_row, ret, sql_text(in->email),
                       sql_integer(in->method));
}

/* What is before a provider's `sub`, with the space. */
static struct slice issuer_of(struct slice subject)
{
        struct slice rest = subject, issuer;

        return slice_cut(&rest, ' ', &issuer) ? slice_to(subject, issuer.size + 1)
                                              : (struct slice){0};
}

AUDITED_WRITE(identity_insert, struct identity)
{
        return SQL_RUN_ON_ROW(sql, IDENTITY_ADD, NULL, sql_uuid(&in->id), sql_uuid(&in->account.id),
                              sql_integer(in->method), sql_text_or_empty(in->secret),
                              sql_text_or_empty(in->subject),
                              sql_text_or_empty(issuer_of(in->subject)));
}

AUDITED_WRITE(identities_forget, struct uuid)
{
        static const struct uuid none;

        TRY(SQL_RUN_ON_ROW(sql, IDENTITY_FORGET, NULL, sql_uuid(in)));
        return sessions_end(sql, in, &none);
}

READ(identity_of_subject, struct slice, struct identity)
{
        return SQL_ROW(sql, IDENTITY_OF_SUBJECT, identity_of_row, ret, sql_text(*in));
}

READ(account_list, struct uuid, struct account_list)
{
        return SQL_LIST(sql, ACCOUNT_LIST, account_of_row, ret, sql_uuid(in),
                        sql_integer(LIMIT_LIST));
}

/* --- change --- */

AUDITED_WRITE(account_rename, struct slice)
{
        return SQL_RUN_ON_ROW(sql, ACCOUNT_RENAME, NULL, sql_uuid(&sql->op->account_id),
                              sql_text(*in));
}

AUDITED_WRITE(account_prefer, struct account_preferences)
{
        return SQL_RUN_ON_ROW(sql, ACCOUNT_PREFER, NULL, sql_uuid(&sql->op->account_id),
                              sql_integer(in->language),
                              sql_integer(in->changes_notices ? (int64_t)in->notices_off : -1));
}

AUDITED_WRITE(account_set_roles, struct account_roles)
{
        bool is_developer = in->roles & ACCOUNT_DEVELOPER;
        bool is_operator = in->roles & ACCOUNT_OPERATOR;

        TRY(SQL_RUN_ON_ROW(sql, ACCOUNT_ROLES, NULL, sql_uuid(&in->id), sql_integer(in->roles)));
        TRY(log_add(sql, is_developer ? LOG_developer_on : LOG_developer_off, &in->id, 1,
                    sql->op->now));
        return log_add(sql, is_operator ? LOG_operator_on : LOG_operator_off, &in->id, 1,
                       sql->op->now);
}

AUDITED_WRITE(account_set_password, struct new_password)
{
        const struct uuid *id = &sql->op->account_id;

        if (in->reset)
                TRY(SQL_RUN_ON_ROW(sql, RESET_TAKE, NULL, sql_uuid(id), sql_digest(in->reset),
                                   sql_instant(sql->op->now)));
        TRY(SQL_RUN_ON_ROW(sql, IDENTITY_CHANGE, NULL, sql_uuid(id), sql_integer(LOGIN_PASSWORD),
                           sql_text(in->password)));
        TRY(SQL_RUN(sql, RESET_DELETE, NULL, sql_uuid(id)));
        TRY(SQL_RUN(sql, EMAIL_CHANGE_DELETE, NULL, sql_uuid(id)));
        TRY(sessions_end(sql, id, &in->spared));
        return log_add(sql, LOG_password, id, 1, sql->op->now);
}

/* --- forgotten passwords --- */

AUDITED_WRITE(reset_insert, struct password_reset)
{
        return SQL_RUN_ON_ROW(sql, RESET_INSERT, NULL, sql_uuid(&in->account_id),
                              sql_digest(&in->token), sql_instant(in->ends_at),
                              sql_integer(LOGIN_PASSWORD));
}

READ(reset_find, struct digest, struct account)
{
        return SQL_ROW(sql, RESET_FIND, account_of_row, ret, sql_digest(in),
                       sql_instant(sql->op->now));
}

/* --- the end --- */

/* With an account die its own grants, and those that its applications have of others. */
static enum err account_feed_add(struct sql *sql, const struct uuid *id)
{
        struct uuid_list clients;

        TRY(SQL_LIST(sql, ACCOUNT_CLIENT_IDS, sql_uuid_of_row, &clients, sql_uuid(id)));
        TRY(feed_add(sql, REVOKED_CLIENT, clients.items, clients.n, sql->op->now));
        return feed_add(sql, REVOKED_ACCOUNT, id, 1, sql->op->now);
}

/* What follows once its row is marked. */
static enum err account_end(struct sql *sql, const struct uuid *id, enum log_kind kind)
{
        static const struct uuid none;

        TRY(sessions_end(sql, id, &none));
        TRY(SQL_RUN(sql, RESET_DELETE, NULL, sql_uuid(id)));
        TRY(SQL_RUN(sql, EMAIL_CHANGE_DELETE, NULL, sql_uuid(id)));
        TRY(account_feed_add(sql, id));
        return log_add(sql, kind, id, 1, sql->op->now);
}

AUDITED_WRITE(account_disable, struct uuid)
{
        TRY(SQL_RUN_ON_ROW(sql, ACCOUNT_DISABLE, NULL, sql_uuid(in), sql_instant(sql->op->now)));
        return account_end(sql, in, LOG_account_disabled);
}

AUDITED_WRITE(account_enable, struct uuid)
{
        TRY(SQL_RUN_ON_ROW(sql, ACCOUNT_ENABLE, NULL, sql_uuid(in)));
        return log_add(sql, LOG_account_enabled, in, 1, sql->op->now);
}

READ(account_client_next, struct uuid, struct uuid)
{
        return SQL_ROW(sql, ACCOUNT_CLIENT_NEXT, sql_uuid_of_row, ret,
                       sql_uuid(&sql->op->account_id), sql_uuid(in));
}

static struct client_request client_request_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct client_request){.no = sql_get_integer(rows, row, 0),
                                       .account_id = sql_get_uuid(rows, row, 1)};
}

READ(client_requests, struct client_request_page, struct client_request_list)
{
        return SQL_LIST(sql, CLIENT_REQUESTS, client_request_of_row, ret, sql_uuid(&in->client_row),
                        sql_integer(in->after), sql_integer(LIMIT_LIST));
}

enum err account_clear(struct sql *sql, const struct uuid *id, struct instant at)
{
        TRY(SQL_RUN(sql, IDENTITIES_DELETE, NULL, sql_uuid(id)));
        TRY(SQL_RUN(sql, TOTP_DELETE, NULL, sql_uuid(id)));
        TRY(SQL_RUN(sql, RECOVERY_CODES_DELETE, NULL, sql_uuid(id)));
        TRY(SQL_RUN(sql, PASSKEYS_DELETE, NULL, sql_uuid(id)));
        TRY(SQL_RUN(sql, EMAIL_UNDOS_DELETE, NULL, sql_uuid(id)));
        TRY(SQL_RUN(sql, ACCOUNT_CLIENTS_CLEAR, NULL, sql_uuid(id)));
        return SQL_RUN(sql, ACCOUNT_PROJECTS_CLEAR, NULL, sql_uuid(id), sql_instant(at));
}

AUDITED_WRITE(account_delete, struct uuid)
{
        TRY(SQL_RUN_ON_ROW(sql, ACCOUNT_DELETE, NULL, sql_uuid(in), sql_instant(sql->op->now)));
        TRY(account_end(sql, in, LOG_account_deleted));
        return account_clear(sql, in, sql->op->now);
}
