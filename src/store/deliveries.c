/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocations on their way to satellites. They are entered in the transaction that made the grant
 * die, and taken out by any node.
 */
#include "base/macros.h"
#include "store/rows.h"

enum { SPREAD_BATCH = 100 }; /* grants entered at a time */

/* --- entering --- */

static enum err delivery_insert(struct sql *sql, const struct uuid *grant_id, struct instant at)
{
        return SQL_RUN(sql, DELIVERY_INSERT, NULL, sql_uuid(grant_id), sql_instant(at));
}

enum err deliveries_add(struct sql *sql, enum revocation_kind kind, int64_t seq,
                        const struct uuid *id, struct instant at)
{
        static const struct uuid start;

        if (kind == REVOKED_GRANT)
                return delivery_insert(sql, id, at);
        return SQL_RUN(sql, SPREAD_INSERT, NULL, sql_integer(seq), sql_uuid(&start));
}

struct spread_call {
        struct instant now;
        bool *ret_more;
};

static enum err spread_verb(struct sql *sql, void *argument)
{
        const struct spread_call *call = argument;
        struct sql_rows next = {0}, grants = {0};
        struct uuid id, after;

        TRY(sql_run(sql, STATEMENT_SPREAD_NEXT, NULL, 0, &next));
        *call->ret_more = next.n_rows > 0;
        if (next.n_rows == 0)
                return ERR_OK;
        id = sql_get_uuid(&next, 0, 2);
        after = sql_get_uuid(&next, 0, 3);
        TRY(feed_run(sql, (enum revocation_kind)sql_get_integer(&next, 0, 1), &id, &after,
                     call->now, SPREAD_BATCH, &grants));
        for (size_t i = 0; i < grants.n_rows; i++) {
                after = sql_get_uuid(&grants, i, 0);
                TRY(delivery_insert(sql, &after, call->now));
        }
        if (grants.n_rows == SPREAD_BATCH)
                return SQL_RUN(sql, SPREAD_ADVANCE, NULL, sql_integer(sql_get_integer(&next, 0, 0)),
                               sql_uuid(&after));
        return SQL_RUN(sql, SPREAD_DELETE, NULL, sql_integer(sql_get_integer(&next, 0, 0)));
}

enum err store_delivery_spread(struct op *op, struct instant now, bool *ret_more)
{
        struct spread_call call = {now, ret_more};

        return sql_write_call(op, spread_verb, &call);
}

/* --- delivering --- */

struct due_call {
        struct instant now;
        const struct delivery_place *after;
        int64_t limit;
        struct delivery_due **ret;
        size_t *ret_n;
};

static enum err list_due_verb(struct sql *sql, void *argument)
{
        const struct due_call *call = argument;
        struct sql_rows rows = {0};
        struct delivery_due *due;

        TRY(SQL_RUN(sql, DELIVERY_LIST_DUE, &rows, sql_instant(call->now),
                    sql_instant(call->after->next_at), sql_uuid(&call->after->grant_id),
                    sql_integer(call->limit)));
        due = arena_array(sql->arena, rows.n_rows, struct delivery_due);
        if (!due)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                due[i] = (struct delivery_due){
                        .grant_id = sql_get_uuid(&rows, i, 0),
                        .next_at = sql_get_instant(&rows, i, 1),
                        .account_id = sql_get_uuid(&rows, i, 2),
                        .ends_at = sql_get_instant(&rows, i, 3),
                        .satellite_address = sql_get_bytes(&rows, i, 4),
                };
        *call->ret = due;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err store_delivery_list_due(struct op *op, struct instant now,
                                 const struct delivery_place *after, int64_t limit,
                                 struct delivery_due **ret, size_t *ret_n)
{
        struct due_call call = {now, after, limit, ret, ret_n};

        return sql_read_call(op, list_due_verb, &call);
}

struct take_call {
        const struct uuid *grant_id;
        struct instant now;
        struct instant again_at;
        struct delivery_task *ret;
};

static enum err task_read(struct sql *sql, const struct sql_rows *taken, size_t row,
                          struct delivery_task *ret)
{
        struct uuid grant_id = sql_get_uuid(taken, row, 0);
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, DELIVERY_TASK, &rows, sql_uuid(&grant_id)));
        *ret = (struct delivery_task){
                .grant_id = grant_id,
                .n_attempts = sql_get_integer(taken, row, 1),
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

static enum err take_verb(struct sql *sql, void *argument)
{
        const struct take_call *call = argument;
        struct sql_rows taken = {0};

        TRY(SQL_RUN(sql, DELIVERY_TAKE, &taken, sql_uuid(call->grant_id), sql_instant(call->now),
                    sql_instant(call->again_at)));
        return taken.n_rows ? task_read(sql, &taken, 0, call->ret) : ERR_NO_ROW;
}

enum err store_delivery_take(struct op *op, const struct uuid *grant_id, struct instant now,
                             struct instant again_at, struct delivery_task *ret)
{
        struct take_call call = {grant_id, now, again_at, ret};

        return sql_write_call(op, take_verb, &call);
}

struct put_off_call {
        struct instant now;
        const struct delivery_later *later;
        size_t n;
};

static enum err put_off_verb(struct sql *sql, void *argument)
{
        const struct put_off_call *call = argument;

        for (size_t i = 0; i < call->n; i++)
                TRY(SQL_RUN(sql, DELIVERY_PUT_OFF, NULL, sql_uuid(&call->later[i].grant_id),
                            sql_instant(call->now), sql_instant(call->later[i].next_at)));
        return ERR_OK;
}

enum err store_delivery_put_off(struct op *op, struct instant now,
                                const struct delivery_later *later, size_t n)
{
        struct put_off_call call = {now, later, n};

        return sql_write_call(op, put_off_verb, &call);
}

struct settle_call {
        const struct delivery_result *result;
        struct instant now;
        const struct audit_entry *audit;
};

static enum err settle_verb(struct sql *sql, void *argument)
{
        const struct settle_call *call = argument;
        const struct delivery_result *result = call->result;
        struct instant settled_at =
                result->state == DELIVERY_PENDING ? (struct instant){0} : call->now;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, DELIVERY_SETTLE, &rows, sql_uuid(&result->grant_id),
                    sql_integer(result->state), sql_instant_or_null(result->next_at),
                    sql_instant_or_null(settled_at), sql_outcome(result->outcome)));
        return rows.n_rows ? sql_audit(sql, call->audit, result->outcome) : ERR_OK;
}

enum err store_delivery_settle(struct op *op, const struct delivery_result *result,
                               struct instant now, const struct audit_entry *audit)
{
        struct settle_call call = {result, now, audit};

        return sql_write_call(op, settle_verb, &call);
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

struct waiting_call {
        struct instant now;
        struct delivery_waiting *ret;
};

static enum err waiting_verb(struct sql *sql, void *argument)
{
        const struct waiting_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, DELIVERY_WAITING, &rows, sql_instant(call->now)));
        *call->ret = (struct delivery_waiting){
                .n_pending = sql_get_integer(&rows, 0, 0),
                .n_failed = sql_get_integer(&rows, 0, 1),
                .oldest = sql_get_instant(&rows, 0, 2),
                .is_due = sql_get_integer(&rows, 0, 3) != 0,
        };
        return ERR_OK;
}

enum err store_delivery_waiting(struct op *op, struct instant now, struct delivery_waiting *ret)
{
        struct waiting_call call = {now, ret};

        return sql_read_call(op, waiting_verb, &call);
}
