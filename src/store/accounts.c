/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on accounts and their sessions.
 */
#include "base/macros.h"
#include "store/rows.h"
#include "store/verbs.h"

/* --- accounts --- */

struct account_insert_call {
        const struct account *account;
        const struct project *project;
        const struct audit_entry *audit;
};

static enum err account_insert_verb(struct sql *sql, void *argument)
{
        const struct account_insert_call *call = argument;
        const struct account *account = call->account;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, ACCOUNT_INSERT, &rows, sql_uuid(&account->id), sql_text(account->email),
                    sql_text(account->full_name), sql_text(account->password),
                    sql_instant(account->created_at)));
        if (rows.n_rows == 0) {
                TRY(sql_audit(sql, call->audit, ERR_EMAIL_TAKEN));
                return ERR_EMAIL_TAKEN;
        }
        TRY(project_row_insert(sql, call->project));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err account_insert(struct store *store, struct arena *arena, const struct account *account,
                        const struct project *project, const struct audit_entry *audit)
{
        struct account_insert_call call = {account, project, audit};

        return sql_write(store, arena, account_insert_verb, &call);
}

struct account_find_call {
        struct slice email;
        struct account *ret;
};

static enum err account_find_verb(struct sql *sql, void *argument)
{
        struct account_find_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, ACCOUNT_FIND, &rows, sql_text(call->email)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *call->ret = (struct account){
                .id = sql_get_uuid(&rows, 0, 0),
                .email = sql_get_bytes(&rows, 0, 1),
                .full_name = sql_get_bytes(&rows, 0, 2),
                .password = sql_get_bytes(&rows, 0, 3),
                .created_at = sql_get_instant(&rows, 0, 4),
        };
        return ERR_OK;
}

enum err account_find(struct store *store, struct arena *arena, struct slice email,
                      struct account *ret)
{
        struct account_find_call call = {email, ret};

        return sql_read(store, arena, account_find_verb, &call);
}

/* --- sessions --- */

struct session_insert_call {
        const struct session *session;
        const struct audit_entry *audit;
};

static enum err session_insert_verb(struct sql *sql, void *argument)
{
        const struct session_insert_call *call = argument;
        const struct session *session = call->session;

        TRY(SQL_RUN(sql, SESSION_INSERT, NULL, sql_digest(&session->token), sql_uuid(&session->id),
                    sql_uuid(&session->account.id), sql_instant(session->created_at),
                    sql_instant(session->last_seen_at), sql_instant(session->ends_at),
                    sql_text_or_empty(session->address), sql_text_or_empty(session->user_agent)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err session_insert(struct store *store, struct arena *arena, const struct session *session,
                        const struct audit_entry *audit)
{
        struct session_insert_call call = {session, audit};

        return sql_write(store, arena, session_insert_verb, &call);
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

enum err session_find(struct store *store, struct arena *arena, const struct digest *token,
                      struct instant now, int64_t idle, struct session *ret)
{
        struct session_find_call call = {token, now, idle, ret};

        return sql_read(store, arena, session_find_verb, &call);
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

enum err session_seen(struct store *store, struct arena *arena, const struct digest *token,
                      struct instant now)
{
        struct session_seen_call call = {token, now};

        return sql_write(store, arena, session_seen_verb, &call);
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

enum err session_delete(struct store *store, struct arena *arena, const struct digest *token,
                        const struct audit_entry *audit)
{
        struct session_delete_call call = {token, audit};

        return sql_write(store, arena, session_delete_verb, &call);
}
