/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocations on their way to satellites. They are entered in the transaction that made the grant
 * die, and taken out by any node.
 */
#include "store/deliveries.h"

#include "base/macros.h"

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
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, DELIVERY_LIST_DUE, &rows, sql_instant(sql->op->now),
                    sql_instant(in->after.next_at), sql_uuid(&in->after.grant_id),
                    sql_integer(in->limit)));
        return SQL_LIST(sql, &rows, due_of_row, ret);
}

WRITE_OUT(delivery_take, struct delivery_lease, struct delivery_task)
{
        struct sql_rows taken = {0}, rows = {0};

        TRY(SQL_RUN(sql, DELIVERY_TAKE, &taken, sql_uuid(&in->grant_id), sql_instant(sql->op->now),
                    sql_instant(in->until)));
        if (taken.n_rows == 0)
                return ERR_NO_ROW;
        TRY(SQL_RUN(sql, DELIVERY_TASK, &rows, sql_uuid(&in->grant_id)));
        *ret = (struct delivery_task){
                .grant_id = in->grant_id,
                .n_attempts = sql_get_integer(&taken, 0, 1),
                .account_id = sql_get_uuid(&rows, 0, 0),
                .client_id = sql_get_uuid(&rows, 0, 1),
                .ends_at = sql_get_instant(&rows, 0, 2),
                .sealed_tail = sql_get_bytes(&rows, 0, 3),
                .sealed_caveat = sql_get_bytes(&rows, 0, 4),
                .project = {.id = sql_get_uuid(&rows, 0, 5),
                            .satellite_address = sql_get_bytes(&rows, 0, 6),
                            .sealed_api_key = sql_get_bytes(&rows, 0, 7)},
        };
        return ERR_OK;
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
        struct audit_entry audit = sql->audit;
        struct instant settled_at =
                in->state == DELIVERY_PENDING ? (struct instant){0} : sql->op->now;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, DELIVERY_SETTLE, &rows, sql_uuid(&in->grant_id), sql_integer(in->state),
                    sql_instant_or_null(in->next_at), sql_instant_or_null(settled_at),
                    sql_outcome(in->outcome)));
        sql->audit.action = NULL;
        return rows.n_rows && audit.action ? sql_audit(sql, &audit, in->outcome) : ERR_OK;
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

READ_ALL(delivery_waiting, struct delivery_waiting)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, DELIVERY_WAITING, &rows, sql_instant(sql->op->now)));
        *ret = (struct delivery_waiting){
                .n_pending = sql_get_integer(&rows, 0, 0),
                .n_failed = sql_get_integer(&rows, 0, 1),
                .oldest = sql_get_instant(&rows, 0, 2),
                .is_due = sql_get_integer(&rows, 0, 3) != 0,
        };
        return ERR_OK;
}
