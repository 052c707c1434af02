/* SPDX-License-Identifier: Apache-2.0
 *
 * Mail that waits to be sent, by any node.
 */
#include "base/macros.h"
#include "base/metric.h"
#include "store/operations.h"

/* What nobody waits for. */
static enum err drop(void)
{
        metric_count(METRIC_mails_total, ERR_TOO_MANY_MAILS);
        return ERR_OK;
}

enum err mail_row_insert(struct sql *sql, const struct mail *in)
{
        int64_t n;
        enum err error;

        TRY(SQL_INTEGER_OF(sql, MAIL_COUNT, &n, sql_text(in->recipient), sql_integer(in->kind),
                           sql_integer(LIMIT_MAILS_OF_RECIPIENT)));
        if (n >= LIMIT_MAILS_OF_RECIPIENT)
                return drop();
        error = SQL_RUN_ON_ROW(sql, MAIL_INSERT, NULL, sql_uuid(&in->id), sql_integer(in->kind),
                               sql_text(in->recipient), sql_integer(in->language),
                               sql_text_or_empty(in->about), sql_instant(in->made_at),
                               sql_integer(LIMIT_MAILS));
        return error == ERR_NO_ROW ? ERR_BUSY : error;
}

enum err mail_notice_enter(struct sql *sql, const struct mail *notice)
{
        enum err error = notice && notice->kind ? mail_row_insert(sql, notice) : ERR_OK;

        return error == ERR_BUSY ? drop() : error;
}

WRITE(mail_insert, struct mail)
{
        return mail_row_insert(sql, in);
}

static struct mail mail_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct mail){
                .id = sql_get_uuid(rows, row, 0),
                .kind = (enum mail_kind)sql_get_integer(rows, row, 1),
                .recipient = sql_get_bytes(rows, row, 2),
                .language = (enum language)sql_get_integer(rows, row, 3),
                .about = sql_get_bytes(rows, row, 4),
                .n_attempts = sql_get_integer(rows, row, 5),
                .made_at = sql_get_instant(rows, row, 6),
        };
}

WRITE_OUT(mail_take, struct instant, struct mail)
{
        return SQL_ROW(sql, MAIL_TAKE, mail_of_row, ret, sql_instant(sql->op->now),
                       sql_instant(*in));
}

WRITE(mail_put_off, struct mail_delay)
{
        return SQL_RUN(sql, MAIL_PUT_OFF, NULL, sql_uuid(&in->id), sql_instant(in->next_at));
}

WRITE(mail_delete, struct uuid)
{
        return SQL_RUN(sql, MAIL_DELETE, NULL, sql_uuid(in));
}

static struct mail_waiting waiting_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct mail_waiting){.n = sql_get_integer(rows, row, 0),
                                     .is_due = sql_get_integer(rows, row, 1) != 0};
}

READ_ALL(mail_waiting, struct mail_waiting)
{
        return SQL_ROW(sql, MAIL_WAITING, waiting_of_row, ret, sql_instant(sql->op->now));
}
