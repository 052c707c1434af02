/* SPDX-License-Identifier: Apache-2.0
 *
 * Second factors and their recovery codes. Which codes were used is in the log: a copy of the
 * database that is put back must not know them as good.
 */
#include "base/macros.h"
#include "store/operations.h"
#include "store/revocations.h"

static struct totp totp_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct totp){
                .sealed_secret = sql_get_bytes(rows, row, 0),
                .confirmed_at = sql_get_instant(rows, row, 1),
                .last_step = sql_get_integer(rows, row, 2),
                .at_consent = sql_get_integer(rows, row, 3) != 0,
                .n_recovery_codes = sql_get_integer(rows, row, 4),
        };
}

READ(totp_find, struct uuid, struct totp)
{
        return SQL_ROW(sql, TOTP_FIND, totp_of_row, ret, sql_uuid(in));
}

WRITE(totp_begin, struct slice)
{
        return SQL_RUN_ON_ROW(sql, TOTP_BEGIN, NULL, sql_uuid(&sql->op->account_id), sql_blob(*in),
                              sql_instant(sql->op->now));
}

static enum err codes_insert(struct sql *sql, const struct recovery_codes *codes)
{
        for (size_t i = 0; i < N_RECOVERY_CODES; i++)
                TRY(SQL_RUN(sql, RECOVERY_CODE_INSERT, NULL, sql_uuid(&codes->items[i].id),
                            sql_uuid(&sql->op->account_id), sql_digest(&codes->items[i].digest)));
        return ERR_OK;
}

enum err recovery_codes_delete(struct sql *sql, const struct uuid *account_id)
{
        struct uuid_list gone;

        TRY(SQL_LIST(sql, RECOVERY_CODES_DELETE, sql_uuid_of_row, &gone, sql_uuid(account_id)));
        return log_add(sql, LOG_recovery_code, gone.items, gone.n, sql->op->now);
}

AUDITED_WRITE(totp_confirm, struct totp_confirmation)
{
        const struct uuid *id = &sql->op->account_id;

        TRY(SQL_RUN_ON_ROW(sql, TOTP_CONFIRM, NULL, sql_uuid(id), sql_blob(in->sealed_secret),
                           sql_instant(sql->op->now), sql_integer(in->step)));
        TRY(codes_insert(sql, &in->codes));
        TRY(SQL_RUN(sql, IDENTITIES_TOUCH, NULL, sql_uuid(id)));
        TRY(sessions_end(sql, id, &in->spared));
        return log_add(sql, LOG_factor, id, 1, sql->op->now);
}

AUDITED_WRITE(totp_set_at_consent, bool)
{
        return SQL_RUN_ON_ROW(sql, TOTP_SET_AT_CONSENT, NULL, sql_uuid(&sql->op->account_id),
                              sql_integer(*in));
}

WRITE(totp_use, struct totp_use)
{
        return SQL_RUN_ON_ROW(sql, TOTP_USE, NULL, sql_uuid(&in->account_id),
                              sql_integer(in->step));
}

AUDITED_WRITE(recovery_code_use, struct recovery_code_use)
{
        struct sql_rows rows = {0};
        struct uuid id;

        TRY(SQL_RUN_ON_ROW(sql, RECOVERY_CODE_USE, &rows, sql_uuid(&in->account_id),
                           sql_digest(&in->digest)));
        id = sql_get_uuid(&rows, 0, 0);
        return log_add(sql, LOG_recovery_code, &id, 1, sql->op->now);
}

AUDITED_WRITE(recovery_codes_renew, struct recovery_codes)
{
        TRY(SQL_RUN_ON_ROW(sql, TOTP_IS_CONFIRMED, NULL, sql_uuid(&sql->op->account_id)));
        TRY(recovery_codes_delete(sql, &sql->op->account_id));
        return codes_insert(sql, in);
}

AUDITED_WRITE(totp_delete, struct uuid)
{
        const struct uuid *id = &sql->op->account_id;

        TRY(SQL_RUN_ON_ROW(sql, TOTP_DELETE, NULL, sql_uuid(id)));
        TRY(recovery_codes_delete(sql, id));
        return sessions_end(sql, id, in);
}
