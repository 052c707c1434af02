/* SPDX-License-Identifier: Apache-2.0
 *
 * Invitations; store_account_insert() uses them up.
 */
#include "base/macros.h"
#include "store/sql.h"

AUDITED_WRITE(invitation_put, struct invitation)
{
        return SQL_RUN(sql, INVITATION_PUT, NULL, sql_uuid(&in->id), sql_digest(&in->token),
                       sql_text(in->email), sql_integer(in->is_asked), sql_integer(in->roles),
                       sql_instant(in->created_at), sql_instant(in->expires_at));
}

static struct invitation invitation_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct invitation){
                .id = sql_get_uuid(rows, row, 0),
                .token = sql_get_digest(rows, row, 1),
                .email = sql_get_bytes(rows, row, 2),
                .is_asked = sql_get_integer(rows, row, 3) != 0,
                .roles = (unsigned)sql_get_integer(rows, row, 4),
                .created_at = sql_get_instant(rows, row, 5),
                .expires_at = sql_get_instant(rows, row, 6),
        };
}

READ(invitation_find, struct digest, struct invitation)
{
        return SQL_ROW(sql, INVITATION_FIND, invitation_of_row, ret, sql_digest(in),
                       sql_instant(sql->op->now));
}

READ(invitation_list, struct list_page, struct invitation_list)
{
        bool is_first = list_cursor_is_none(&in->after);
        int64_t from = is_first ? sql->op->now.ms + 1 : in->after.number;
        struct invitation_list list;
        const struct invitation *last;

        TRY(SQL_PAGE(sql, INVITATION_LIST, invitation_of_row, &list, in, sql_integer(from),
                     sql_uuid(&in->after.id)));
        if (list.is_cut) {
                last = &list.items[list.n - 1];
                list.next = (struct list_cursor){last->expires_at.ms, last->id};
        }
        *ret = list;
        return ERR_OK;
}

AUDITED_WRITE(invitation_delete, struct slice)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN_ON_ROW(sql, INVITATION_WITHDRAW, &rows, sql_text(*in),
                           sql_instant(sql->op->now)));
        sql->audit.subject_id = sql_get_uuid(&rows, 0, 0);
        return ERR_OK;
}
