/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices that ask for access and have no browser.
 */
#include "base/macros.h"
#include "store/sql.h"

static struct device_request device_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct device_request){
                .digest = sql_get_digest(rows, row, 0),
                .user_code = sql_get_digest(rows, row, 1),
                .client_row = sql_get_uuid(rows, row, 2),
                .public_key = sql_get_bytes(rows, row, 3),
                .scope = sql_get_bytes(rows, row, 4),
                .protocol_scopes = (unsigned)sql_get_integer(rows, row, 5),
                .asked = sql_get_bytes(rows, row, 6),
                .expires_at = sql_get_instant(rows, row, 7),
                .request_no = sql_get_integer(rows, row, 8),
                .wanted_project = sql_get_uuid(rows, row, 9),
                .lifetime_limit = sql_get_integer(rows, row, 10),
        };
}

/* A row of this digest that is there already is this one, when the operation is repeated. */
WRITE(device_insert, struct device_request)
{
        struct sql_rows rows = {0};
        int64_t n;
        enum err error;

        TRY(SQL_INTEGER_OF(sql, DEVICE_COUNT, &n, sql_uuid(&in->client_row),
                           sql_instant(sql->op->now), sql_digest(&in->digest)));
        if (n >= LIMIT_DEVICE_REQUESTS)
                return ERR_TOO_MANY;
        TRY(SQL_RUN(sql, DEVICE_INSERT, NULL, sql_digest(&in->digest), sql_digest(&in->user_code),
                    sql_uuid(&in->client_row), sql_blob(in->public_key), sql_text(in->scope),
                    sql_integer(in->protocol_scopes), sql_text(in->asked),
                    sql_integer(DEVICE_INTERVAL), sql_instant(in->expires_at),
                    sql_uuid_or_null(&in->wanted_project), sql_integer(in->lifetime_limit)));
        error = SQL_RUN_ON_ROW(sql, DEVICE_FIND, &rows, sql_digest(&in->digest));
        return error == ERR_NO_ROW ? ERR_CONFLICT : error;
}

READ(device_find, struct digest, struct device_request)
{
        return SQL_ROW(sql, DEVICE_FIND, device_of_row, ret, sql_digest(in));
}

READ(device_by_user_code, struct digest, struct device_request)
{
        return SQL_ROW(sql, DEVICE_BY_USER_CODE, device_of_row, ret, sql_digest(in),
                       sql_instant(sql->op->now));
}

WRITE(device_poll, struct digest)
{
        struct sql_value now = sql_instant(sql->op->now);
        int64_t n_in_time;

        TRY(SQL_COUNT(sql, DEVICE_POLL, &n_in_time, sql_digest(in), now));
        if (n_in_time)
                return ERR_OK;
        TRY(SQL_RUN(sql, DEVICE_SLOW_DOWN, NULL, sql_digest(in), now,
                    sql_integer(DEVICE_INTERVAL_MOST)));
        return ERR_TOO_MANY;
}
