/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing an account's e-mail address, and undoing that.
 */
#include "base/macros.h"
#include "store/operations.h"
#include "store/revocations.h"

/* --- wishes --- */

/* No change gives way to a later one: each can be undone until its time is over. */
static enum err undos_check(struct sql *sql, const struct uuid *account_id)
{
        int64_t n;

        TRY(SQL_INTEGER_OF(sql, EMAIL_UNDOS, &n, sql_uuid(account_id), sql_instant(sql->op->now)));
        return n < LIMIT_EMAIL_UNDOS ? ERR_OK : sql_refuse(sql, ERR_EMAIL_CHANGES);
}

AUDITED_WRITE(email_change_put, struct email_wish)
{
        const struct uuid *id = &sql->op->account_id;
        enum err error;

        TRY(undos_check(sql, id));
        error = SQL_RUN_ON_ROW(sql, EMAIL_CHANGE_PUT, NULL, sql_uuid(id), sql_uuid(&in->mail->id),
                               sql_text(in->mail->recipient), sql_instant(in->ends_at),
                               sql_integer(LOGIN_PROXY), sql_integer(LOGIN_OPENID));
        if (error == ERR_NO_ROW)
                return sql_refuse(sql, ERR_EMAIL_ELSEWHERE);
        TRY(error);
        return mail_row_insert(sql, in->mail);
}

/* --- links --- */

WRITE(email_change_link, struct email_link)
{
        return SQL_RUN_ON_ROW(sql, EMAIL_CHANGE_LINK, NULL, sql_uuid(&in->mail_id),
                              sql_digest(&in->token), sql_instant(in->ends_at),
                              sql_instant(sql->op->now));
}

WRITE(email_undo_link, struct email_link)
{
        return SQL_RUN_ON_ROW(sql, EMAIL_UNDO_LINK, NULL, sql_uuid(&in->mail_id),
                              sql_digest(&in->token), sql_instant(sql->op->now));
}

static struct email_change change_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct email_change){.account = account_of_row(rows, row),
                                     .email = sql_get_bytes(rows, row, N_ACCOUNT_COLUMNS)};
}

READ(email_change_find, struct digest, struct email_change)
{
        return SQL_ROW(sql, EMAIL_CHANGE_FIND, change_of_row, ret, sql_digest(in),
                       sql_instant(sql->op->now));
}

READ(email_undo_find, struct digest, struct email_change)
{
        return SQL_ROW(sql, EMAIL_UNDO_FIND, change_of_row, ret, sql_digest(in),
                       sql_instant(sql->op->now));
}

/* --- changing --- */

/* What was sent to the address before must not open the account any more. */
static enum err links_end(struct sql *sql, const struct uuid *id)
{
        TRY(SQL_RUN(sql, EMAIL_CHANGE_DELETE, NULL, sql_uuid(id)));
        return SQL_RUN(sql, RESET_DELETE, NULL, sql_uuid(id));
}

/* Makes sure of everything that can prevent the change, before anything is changed. */
static enum err notice_enter(struct sql *sql, const struct new_email *in)
{
        if (!in->notice->kind)
                return ERR_OK;
        TRY(undos_check(sql, &in->change->account.id));
        return mail_row_insert(sql, in->notice);
}

static enum err undo_insert(struct sql *sql, const struct new_email *in)
{
        const struct account *account = &in->change->account;

        if (!in->notice->kind)
                return ERR_OK;
        return SQL_RUN(sql, EMAIL_UNDO_INSERT, NULL, sql_uuid(&account->id),
                       sql_uuid(&in->notice->id), sql_text(account->email),
                       sql_instant(in->undo_until));
}

AUDITED_WRITE(email_set, struct new_email)
{
        const struct account *account = &in->change->account;
        struct sql_value now = sql_instant(sql->op->now);
        enum err error;

        TRY(notice_enter(sql, in)); /* a mail without a change to undo is not sent */
        if (in->token)
                TRY(SQL_RUN_ON_ROW(sql, EMAIL_CHANGE_TAKE, NULL, sql_digest(in->token), now));
        error = SQL_RUN_ON_ROW(sql, EMAIL_SET, NULL, sql_uuid(&account->id),
                               sql_text(account->email), sql_text(in->change->email), now);
        if (error == ERR_NO_ROW)
                return sql_refuse(sql, ERR_EMAIL_TAKEN);
        TRY(error);
        TRY(undo_insert(sql, in));
        TRY(SQL_RUN(sql, INVITATIONS_DELETE, NULL, sql_text(in->change->email), now));
        return links_end(sql, &account->id);
}

AUDITED_WRITE(email_restore, struct email_restoration)
{
        static const struct uuid none;
        const struct uuid *id = &in->change->account.id;
        struct uuid_list passkeys;

        TRY(SQL_RUN_ON_ROW(sql, EMAIL_RESTORE, NULL, sql_uuid(id), sql_digest(in->token),
                           sql_text(in->change->email), sql_instant(sql->op->now)));
        TRY(SQL_RUN(sql, EMAIL_UNDO_TAKE, NULL, sql_uuid(id), sql_digest(in->token)));
        TRY(links_end(sql, id));
        TRY(SQL_RUN(sql, IDENTITY_CHANGE, NULL, sql_uuid(id), sql_integer(LOGIN_PASSWORD),
                    sql_text(SLICE(""))));
        TRY(SQL_LIST(sql, PASSKEYS_DELETE, sql_uuid_of_row, &passkeys, sql_uuid(id)));
        TRY(SQL_RUN(sql, RESET_INSERT, NULL, sql_uuid(id), sql_digest(&in->reset),
                    sql_instant(in->reset_ends_at), sql_integer(LOGIN_PASSWORD)));
        TRY(sessions_end(sql, id, &none));
        TRY(log_add(sql, LOG_passkey, passkeys.items, passkeys.n, sql->op->now));
        return log_add(sql, LOG_password, id, 1, sql->op->now);
}
