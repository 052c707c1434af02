/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on sessions.
 */
#include "base/macros.h"
#include "store/sql.h"

struct session_insert_call {
        const struct session *session;
        const struct audit_entry *audit;
};

static enum err session_insert_verb(struct sql *sql, void *argument)
{
        const struct session_insert_call *call = argument;
        const struct session *session = call->session;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, SESSION_INSERT, &rows, sql_digest(&session->token), sql_uuid(&session->id),
                    sql_uuid(&session->account.id), sql_instant(session->created_at),
                    sql_instant(session->last_seen_at), sql_instant(session->ends_at),
                    sql_text_or_empty(session->address), sql_text_or_empty(session->user_agent),
                    sql_text_or_empty(session->account.password)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(SQL_RUN(sql, SESSION_EVICT, NULL, sql_uuid(&session->account.id),
                    sql_integer(LIMIT_SESSIONS)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_session_insert(struct op *op, const struct session *session,
                              const struct audit_entry *audit)
{
        struct session_insert_call call = {session, audit};

        return sql_write_call(op, session_insert_verb, &call);
}

struct session_find_call {
        const struct digest *token;
        struct instant now;
        int64_t idle;
        struct session *ret;
};

static enum err session_find_verb(struct sql *sql, void *argument)
{
        struct session_find_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, SESSION_FIND, &rows, sql_digest(call->token), sql_instant(call->now),
                    sql_instant(instant_add_seconds(call->now, -call->idle))));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *call->ret = (struct session){
                .token = *call->token,
                .id = sql_get_uuid(&rows, 0, 0),
                .created_at = sql_get_instant(&rows, 0, 1),
                .last_seen_at = sql_get_instant(&rows, 0, 2),
                .ends_at = sql_get_instant(&rows, 0, 3),
                .address = sql_get_bytes(&rows, 0, 4),
                .user_agent = sql_get_bytes(&rows, 0, 5),
                .account =
                        {
                                .id = sql_get_uuid(&rows, 0, 6),
                                .email = sql_get_bytes(&rows, 0, 7),
                                .full_name = sql_get_bytes(&rows, 0, 8),
                                .created_at = sql_get_instant(&rows, 0, 9),
                        },
        };
        return ERR_OK;
}

enum err store_session_find(struct op *op, const struct digest *token, struct instant now,
                            int64_t idle, struct session *ret)
{
        struct session_find_call call = {token, now, idle, ret};

        return sql_read_call(op, session_find_verb, &call);
}

struct session_seen_call {
        const struct digest *token;
        struct instant now;
};

static enum err session_seen_verb(struct sql *sql, void *argument)
{
        const struct session_seen_call *call = argument;

        return SQL_RUN(sql, SESSION_SEEN, NULL, sql_digest(call->token), sql_instant(call->now));
}

enum err store_session_seen(struct op *op, const struct digest *token, struct instant now)
{
        struct session_seen_call call = {token, now};

        return sql_write_call(op, session_seen_verb, &call);
}

struct session_delete_call {
        const struct digest *token;
        const struct audit_entry *audit;
};

static enum err session_delete_verb(struct sql *sql, void *argument)
{
        const struct session_delete_call *call = argument;

        TRY(SQL_RUN(sql, SESSION_DELETE, NULL, sql_digest(call->token)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_session_delete(struct op *op, const struct digest *token,
                              const struct audit_entry *audit)
{
        struct session_delete_call call = {token, audit};

        return sql_write_call(op, session_delete_verb, &call);
}

struct session_list_call {
        const struct uuid *account_id;
        struct instant now;
        int64_t idle;
        const struct list_page *page;
        struct session **ret;
        size_t *ret_n;
        struct list_cursor *ret_next;
};

static enum err session_list_verb(struct sql *sql, void *argument)
{
        const struct session_list_call *call = argument;
        const struct list_cursor *after = &call->page->after;
        struct sql_rows rows = SQL_PAGE_ROWS;
        struct list_cursor next = {0};
        struct session *sessions;
        bool has_more;

        TRY(SQL_RUN(sql, SESSION_LIST, &rows, sql_uuid(call->account_id), sql_instant(call->now),
                    sql_instant(instant_add_seconds(call->now, -call->idle)),
                    sql_integer(list_cursor_is_none(after) ? INT64_MAX : after->number),
                    sql_uuid(&after->id), sql_integer(call->page->limit + 1)));
        has_more = sql_page_trim(&rows, call->page->limit);
        sessions = arena_array(sql->arena, rows.n_rows, struct session);
        if (!sessions)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                sessions[i] = (struct session){
                        .id = sql_get_uuid(&rows, i, 0),
                        .created_at = sql_get_instant(&rows, i, 1),
                        .last_seen_at = sql_get_instant(&rows, i, 2),
                        .ends_at = sql_get_instant(&rows, i, 3),
                        .address = sql_get_bytes(&rows, i, 4),
                        .user_agent = sql_get_bytes(&rows, i, 5),
                };
        if (has_more)
                next = (struct list_cursor){sessions[rows.n_rows - 1].created_at.ms,
                                            sessions[rows.n_rows - 1].id};
        *call->ret = sessions;
        *call->ret_n = rows.n_rows;
        if (call->ret_next)
                *call->ret_next = next;
        return ERR_OK;
}

enum err store_session_list(struct op *op, const struct uuid *account_id, struct instant now,
                            int64_t idle, const struct list_page *page, struct session **ret,
                            size_t *ret_n, struct list_cursor *ret_next)
{
        struct session_list_call call = {account_id, now, idle, page, ret, ret_n, ret_next};

        return sql_read_call(op, session_list_verb, &call);
}

struct session_end_call {
        const struct uuid *account_id;
        const struct uuid *id; /* NULL: all */
        const struct audit_entry *audit;
};

static enum err session_end_verb(struct sql *sql, void *argument)
{
        const struct session_end_call *call = argument;
        static const struct uuid none;
        struct sql_rows rows = {0};

        if (!call->id) {
                TRY(SQL_RUN(sql, SESSIONS_END, NULL, sql_uuid(call->account_id), sql_uuid(&none)));
                return sql_audit(sql, call->audit, ERR_OK);
        }
        TRY(SQL_RUN(sql, SESSION_END, &rows, sql_uuid(call->account_id), sql_uuid(call->id)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_session_end(struct op *op, const struct uuid *account_id, const struct uuid *id,
                           const struct audit_entry *audit)
{
        struct session_end_call call = {account_id, id, audit};

        return sql_write_call(op, session_end_verb, &call);
}

enum err store_sessions_end(struct op *op, const struct uuid *account_id,
                            const struct audit_entry *audit)
{
        struct session_end_call call = {account_id, NULL, audit};

        return sql_write_call(op, session_end_verb, &call);
}
