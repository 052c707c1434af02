/* SPDX-License-Identifier: Apache-2.0
 *
 * The tokens of services.
 */
#include "base/macros.h"
#include "store/revocations.h"

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

AUDITED_WRITE(token_insert, struct service_token)
{
        return SQL_RUN(sql, TOKEN_INSERT, NULL, sql_digest(&in->token), sql_uuid(&in->id),
                       sql_text(in->name), sql_integer(in->roles), sql_instant(in->created_at));
}

AUDITED_WRITE(token_delete, struct uuid)
{
        TRY(SQL_RUN_ON_ROW(sql, TOKEN_DELETE, NULL, sql_uuid(in)));
        return log_add(sql, LOG_token, in, 1, sql->op->now);
}

READ_ALL(token_list, struct service_token_list)
{
        return SQL_LIST(sql, TOKEN_LIST, token_of_row, ret);
}

READ(token_find, struct digest, struct service_token)
{
        return SQL_ROW(sql, TOKEN_FIND, token_of_row, ret, sql_digest(in));
}
