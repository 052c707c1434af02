/* SPDX-License-Identifier: Apache-2.0
 *
 * The usual case of store/exchange.c for many claims at once. The statements are the driver's:
 * CODES_CLAIM has the conditions of CODE_CLAIM, and writes what code_claim() would write.
 */
#include "store/claim_set.h"

#include "base/macros.h"
#include "base/metric.h"
#include "base/monotonic.h"
#include "store/operations.h"

enum {
        COLUMNS = 25,
        COLUMN_NUMBER = 9,
        SCRATCH = 4 << 20, /* bytes */
        PAUSE = 50,        /* ms between two attempts to find out what was claimed */
};

/* Works are numbered from 1. */
struct set {
        const struct sql_driver *driver;
        struct sql_connection *connection;
        const struct sql_work *const *works;
        size_t n;
        struct arena arena;
};

static void set_deinit(struct set *set)
{
        arena_deinit(&set->arena);
}

/* In the order of CODES_CLAIM's parameters. */
static void claim_put(const struct sql_work *work, struct sql_value *ret)
{
        static const struct audit_entry no_audit;
        static const struct refresh_issue no_refresh;
        const struct audit_entry *audit = work->audit ? work->audit : &no_audit;
        const struct claim *claim = work->in;
        const struct refresh_issue *refresh = claim->refresh ? claim->refresh : &no_refresh;
        const struct sql_value values[COLUMNS] = {
                sql_uuid(&claim->attempt),
                sql_integer(claim->jwt_exp),
                sql_digest(&claim->jwt),
                sql_uuid(&claim->secret_row),
                sql_integer(claim->authorization_no),
                sql_digest(&claim->code),
                sql_uuid(&claim->client_row),
                sql_text(claim->redirect_uri),
                sql_text_or_empty(claim->challenge),
                sql_integer(claim->has_passphrase),
                sql_uuid(&claim->grant_id),
                sql_blob(claim->sealed_tail),
                sql_blob(claim->sealed_caveat),
                sql_instant(work->op->now),
                sql_text(audit->action ? slice_from_string(audit->action) : (struct slice){0}),
                sql_uuid_or_null(&audit->client_id),
                sql_text_or_empty(audit->request_id),
                sql_text_or_empty(audit->address),
                sql_instant(audit->at),
                sql_integer(claim->lifetime),
                claim->refresh ? sql_digest(&refresh->family) : sql_blob((struct slice){0}),
                sql_digest(&refresh->token),
                sql_blob(refresh->sealed_access),
                sql_instant(refresh->expires_at),
                sql_instant(refresh->ends_at),
        };

        memcpy(ret, values, sizeof(values));
}

static enum sql_commit claims_run(struct set *set, struct sql_rows *ret)
{
        struct sql_value *values = arena_array(&set->arena, set->n * COLUMNS, struct sql_value);

        if (!values)
                return SQL_NOT_COMMITTED;
        for (size_t i = 0; i < set->n; i++)
                claim_put(set->works[i], &values[i * COLUMNS]);
        return set->driver->run_overlapping(set->connection, STATEMENT_CODES_CLAIM,
                                            &(struct sql_set){values, set->n}, &set->arena, ret);
}

/* What of it was claimed, when the connection was lost before it could say so. Asking changes
 * nothing, so it is done until it succeeds, however many connections are lost meanwhile. */
static enum sql_commit claims_find(struct set *set, int64_t deadline, struct sql_rows *ret)
{
        enum sql_commit result = SQL_NOT_COMMITTED;
        struct sql_value *values = arena_array(&set->arena, set->n * 2, struct sql_value);

        if (!values)
                return SQL_COMMIT_UNKNOWN;
        for (size_t i = 0; i < set->n; i++) {
                const struct claim *claim = set->works[i]->in;

                values[i * 2] = sql_uuid(&claim->attempt);
                values[i * 2 + 1] = sql_integer(claim->authorization_no);
        }
        for (;;) {
                *ret = (struct sql_rows){0};
                result = set->driver->run_overlapping(set->connection, STATEMENT_CODES_CLAIMED,
                                                      &(struct sql_set){values, set->n},
                                                      &set->arena, ret);
                if (result == SQL_COMMITTED)
                        return SQL_COMMITTED;
                if (monotonic_now() >= deadline || arena_check(&set->arena) != ERR_OK)
                        return SQL_COMMIT_UNKNOWN;
                monotonic_sleep(PAUSE);
        }
}

/* It is committed: without memory, the caller cannot be told what has happened. */
static enum err grant_take(const struct sql_rows *rows, size_t row, const struct sql_work *work)
{
        struct grant *grant = work->ret;

        *grant = grant_start_of_row(rows, row);
        grant->scope = arena_copy(work->op->arena, grant->scope);
        return arena_check(work->op->arena) == ERR_OK ? ERR_OK : ERR_COMMIT_UNKNOWN;
}

void claim_set_run(const struct sql_driver *driver, struct sql_connection *connection,
                   const struct sql_work *const *works, size_t n, enum err *ret_outcomes)
{
        struct set set CLEANUP(set_deinit) = {.driver = driver,
                                              .connection = connection,
                                              .works = works,
                                              .n = n,
                                              .arena = ARENA_INIT(SCRATCH)};
        struct sql_rows rows = {0};
        enum sql_commit result = claims_run(&set, &rows);
        int64_t deadline = monotonic_in(SQL_DOUBT);

        if (result == SQL_COMMIT_UNKNOWN) {
                result = driver->resolve(connection, deadline);
                if (result == SQL_COMMITTED)
                        result = claims_find(&set, deadline, &rows);
        }
        if (result == SQL_COMMITTED)
                metric_observe(METRIC_commit_batch_size, n);
        for (size_t i = 0; i < n; i++)
                ret_outcomes[i] = result == SQL_COMMIT_UNKNOWN ? ERR_COMMIT_UNKNOWN : ERR_NO_ROW;
        for (size_t i = 0; result == SQL_COMMITTED && i < rows.n_rows; i++) {
                size_t at = (size_t)sql_get_integer(&rows, i, COLUMN_NUMBER) - 1;

                if (at < n)
                        ret_outcomes[at] = grant_take(&rows, i, works[at]);
        }
}
