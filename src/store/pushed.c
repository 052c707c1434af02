/* SPDX-License-Identifier: Apache-2.0
 *
 * Pushed requests.
 */
#include "base/macros.h"
#include "store/sql.h"

WRITE(pushed_insert, struct pushed_request)
{
        int64_t n;

        TRY(SQL_INTEGER_OF(sql, PUSHED_COUNT, &n, sql_uuid(&in->client_row),
                           sql_instant(sql->op->now), sql_digest(&in->digest)));
        if (n >= LIMIT_PUSHED_REQUESTS)
                return ERR_TOO_MANY;
        return SQL_RUN(sql, PUSHED_INSERT, NULL, sql_digest(&in->digest), sql_uuid(&in->client_row),
                       sql_text_or_empty(in->parameters), sql_instant(in->expires_at));
}

static struct pushed_request pushed_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct pushed_request){
                .digest = sql_get_digest(rows, row, 0),
                .client_row = sql_get_uuid(rows, row, 1),
                .parameters = sql_get_bytes(rows, row, 2),
                .expires_at = sql_get_instant(rows, row, 3),
                .opened_at = sql_get_instant(rows, row, 4),
        };
}

WRITE_OUT(pushed_open, struct pushed_opening, struct pushed_request)
{
        return SQL_ROW(sql, PUSHED_OPEN, pushed_of_row, ret, sql_digest(&in->digest),
                       sql_uuid(&in->client_row), sql_instant(sql->op->now), sql_uuid(&in->browser),
                       sql_instant(in->expires_at));
}
