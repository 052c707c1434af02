/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on the tokens of services.
 */
#include "base/macros.h"
#include "store/rows.h"

static struct service_token token_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct service_token){
                .token = sql_get_digest(rows, row, 0),
                .id = sql_get_uuid(rows, row, 1),
                .name = sql_get_bytes(rows, row, 2),
                .roles = (unsigned)sql_get_integer(rows, row, 3),
                .created_at = sql_get_instant(rows, row, 4),
        };
}

struct token_change_call {
        const struct service_token *token; /* to insert */
        const struct uuid *id;             /* to delete */
        const struct audit_entry *audit;
};

static enum err token_insert_verb(struct sql *sql, void *argument)
{
        const struct token_change_call *call = argument;

        TRY(SQL_RUN(sql, TOKEN_INSERT, NULL, sql_digest(&call->token->token),
                    sql_uuid(&call->token->id), sql_text(call->token->name),
                    sql_integer(call->token->roles), sql_instant(call->token->created_at)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_token_insert(struct op *op, const struct service_token *token,
                            const struct audit_entry *audit)
{
        struct token_change_call call = {token, NULL, audit};

        return sql_write_call(op, token_insert_verb, &call);
}

static enum err token_delete_verb(struct sql *sql, void *argument)
{
        const struct token_change_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, TOKEN_DELETE, &rows, sql_uuid(call->id)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(log_add(sql, LOG_token, call->id, 1, audit_time(call->audit)));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_token_delete(struct op *op, const struct uuid *id, const struct audit_entry *audit)
{
        struct token_change_call call = {NULL, id, audit};

        return sql_write_call(op, token_delete_verb, &call);
}

struct token_list_call {
        struct service_token **ret;
        size_t *ret_n;
};

static enum err token_list_verb(struct sql *sql, void *argument)
{
        const struct token_list_call *call = argument;
        struct service_token *tokens;
        struct sql_rows rows = {0};

        TRY(sql_run(sql, STATEMENT_TOKEN_LIST, NULL, 0, &rows));
        tokens = arena_array(sql->arena, rows.n_rows, struct service_token);
        if (!tokens)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                tokens[i] = token_of_row(&rows, i);
        *call->ret = tokens;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err store_token_list(struct op *op, struct service_token **ret, size_t *ret_n)
{
        struct token_list_call call = {ret, ret_n};

        return sql_read_call(op, token_list_verb, &call);
}

struct token_find_call {
        const struct digest *token;
        struct service_token *ret;
};

static enum err token_find_verb(struct sql *sql, void *argument)
{
        const struct token_find_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, TOKEN_FIND, &rows, sql_digest(call->token)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *call->ret = token_of_row(&rows, 0);
        return ERR_OK;
}

enum err store_token_find(struct op *op, const struct digest *token, struct service_token *ret)
{
        struct token_find_call call = {token, ret};

        return sql_read_call(op, token_find_verb, &call);
}
