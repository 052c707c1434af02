/* SPDX-License-Identifier: Apache-2.0
 *
 * What the operators' page shows of everybody: accounts, applications that await approval, and the
 * audit trail from its end.
 */
#include "base/macros.h"
#include "store/operations.h"

/* --- accounts --- */

static struct overview overview_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct overview){
                .account = account_of_row(rows, row),
                .last_login_at = sql_get_instant(rows, row, N_ACCOUNT_COLUMNS),
                .has_factor = sql_get_integer(rows, row, N_ACCOUNT_COLUMNS + 1) != 0,
                .has_passkey = sql_get_integer(rows, row, N_ACCOUNT_COLUMNS + 2) != 0,
        };
}

/* Ids grow with time; behind all of them for the first page. */
static struct uuid id_before(const struct list_cursor *after)
{
        struct uuid last;

        memset(last.bytes, 255, sizeof(last.bytes));
        return list_cursor_is_none(after) ? last : after->id;
}

/* Where a page begins and ends of the addresses that begin with `email`: no address has one of
 * these characters. Behind an account that is gone, nothing follows. */
static enum err addresses_from(struct sql *sql, const struct overview_page *in, struct slice *ret)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(4 * LIMIT_EMAIL);
        struct sql_rows rows = {0};

        *ret = in->email;
        if (list_cursor_is_none(&in->page.after))
                return ERR_OK;
        TRY(SQL_RUN_ON_ROW(sql, ACCOUNT_BY_ID, &rows, sql_uuid(&in->page.after.id)));
        buf_put(&text, sql_get_bytes(&rows, 0, 1));
        buf_put_byte(&text, 1);
        *ret = arena_copy_buf(sql->arena, &text);
        return ret->data ? ERR_OK : ERR_OUT_OF_MEMORY;
}

static enum err overviews_by_address(struct sql *sql, const struct overview_page *in,
                                     struct overview_list *ret)
{
        struct buf end CLEANUP(buf_deinit) = BUF_LOCAL(4 * LIMIT_EMAIL);
        struct slice from;
        enum err error = addresses_from(sql, in, &from);

        if (error == ERR_NO_ROW) {
                *ret = (struct overview_list){0};
                return ERR_OK;
        }
        TRY(error);
        buf_put(&end, in->email);
        buf_put_string(&end, "\xf4\x8f\xbf\xbf"); /* the last character there is */
        if (end.failed)
                return ERR_OUT_OF_MEMORY;
        return SQL_PAGE(sql, OVERVIEWS_BY_ADDRESS, overview_of_row, ret, &in->page, sql_text(from),
                        sql_text(buf_slice(&end)));
}

READ(overview_list, struct overview_page, struct overview_list)
{
        struct uuid before = id_before(&in->page.after);

        if (in->email.size)
                TRY(overviews_by_address(sql, in, ret));
        else
                TRY(SQL_PAGE(sql, OVERVIEWS, overview_of_row, ret, &in->page, sql_uuid(&before)));
        if (ret->is_cut)
                ret->next = (struct list_cursor){1, ret->items[ret->n - 1].account.id};
        return ERR_OK;
}

/* --- applications that await approval --- */

READ(waiting_client_list, struct list_page, struct waiting_client_list)
{
        struct sql_rows rows = {.bytes_maximum = LIMIT_LIST_BYTES};
        static const struct sql_rows no_secrets;
        struct waiting_client_list list = {0};

        TRY(SQL_RUN(sql, CLIENTS_WAITING, &rows, sql_integer(in->after.number),
                    sql_uuid(&in->after.id), sql_integer(in->limit + 1)));
        sql_page_trim(&rows, in->limit);
        list.items = arena_alloc_array(sql->arena, rows.n_rows, sizeof(*list.items));
        if (!list.items)
                return ERR_OUT_OF_MEMORY;
        for (; list.n < rows.n_rows; list.n++)
                list.items[list.n] = (struct waiting_client){
                        .client = client_of_rows(sql->arena, &rows, list.n, &no_secrets),
                        .email = sql_get_bytes(&rows, list.n, 24),
                        .owner_name = sql_get_bytes(&rows, list.n, 25),
                };
        list.is_cut = rows.is_cut;
        if (list.is_cut) {
                const struct client *last = &list.items[list.n - 1].client;

                list.next = (struct list_cursor){last->created_at.ms, last->id};
        }
        *ret = list;
        return ERR_OK;
}
