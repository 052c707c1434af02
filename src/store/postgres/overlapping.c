/* SPDX-License-Identifier: Apache-2.0
 *
 * One statement on arrays as a transaction of one round trip. It shares the lock that other writes
 * have alone, so any number of these overlap, on all nodes.
 *
 * The message has two parts, each with a Sync. After the first one, which takes the lock, the
 * server waits for the second, which can be large, and waits no longer than for anything else in a
 * transaction: a node that stops before it has sent it all does not keep the lock. Sessions are
 * read-only outside of a transaction that says otherwise, so if BEGIN fails, the second part does.
 *
 * Each transaction is READ COMMITTED, whatever the server's default: nothing that its statement
 * reads without a lock can change while it has the shared lock, and a statement of the default
 * `serializable` would fail whenever two of these meet at a row.
 */
#include <endian.h>
#include <string.h>

#include "base/buf.h"
#include "base/macros.h"
#include "base/metric.h"
#include "base/monotonic.h"
#include "store/postgres/connection.h"

enum {
        PARTS = 2,             /* of the message */
        TRIES = 4,             /* after conflicts with others */
        ARRAYS_SIZE = 4 << 20, /* bytes of all arrays, at most */
        PATIENCE_TRIES = 2000, /* ms */
};

/* What is sent; each has one result. */
enum message {
        MESSAGE_BEGIN,
        MESSAGE_LOCK,
        MESSAGE_MARK,
        MESSAGE_STATEMENT,
        MESSAGE_COMMIT,
        MESSAGES
};

struct results {
        PGresult *failed; /* the first that did */
        PGresult *rows;   /* of the statement */
        bool is_committed;
};

static void results_clear(struct results *results)
{
        PQclear(results->failed);
        PQclear(results->rows);
}

/* --- arrays, in PostgreSQL's binary format --- */

static void put_uint32(struct buf *out, uint32_t value)
{
        uint32_t bytes = htobe32(value);

        buf_put(out, slice_new(&bytes, sizeof(bytes)));
}

static void put_integer(struct buf *out, int64_t value)
{
        uint64_t bytes = htobe64((uint64_t)value);

        put_uint32(out, sizeof(bytes));
        buf_put(out, slice_new(&bytes, sizeof(bytes)));
}

static void element_put(struct buf *out, const struct sql_value *value)
{
        switch (value->kind) {
        case SQL_NULL:
                put_uint32(out, UINT32_MAX);
                return;
        case SQL_INTEGER:
                put_integer(out, value->integer);
                return;
        case SQL_BLOB:
        case SQL_TEXT:
                put_uint32(out, (uint32_t)value->bytes.size);
                buf_put(out, value->bytes);
                return;
        }
}

/* Of one column: dimensions, whether there may be NULLs, the type of an element, how many there are
 * and the number of the first. */
static void array_put(struct buf *out, char letter, const struct sql_set *set, size_t column,
                      size_t n_columns)
{
        put_uint32(out, 1);
        put_uint32(out, 1);
        put_uint32(out, postgres_type((char)(letter - 'A' + 'a')));
        put_uint32(out, (uint32_t)set->n_rows);
        put_uint32(out, 1);
        for (size_t row = 0; row < set->n_rows; row++)
                element_put(out, &set->values[row * n_columns + column]);
}

/* The arrays are in `out`, which must outlive what is bound. */
static enum err set_bind(struct postgres_bound *bound, enum statement statement,
                         const struct sql_set *set, struct buf *out)
{
        const char *letters = sql_statement_info(statement)->parameters;
        size_t n = strlen(letters), begins[POSTGRES_PARAMETERS + 1] = {0};

        for (size_t i = 0; i < n; i++) {
                array_put(out, letters[i], set, i, n);
                begins[i + 1] = out->size;
        }
        for (size_t i = 0; i < n && !out->failed; i++) {
                bound->values[i] = (const char *)out->data + begins[i];
                bound->sizes[i] = (int)(begins[i + 1] - begins[i]);
                bound->formats[i] = 1;
        }
        return out->failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}

/* --- one transaction --- */

/* The plan must not depend on how many rows there were when it was made: arrays are short, and
 * tables grow. */
static enum err set_prepare(struct sql_connection *connection, enum statement statement)
{
        if (!connection->prepared[statement])
                TRY(postgres_execute(connection, "SET default_transaction_read_only = on; "
                                                 "SET plan_cache_mode = force_generic_plan; "
                                                 "SET enable_hashjoin = off; "
                                                 "SET enable_mergejoin = off; "
                                                 "SET enable_seqscan = off; "
                                                 "SET enable_bitmapscan = off; SET jit = off"));
        TRY(postgres_prepare(connection, STATEMENT_WRITER_MARK));
        return postgres_prepare(connection, statement);
}

static int command_send(struct sql_connection *connection, const char *text)
{
        return PQsendQueryParams(connection->server, text, 0, NULL, NULL, NULL, NULL, 1);
}

static bool all_send(struct sql_connection *connection, enum statement statement,
                     const struct postgres_bound *bound)
{
        struct sql_value values[POSTGRES_MARK_VALUES];
        struct postgres_bound mark = {0};

        postgres_mark_values(connection, values);
        postgres_bind(&mark, &(struct sql_values){values, ARRAY_SIZE(values)});
        return PQenterPipelineMode(connection->server) &&
               command_send(connection, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE") &&
               command_send(connection, "LOCK TABLE turn IN SHARE MODE") &&
               postgres_send(connection, STATEMENT_WRITER_MARK, &mark) &&
               PQpipelineSync(connection->server) && postgres_send(connection, statement, bound) &&
               command_send(connection, "COMMIT") && PQpipelineSync(connection->server);
}

/* Keeps or clears one result. After a failed one the rest are PGRES_PIPELINE_ABORTED. */
static void result_take(struct results *results, enum message message, PGresult *result)
{
        if (!postgres_is_good(result) && !results->failed) {
                results->failed = result;
                return;
        }
        if (message == MESSAGE_COMMIT)
                results->is_committed =
                        postgres_is_good(result) && strcmp(PQcmdStatus(result), "COMMIT") == 0;
        if (message == MESSAGE_STATEMENT && postgres_is_good(result))
                results->rows = result;
        else
                PQclear(result);
}

/* Return: false if the connection was lost. */
static bool results_read(struct sql_connection *connection, struct results *ret)
{
        int64_t deadline = monotonic_in(connection->patience);
        enum message message = MESSAGE_BEGIN;
        unsigned n_parts = 0;

        while (postgres_await(connection, deadline)) {
                PGresult *result = PQgetResult(connection->server);

                if (!result && PQstatus(connection->server) != CONNECTION_OK)
                        return false;
                if (!result) /* between two */
                        continue;
                if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
                        result_take(ret, message++, result);
                        continue;
                }
                PQclear(result);
                if (++n_parts == PARTS)
                        return PQexitPipelineMode(connection->server);
        }
        return false;
}

static enum sql_commit set_try(struct sql_connection *connection, enum statement statement,
                               const struct postgres_bound *bound, struct results *ret)
{
        if (postgres_connect(connection) != ERR_OK || set_prepare(connection, statement) != ERR_OK)
                return SQL_NOT_COMMITTED;
        connection->batch++;
        connection->warned = false;
        if (!all_send(connection, statement, bound) || !results_read(connection, ret)) {
                postgres_lose(connection);
                return SQL_COMMIT_UNKNOWN;
        }
        if (ret->is_committed && connection->warned)
                return SQL_COMMIT_UNKNOWN;
        if (ret->is_committed) {
                connection->known_batch = connection->batch;
                return SQL_COMMITTED;
        }
        (void)postgres_fault(connection, take(&ret->failed), sql_statement_info(statement)->name);
        return SQL_NOT_COMMITTED;
}

enum sql_commit postgres_run_overlapping(struct sql_connection *connection,
                                         enum statement statement, const struct sql_set *set,
                                         struct arena *arena, struct sql_rows *ret)
{
        struct buf arrays CLEANUP(buf_deinit) = BUF_INIT(ARRAYS_SIZE);
        struct results results CLEANUP(results_clear) = {0};
        int64_t deadline = monotonic_in(PATIENCE_TRIES);
        struct postgres_bound bound = {0};
        enum sql_commit result = SQL_NOT_COMMITTED;
        bool again = true;

        if (set_bind(&bound, statement, set, &arrays) != ERR_OK)
                return SQL_NOT_COMMITTED;
        for (unsigned i = 0; i < TRIES && again; i++) {
                if (i > 0) {
                        metric_count(METRIC_commit_retries_total, 0);
                        postgres_pause(deadline);
                }
                results_clear(&results);
                results = (struct results){0};
                result = set_try(connection, statement, &bound, &results);
                again = result == SQL_NOT_COMMITTED && connection->must_restart;
                if (result == SQL_NOT_COMMITTED)
                        postgres_roll_back(connection);
        }
        if (result == SQL_COMMITTED && postgres_rows(results.rows, arena, ret) != ERR_OK)
                return SQL_COMMIT_UNKNOWN;
        return result;
}
