/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocations on their way to satellites. They are entered in the transaction that made the grant
 * die, and taken out by any node.
 */
#include "base/macros.h"
#include "store/operations.h"

enum err delivery_add(struct sql *sql, const struct uuid *grant_id, struct instant at)
{
        return SQL_RUN(sql, DELIVERY_INSERT, NULL, sql_uuid(grant_id), sql_instant(at));
}

/* --- delivering --- */

static struct delivery_due due_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct delivery_due){
                .grant_id = sql_get_uuid(rows, row, 0),
                .next_at = sql_get_instant(rows, row, 1),
                .account_id = sql_get_uuid(rows, row, 2),
                .ends_at = sql_get_instant(rows, row, 3),
                .satellite_address = sql_get_bytes(rows, row, 4),
        };
}

READ(delivery_list_due, struct delivery_page, struct delivery_due_list)
{
        return SQL_LIST(sql, DELIVERY_LIST_DUE, due_of_row, ret, sql_instant(sql->op->now),
                        sql_instant(in->after.next_at), sql_uuid(&in->after.grant_id),
                        sql_integer(in->limit));
}

static struct delivery_task task_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct delivery_task){
                .grant_id = sql_get_uuid(rows, row, 0),
                .n_attempts = sql_get_integer(rows, row, 1),
                .account_id = sql_get_uuid(rows, row, 2),
                .client_id = sql_get_uuid(rows, row, 3),
                .ends_at = sql_get_instant(rows, row, 4),
                .sealed_tail = sql_get_bytes(rows, row, 5),
                .sealed_caveat = sql_get_bytes(rows, row, 6),
                .project = {.id = sql_get_uuid(rows, row, 7),
                            .satellite_address = sql_get_bytes(rows, row, 8),
                            .sealed_api_key = sql_get_bytes(rows, row, 9)},
        };
}

WRITE_OUT(delivery_take, struct delivery_lease, struct delivery_task)
{
        TRY(SQL_RUN_ON_ROW(sql, DELIVERY_TAKE, NULL, sql_uuid(&in->grant_id),
                           sql_instant(sql->op->now), sql_instant(in->until)));
        return SQL_ROW(sql, DELIVERY_TASK, task_of_row, ret, sql_uuid(&in->grant_id));
}

WRITE(delivery_put_off, struct delivery_delay_list)
{
        for (size_t i = 0; i < in->n; i++)
                TRY(SQL_RUN(sql, DELIVERY_PUT_OFF, NULL, sql_uuid(&in->items[i].grant_id),
                            sql_instant(sql->op->now), sql_instant(in->items[i].next_at)));
        return ERR_OK;
}

/* The audit row says the delivery's outcome, and there is none if it had been settled before. */
AUDITED_WRITE(delivery_settle, struct delivery_result)
{
        struct instant settled_at =
                in->state == DELIVERY_PENDING ? (struct instant){0} : sql->op->now;
        int64_t n_settled;

        TRY(SQL_COUNT(sql, DELIVERY_SETTLE, &n_settled, sql_uuid(&in->grant_id),
                      sql_integer(in->state), sql_instant_or_null(in->next_at),
                      sql_instant_or_null(settled_at), sql_outcome(in->outcome)));
        sql->audit_outcome = in->outcome;
        return n_settled ? ERR_OK : sql_unchanged(sql);
}

/* --- looking --- */

struct delivery delivery_of_row(const struct sql_rows *rows, size_t row, size_t column)
{
        if (sql_at(rows, row, column)->kind == SQL_NULL)
                return (struct delivery){0};
        return (struct delivery){
                .exists = true,
                .state = (enum delivery_state)sql_get_integer(rows, row, column),
                .settled_at = sql_get_instant(rows, row, column + 1),
                .problem = sql_get_bytes(rows, row, column + 2),
        };
}

static struct delivery_waiting waiting_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct delivery_waiting){
                .n_pending = sql_get_integer(rows, row, 0),
                .n_failed = sql_get_integer(rows, row, 1),
                .oldest = sql_get_instant(rows, row, 2),
                .is_due = sql_get_integer(rows, row, 3) != 0,
        };
}

READ_ALL(delivery_waiting, struct delivery_waiting)
{
        return SQL_ROW(sql, DELIVERY_WAITING, waiting_of_row, ret, sql_instant(sql->op->now));
}
