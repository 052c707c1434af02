/* SPDX-License-Identifier: Apache-2.0
 *
 * Sessions.
 */
#include "base/macros.h"
#include "store/operations.h"

static enum err browser_add(struct sql *sql, const struct new_session *in)
{
        const struct sql_value account = sql_uuid(&in->identity->account.id);

        TRY(SQL_RUN(sql, BROWSER_INSERT, NULL, account, sql_digest(in->browser),
                    sql_instant(sql->op->now)));
        return SQL_RUN(sql, BROWSERS_EVICT, NULL, account, sql_integer(LIMIT_BROWSERS));
}

/* Of a browser that is known, and of the first log-in, nothing is told. */
static enum err login_note(struct sql *sql, const struct new_session *in)
{
        const struct sql_value account = sql_uuid(&in->identity->account.id);
        int64_t n_known = 0, n_first;

        if (in->browser)
                TRY(SQL_COUNT(sql, BROWSER_SEEN, &n_known, account, sql_digest(in->browser),
                              sql_instant(sql->op->now)));
        if (in->browser && !n_known)
                TRY(browser_add(sql, in));
        TRY(SQL_INTEGER_OF(sql, ACCOUNT_NEVER_LOGGED_IN, &n_first, account));
        if (n_known || n_first)
                sql->audit.notice = NULL;
        return ERR_OK;
}

enum err sessions_end(struct sql *sql, const struct uuid *account_id, const struct uuid *spared)
{
        TRY(SQL_RUN(sql, SESSIONS_END, NULL, sql_uuid(account_id), sql_uuid(spared)));
        return SQL_RUN(sql, BROWSERS_FORGET, NULL, sql_uuid(account_id));
}

AUDITED_WRITE(session_insert, struct new_session)
{
        const struct session *session = in->session;

        TRY(SQL_RUN_ON_ROW(
                sql, SESSION_INSERT, NULL, sql_digest(&session->token), sql_uuid(&session->id),
                sql_uuid(&in->identity->id), sql_integer(in->identity->version),
                sql_instant(session->authentication.at), sql_integer(session->authentication.means),
                sql_instant(session->created_at), sql_instant(session->last_seen_at),
                sql_instant(session->ends_at), sql_text_or_empty(session->address),
                sql_text_or_empty(session->user_agent), sql_digest_or_null(in->browser)));
        TRY(login_note(sql, in));
        TRY(SQL_RUN(sql, ACCOUNT_LOGGED_IN, NULL, sql_uuid(&in->identity->account.id),
                    sql_instant(session->created_at)));
        return SQL_RUN(sql, SESSION_EVICT, NULL, sql_uuid(&in->identity->account.id),
                       sql_integer(LIMIT_SESSIONS));
}

/* Without its token; a list has no accounts either. */
static struct session session_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct session){
                .id = sql_get_uuid(rows, row, 0),
                .created_at = sql_get_instant(rows, row, 1),
                .last_seen_at = sql_get_instant(rows, row, 2),
                .ends_at = sql_get_instant(rows, row, 3),
                .address = sql_get_bytes(rows, row, 4),
                .user_agent = sql_get_bytes(rows, row, 5),
                .method = (enum login_method)sql_get_integer(rows, row, 6),
                .authentication = {.at = sql_get_instant(rows, row, 7),
                                   .means = (unsigned)sql_get_integer(rows, row, 8)},
                .account = {.id = sql_get_uuid(rows, row, 9),
                            .email = sql_get_bytes(rows, row, 10),
                            .full_name = sql_get_bytes(rows, row, 11),
                            .created_at = sql_get_instant(rows, row, 12),
                            .roles = (unsigned)sql_get_integer(rows, row, 13),
                            .language = (enum language)sql_get_integer(rows, row, 14),
                            .notices_off = (unsigned)sql_get_integer(rows, row, 15)},
        };
}

/* When a session must have been seen to be still good. */
static struct sql_value seen_after(const struct sql *sql, int64_t idle)
{
        return sql_instant(instant_add_seconds(sql->op->now, -idle));
}

READ(session_find, struct session_key, struct session)
{
        TRY(SQL_ROW(sql, SESSION_FIND, session_of_row, ret, sql_digest(&in->token),
                    sql_instant(sql->op->now), seen_after(sql, in->idle)));
        ret->token = in->token;
        return ERR_OK;
}

WRITE(session_seen, struct digest)
{
        return SQL_RUN(sql, SESSION_SEEN, NULL, sql_digest(in), sql_instant(sql->op->now));
}

READ(session_list, struct session_page, struct session_list)
{
        const struct list_cursor *after = &in->page.after;

        TRY(SQL_PAGE(sql, SESSION_LIST, session_of_row, ret, &in->page,
                     sql_uuid(&sql->op->account_id), sql_instant(sql->op->now),
                     seen_after(sql, in->idle), sql_cursor_down(after), sql_uuid(&after->id)));
        if (ret->is_cut) {
                const struct session *last = &ret->items[ret->n - 1];

                ret->next = (struct list_cursor){last->created_at.ms, last->id};
        }
        return ERR_OK;
}

AUDITED_WRITE(session_prove, struct session)
{
        return SQL_RUN_ON_ROW(sql, SESSION_PROVE, NULL, sql_digest(&in->token),
                              sql_instant(in->authentication.at),
                              sql_integer(in->authentication.means));
}

AUDITED_WRITE(session_delete, struct digest)
{
        return SQL_RUN(sql, SESSION_DELETE, NULL, sql_digest(in));
}

AUDITED_WRITE(session_end, struct uuid)
{
        const struct uuid *account = &sql->op->account_id;
        static const struct uuid none;

        if (!in)
                return sessions_end(sql, account, &none);
        return SQL_RUN_ON_ROW(sql, SESSION_END, NULL, sql_uuid(account), sql_uuid(in));
}
