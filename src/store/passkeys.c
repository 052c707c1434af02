/* SPDX-License-Identifier: Apache-2.0
 *
 * Passkeys. Which were removed is in the log: a copy of the database that is put back must not know
 * them as good.
 */
#include "base/macros.h"
#include "store/operations.h"
#include "store/revocations.h"

static struct passkey passkey_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct passkey){
                .id = sql_get_uuid(rows, row, 0),
                .account_id = sql_get_uuid(rows, row, 1),
                .name = sql_get_bytes(rows, row, 2),
                .credential = {sql_get_bytes(rows, row, 3),
                               {(enum webauthn_algorithm)sql_get_integer(rows, row, 4),
                                sql_get_bytes(rows, row, 5)}},
                .counter = sql_get_integer(rows, row, 6),
                .challenged_at = sql_get_instant(rows, row, 7),
                .created_at = sql_get_instant(rows, row, 8),
                .last_used_at = sql_get_instant(rows, row, 9),
        };
}

enum { N_PASSKEY_COLUMNS = 10 };

static struct passkey_owner owner_of_row(const struct sql_rows *rows, size_t row)
{
        const struct sql_rows identity =
                sql_columns(rows, N_PASSKEY_COLUMNS, N_ACCOUNT_COLUMNS + N_IDENTITY_COLUMNS);

        return (struct passkey_owner){passkey_of_row(rows, row), identity_of_row(&identity, row)};
}

READ(passkey_find, struct slice, struct passkey_owner)
{
        return SQL_ROW(sql, PASSKEY_FIND, owner_of_row, ret, sql_blob(*in),
                       sql_integer(LOGIN_PASSKEY));
}

READ(passkey_list, struct uuid, struct passkey_list)
{
        return SQL_LIST(sql, PASSKEY_LIST, passkey_of_row, ret, sql_uuid(in));
}

/* What is under way with the account's old ways to log in begins no session. */
static enum err others_end(struct sql *sql, const struct uuid *account_id,
                           const struct uuid *spared)
{
        TRY(SQL_RUN(sql, IDENTITIES_TOUCH, NULL, sql_uuid(account_id)));
        return sessions_end(sql, account_id, spared);
}

AUDITED_WRITE(passkey_insert, struct new_passkey)
{
        const struct passkey *passkey = in->passkey;
        const struct webauthn_key *key = &passkey->credential.key;
        const struct sql_value account = sql_uuid(&passkey->account_id), none = sql_text(SLICE(""));

        TRY(SQL_RUN_ON_ROW(sql, PASSKEY_INSERT, NULL, sql_uuid(&passkey->id), account,
                           sql_text(passkey->name), sql_blob(passkey->credential.id),
                           sql_integer(key->algorithm), sql_blob(key->bytes),
                           sql_integer(passkey->counter), sql_instant(passkey->challenged_at),
                           sql_instant(passkey->created_at), sql_integer(LIMIT_PASSKEYS)));
        TRY(SQL_RUN_ON_ROW(sql, IDENTITY_ADD, NULL, sql_uuid(&in->identity_id), account,
                           sql_integer(LOGIN_PASSKEY), none, none, none));
        return others_end(sql, &passkey->account_id, &in->spared);
}

WRITE(passkey_use, struct passkey_use)
{
        return SQL_RUN_ON_ROW(sql, PASSKEY_USE, NULL, sql_uuid(&in->id), sql_integer(in->counter),
                              sql_instant(in->challenged_at), sql_instant(sql->op->now));
}

AUDITED_WRITE(passkey_rename, struct passkey_name)
{
        return SQL_RUN_ON_ROW(sql, PASSKEY_RENAME, NULL, sql_uuid(&in->id),
                              sql_uuid(&sql->op->account_id), sql_text(in->name));
}

AUDITED_WRITE(passkey_delete, struct passkey_end)
{
        TRY(SQL_RUN_ON_ROW(sql, PASSKEY_DELETE, NULL, sql_uuid(&in->id),
                           sql_uuid(&sql->op->account_id)));
        TRY(log_add(sql, LOG_passkey, &in->id, 1, sql->op->now));
        return others_end(sql, &sql->op->account_id, &in->spared);
}

AUDITED_WRITE(factors_delete, struct uuid)
{
        static const struct uuid none;
        struct uuid_list gone;
        int64_t n_factors;

        TRY(SQL_COUNT(sql, TOTP_DELETE, &n_factors, sql_uuid(in)));
        TRY(SQL_LIST(sql, PASSKEYS_DELETE, sql_uuid_of_row, &gone, sql_uuid(in)));
        if (!n_factors && !gone.n)
                return ERR_NO_ROW;
        TRY(log_add(sql, LOG_passkey, gone.items, gone.n, sql->op->now));
        TRY(recovery_codes_delete(sql, in));
        return others_end(sql, in, &none);
}
