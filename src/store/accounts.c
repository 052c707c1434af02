/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on accounts.
 */
#include "base/macros.h"
#include "store/rows.h"

/* --- insert and read --- */

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

enum err store_account_insert(struct op *op, const struct account *account,
                              const struct project *project, const struct audit_entry *audit)
{
        struct account_insert_call call = {account, project, audit};

        return sql_write_call(op, account_insert_verb, &call);
}

static struct account account_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct account){
                .id = sql_get_uuid(rows, row, 0),
                .email = sql_get_bytes(rows, row, 1),
                .full_name = sql_get_bytes(rows, row, 2),
                .password = sql_get_bytes(rows, row, 3),
                .created_at = sql_get_instant(rows, row, 4),
                .disabled_at = sql_get_instant(rows, row, 5),
        };
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
        *call->ret = account_of_row(&rows, 0);
        return ERR_OK;
}

enum err store_account_find(struct op *op, struct slice email, struct account *ret)
{
        struct account_find_call call = {email, ret};

        return sql_read_call(op, account_find_verb, &call);
}

struct account_list_call {
        const struct uuid *after;
        struct account **ret;
        size_t *ret_n;
};

static enum err account_list_verb(struct sql *sql, void *argument)
{
        struct account_list_call *call = argument;
        struct sql_rows rows = {0};
        struct account *accounts;

        TRY(SQL_RUN(sql, ACCOUNT_LIST, &rows, sql_uuid(call->after), sql_integer(LIMIT_LIST)));
        accounts = arena_array(sql->arena, rows.n_rows, struct account);
        if (!accounts)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                accounts[i] = account_of_row(&rows, i);
        *call->ret = accounts;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err store_account_list(struct op *op, const struct uuid *after, struct account **ret,
                            size_t *ret_n)
{
        struct account_list_call call = {after, ret, ret_n};

        return sql_read_call(op, account_list_verb, &call);
}

/* --- change --- */

struct account_change_call {
        const struct uuid *id;
        struct slice text; /* the new name or password */
        const struct uuid *spared;
        struct instant now;
        const struct audit_entry *audit;
};

static enum err account_rename_verb(struct sql *sql, void *argument)
{
        const struct account_change_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, ACCOUNT_RENAME, &rows, sql_uuid(call->id), sql_text(call->text)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_account_rename(struct op *op, const struct uuid *id, struct slice full_name,
                              const struct audit_entry *audit)
{
        struct account_change_call call = {.id = id, .text = full_name, .audit = audit};

        return sql_write_call(op, account_rename_verb, &call);
}

static enum err account_set_password_verb(struct sql *sql, void *argument)
{
        const struct account_change_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, ACCOUNT_PASSWORD, &rows, sql_uuid(call->id), sql_text(call->text)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(SQL_RUN(sql, SESSIONS_END, NULL, sql_uuid(call->id), sql_uuid(call->spared)));
        TRY(log_add(sql, LOG_password, call->id, 1, audit_time(call->audit)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_account_set_password(struct op *op, const struct account *account,
                                    const struct uuid *spared, const struct audit_entry *audit)
{
        struct account_change_call call = {
                .id = &account->id, .text = account->password, .spared = spared, .audit = audit};

        return sql_write_call(op, account_set_password_verb, &call);
}

/* With an account die its own grants, and those that its applications have of others. */
static enum err account_feed_add(struct sql *sql, const struct uuid *id, struct instant at)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, ACCOUNT_CLIENT_IDS, &rows, sql_uuid(id)));
        for (size_t i = 0; i < rows.n_rows; i++) {
                struct uuid client = sql_get_uuid(&rows, i, 0);

                TRY(feed_add(sql, REVOKED_CLIENT, &client, 1, at));
        }
        return feed_add(sql, REVOKED_ACCOUNT, id, 1, at);
}

static enum err account_disable_verb(struct sql *sql, void *argument)
{
        const struct account_change_call *call = argument;
        static const struct uuid none;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, ACCOUNT_DISABLE, &rows, sql_uuid(call->id), sql_instant(call->now)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(SQL_RUN(sql, SESSIONS_END, NULL, sql_uuid(call->id), sql_uuid(&none)));
        TRY(account_feed_add(sql, call->id, call->now));
        TRY(log_add(sql, LOG_account_disabled, call->id, 1, call->now));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_account_disable(struct op *op, const struct uuid *id, struct instant now,
                               const struct audit_entry *audit)
{
        struct account_change_call call = {.id = id, .now = now, .audit = audit};

        return sql_write_call(op, account_disable_verb, &call);
}

static enum err account_delete_verb(struct sql *sql, void *argument)
{
        const struct account_change_call *call = argument;
        static const struct uuid none;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, ACCOUNT_DELETE, &rows, sql_uuid(call->id), sql_instant(call->now)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(SQL_RUN(sql, SESSIONS_END, NULL, sql_uuid(call->id), sql_uuid(&none)));
        TRY(account_feed_add(sql, call->id, call->now));
        TRY(log_add(sql, LOG_account_deleted, call->id, 1, call->now));
        TRY(SQL_RUN(sql, ACCOUNT_CLIENTS_CLEAR, NULL, sql_uuid(call->id)));
        TRY(SQL_RUN(sql, ACCOUNT_PROJECTS_CLEAR, NULL, sql_uuid(call->id), sql_instant(call->now)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_account_delete(struct op *op, const struct uuid *id, struct instant now,
                              const struct audit_entry *audit)
{
        struct account_change_call call = {.id = id, .now = now, .audit = audit};

        return sql_write_call(op, account_delete_verb, &call);
}
