/* SPDX-License-Identifier: Apache-2.0
 *
 * The decorator. One thread uses it.
 */
#include "cost_driver.h"

#include "store/sqlite/connection.h"

static struct cost now;
static bool is_open; /* what opening the store writes is committed */

static enum err on_run(struct sql_connection *connection, enum statement statement,
                       const struct sql_values *values, struct arena *arena, struct sql_rows *ret)
{
        enum err error = sqlite_driver.run(connection, statement, values, arena, ret);

        if (connection->prepared[statement])
                now.of[statement] += sqlite3_stmt_status(connection->prepared[statement],
                                                         SQLITE_STMTSTATUS_VM_STEP, 1);
        return error;
}

static enum sql_commit on_commit(struct sql_connection *connection)
{
        if (!is_open)
                return sqlite_driver.commit(connection);
        sqlite_driver.roll_back(connection);
        return SQL_NOT_COMMITTED;
}

static enum err on_log_append(struct sql_connection *connection, struct revocation_log *log,
                              int64_t known, int64_t *ret_last)
{
        (void)connection;
        (void)log;
        *ret_last = known + 1;
        return ERR_OK;
}

void cost_open(struct world *world)
{
        static struct sql_driver driver;
        struct store_location location;

        world_locate(world, &location);
        driver = sqlite_driver;
        driver.run = on_run;
        driver.commit = on_commit;
        driver.log_append = on_log_append;
        driver.tries = 1;
        location.driver = &driver;
        is_open = false;
        CHECK_OK(store_open(&location, &world->store));
        is_open = true;
        (void)cost_take();
}

struct cost cost_take(void)
{
        struct cost taken = now;

        now = (struct cost){0};
        return taken;
}

int64_t cost_sum(const struct cost *cost)
{
        int64_t sum = 0;

        for (size_t i = 0; i < STATEMENT_COUNT; i++)
                sum += cost->of[i];
        return sum;
}
