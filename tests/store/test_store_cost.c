/* SPDX-License-Identifier: Apache-2.0
 *
 * No operation costs more where its caller has many times as many rows of each kind. Steps are
 * counted, not seconds. TEST_COST_ROWS=1000000 in the environment makes that many.
 */
#include <sqlite3.h>

#include "base/embedded.h"
#include "base/encode.h"
#include "cost_driver.h"
#include "every_operation.h"

enum {
        FEW = 11000,    /* more than any page of a list looks at */
        MANY = 4 * FEW, /* unless the environment says otherwise */
        OPERATIONS_MOST = 200,
        SLACK = 200, /* steps, in case the plans or the rows at hand differ a little */
};

/* --- rows --- */

#define PAST (NOW.ms - 86400000)

/* many_rows.sql */
extern const struct embedded many_rows[];

/* The value of a parameter of many_rows.sql. */
static void rows_bind(sqlite3_stmt *statement, const char *name, const char *id, int64_t number)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(UUID_SIZE);
        int at = sqlite3_bind_parameter_index(statement, name);

        if (!at)
                return;
        if (!id) {
                CHECK_INT(sqlite3_bind_int64(statement, at, number), SQLITE_OK);
                return;
        }
        assert_true(hex_decode(slice_from_string(id), &bytes));
        CHECK_INT(sqlite3_bind_blob(statement, at, bytes.data, UUID_SIZE, SQLITE_TRANSIENT),
                  SQLITE_OK);
}

/* Of the account and its application in the world. What is of no use is so already. */
static void rows_bind_all(sqlite3_stmt *statement)
{
        const char *account = "01900000000000000000000000000001";
        const char *client = "01900000000000000000000000000014";

        rows_bind(statement, ":account", account, 0);
        rows_bind(statement, ":developer", account, 0);
        rows_bind(statement, ":client", client, 0);
        rows_bind(statement, ":client_waiting", client, 0);
        rows_bind(statement, ":client_public", "019000000000000000000000000003fc", 0);
        rows_bind(statement, ":project", "0190000000000000000000000000000a", 0);
        rows_bind(statement, ":gone", NULL, PAST);
}

static void execute(sqlite3 *database, const char *text)
{
        if (sqlite3_exec(database, text, NULL, NULL, NULL) != SQLITE_OK)
                fail_msg("%s: %s", sqlite3_errmsg(database), text);
}

static void rows_add(const struct world *world, int n)
{
        const char *text = (const char *)many_rows[0].bytes.data;
        sqlite3_stmt *statement;
        char numbers[256];
        sqlite3 *database;

        CHECK_INT(sqlite3_open(world->url + strlen("sqlite:"), &database), SQLITE_OK);
        (void)snprintf(numbers, sizeof(numbers),
                       "PRAGMA synchronous = OFF; BEGIN; CREATE TEMP TABLE n AS WITH RECURSIVE "
                       "n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
                       "SELECT i, %lld + (i - %d) * 1000 AS at FROM n",
                       n, (long long)PAST, n);
        execute(database, numbers);
        while (sqlite3_prepare_v2(database, text, -1, &statement, &text) == SQLITE_OK &&
               statement) {
                rows_bind_all(statement);
                if (sqlite3_step(statement) != SQLITE_DONE)
                        fail_msg("%s: %s", sqlite3_errmsg(database), sqlite3_sql(statement));
                sqlite3_finalize(statement);
        }
        CHECK_INT(sqlite3_errcode(database), SQLITE_OK);
        execute(database, "COMMIT");
        sqlite3_close(database);
}

/* --- operations --- */

struct costs {
        struct cost items[OPERATIONS_MOST];
        size_t n;
};

static void operations_run(struct world *world, const struct store_operation *operations,
                           struct costs *costs)
{
        for (; operations->name; operations++) {
                struct given given = given_of(world, operations);

                assert_true(costs->n < OPERATIONS_MOST);
                (void)cost_take();
                (void)operations->call(&given);
                costs->items[costs->n++] = cost_take();
        }
}

/* With so many rows of each kind. */
static void costs_measure(int n, struct costs *ret)
{
        struct world world CLEANUP(world_end) = world_full();

        world_close(&world);
        rows_add(&world, n);
        cost_open(&world);
        ret->n = 0;
        operations_run(&world, writing_operations, ret);
        operations_run(&world, reading_operations, ret);
}

static int rows_many(void)
{
        const char *text = getenv("TEST_COST_ROWS");
        long n = text ? strtol(text, NULL, 10) : 0;

        return n > MANY ? (int)n : MANY;
}

static void growth_print(const struct cost *few, const struct cost *many)
{
        for (size_t i = 0; i < STATEMENT_COUNT; i++)
                if (many->of[i] > few->of[i] + few->of[i] / 2 + SLACK)
                        print_error("    %s: %lld and %lld steps\n",
                                    sql_statement_info((enum statement)i)->name,
                                    (long long)few->of[i], (long long)many->of[i]);
}

/* Those whose cost is known to grow, and with what. One that no longer does has to leave the list.
 */
static const char *const growing[] = {
        /* an operator's, or a metric's: with the whole database, or with what waits for clean-up */
        "recover",
        "integrity",
        "cleanup_waiting",
};

static bool may_grow(const char *name)
{
        for (size_t i = 0; i < ARRAY_SIZE(growing); i++)
                if (strcmp(growing[i], name) == 0)
                        return true;
        return false;
}

/* Return: how many are not as expected. */
static size_t operations_compare(const struct store_operation *operations, const struct cost *few,
                                 const struct cost *many)
{
        size_t n_wrong = 0;

        for (; operations->name; operations++, few++, many++) {
                int64_t least = cost_sum(few), most = cost_sum(many);

                if ((most > least + least / 2 + SLACK) == may_grow(operations->name))
                        continue;
                print_error("%s: %lld and %lld steps\n", operations->name, (long long)least,
                            (long long)most);
                growth_print(few, many);
                n_wrong++;
        }
        return n_wrong;
}

TEST(no_operation_costs_more_where_its_caller_has_more)
{
        static struct costs few, many;
        size_t n_writing = 0, n_wrong;

        costs_measure(FEW, &few);
        costs_measure(rows_many(), &many);
        CHECK_INT(few.n, many.n);
        while (writing_operations[n_writing].name)
                n_writing++;
        n_wrong = operations_compare(writing_operations, few.items, many.items) +
                  operations_compare(reading_operations, few.items + n_writing,
                                     many.items + n_writing);
        CHECK_INT(n_wrong, 0);
}

/* --- consents --- */

enum { MAY_LIVE = 100 }; /* limits.authorizations_per_client, unless an operator changes it */

static enum err approve(struct world *world, const struct request *request)
{
        struct request approved = approval_of(request, request->no);

        approved.authorization.most = MAY_LIVE;
        return STORE(world, request_decide, &approved, &audit);
}

/* What another consent looks at, after so many. None of their codes has expired. */
static int64_t consent_cost(int n_before)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request;
        struct cost cost;

        for (int i = 0; i < n_before; i++) {
                request = request_new(&world, 10000 + i);
                CHECK_OK(approve(&world, &request));
        }
        request = request_new(&world, 9000);
        world_close(&world);
        cost_open(&world);
        (void)cost_take();
        (void)approve(&world, &request); /* is not committed */
        cost = cost_take();
        CHECK(cost.of[STATEMENT_AUTHORIZATIONS_SETTLE] > MAY_LIVE);
        return cost_sum(&cost);
}

TEST(a_consent_looks_at_as_many_authorizations_as_may_live)
{
        int64_t few = consent_cost(MAY_LIVE + 10), many = consent_cost(4 * MAY_LIVE);

        if (many > few + SLACK)
                fail_msg("%lld and %lld steps", (long long)few, (long long)many);
}
