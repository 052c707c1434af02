/* SPDX-License-Identifier: Apache-2.0
 *
 * The decorator: counts calls, and lets them fail as the database would.
 */
#include "fault_driver.h"

#include <pthread.h>

static const struct sql_driver *under; /* set before there is a second thread */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct {
        struct fault fault; /* `at` 0: none */
        enum fault_place place;
        unsigned n_calls, n_operations, n_batch;
        bool holds, is_held;
} state; /* under the lock */

bool fault_is_unknown(enum fault_kind kind)
{
        return kind == FAULT_IO || kind == FAULT_MEMORY || kind == FAULT_GONE;
}

bool fault_stays_unknown(enum fault_kind kind)
{
        return fault_is_unknown(kind) && !under->resolve;
}

/* Counts a call. Return: whether it fails. */
static bool call_fails(enum fault_place place)
{
        const struct fault *fault = &state.fault;
        bool fails;

        pthread_mutex_lock(&lock);
        state.n_calls++;
        fails = fault->at &&
                (state.n_calls == fault->at ||
                 (state.n_calls > fault->at && (fault->lasts || fault->kind == FAULT_GONE)));
        if (fails && state.place == FAULT_NOWHERE)
                state.place = place;
        pthread_mutex_unlock(&lock);
        return fails;
}

static struct fault fault_now(void)
{
        struct fault fault;

        pthread_mutex_lock(&lock);
        fault = state.fault;
        pthread_mutex_unlock(&lock);
        return fault;
}

/* What a database does to a transaction after a failed call. */
static enum err fault_in(struct sql_connection *connection)
{
        if (fault_now().kind != FAULT_BUSY)
                under->roll_back(connection);
        return ERR_STORE_UNAVAILABLE;
}

/* --- the driver --- */

static enum err on_open(const struct store_location *location, bool read_only,
                        struct sql_connection **ret)
{
        return call_fails(FAULT_IN_OPEN) ? ERR_STORE_UNAVAILABLE
                                         : under->open(location, read_only, ret);
}

static enum err on_begin(struct sql_connection *connection)
{
        pthread_mutex_lock(&lock);
        state.n_operations = 0;
        pthread_mutex_unlock(&lock);
        return call_fails(FAULT_IN_BEGIN) ? ERR_STORE_UNAVAILABLE : under->begin(connection);
}

static void wait_if_held(void)
{
        pthread_mutex_lock(&lock);
        state.is_held = state.holds;
        pthread_cond_broadcast(&changed);
        while (state.holds)
                pthread_cond_wait(&changed, &lock);
        state.is_held = false;
        pthread_mutex_unlock(&lock);
}

static enum sql_commit on_commit(struct sql_connection *connection)
{
        bool fails = call_fails(FAULT_IN_COMMIT);
        struct fault fault = fault_now();

        wait_if_held();
        if (!fails)
                return under->commit(connection);
        if (!fault_is_unknown(fault.kind)) {
                under->roll_back(connection);
                return SQL_NOT_COMMITTED;
        }
        if (fault.commits_unknown)
                (void)under->commit(connection);
        else
                under->roll_back(connection);
        return SQL_COMMIT_UNKNOWN;
}

static enum err on_mark(struct sql_connection *connection, enum sql_mark mark)
{
        return call_fails(FAULT_IN_MARK) ? fault_in(connection) : under->mark(connection, mark);
}

/* Each operation of the tests ends by writing one audit row. */
static void operation_count(enum statement statement)
{
        if (statement != STATEMENT_AUDIT_INSERT)
                return;
        pthread_mutex_lock(&lock);
        if (++state.n_operations > state.n_batch)
                state.n_batch = state.n_operations;
        pthread_mutex_unlock(&lock);
}

static enum err on_run(struct sql_connection *connection, enum statement statement,
                       const struct sql_values *values, struct arena *arena, struct sql_rows *ret)
{
        operation_count(statement);
        if (call_fails(FAULT_IN_RUN))
                return fault_in(connection);
        return under->run(connection, statement, values, arena, ret);
}

/* --- the interface --- */

static void fault_wrap(struct store_location *location)
{
        static struct sql_driver driver;

        under = location->driver;
        driver = *under;
        driver.open = on_open;
        driver.begin = on_begin;
        driver.commit = on_commit;
        driver.mark = on_mark;
        driver.run = on_run;
        driver.run_overlapping = NULL; /* claims go the way of all operations */
        location->driver = &driver;
}

void fault_open(struct world *world)
{
        struct store_location location;

        world_locate(world, &location);
        fault_wrap(&location);
        CHECK_OK(store_open(&location, &world->store));
}

void fault_set(struct fault fault)
{
        pthread_mutex_lock(&lock);
        state.fault = fault;
        state.place = FAULT_NOWHERE;
        state.n_calls = state.n_batch = state.n_operations = 0;
        pthread_mutex_unlock(&lock);
}

enum fault_place fault_clear(void)
{
        enum fault_place place;

        pthread_mutex_lock(&lock);
        place = state.place;
        state.fault = (struct fault){0};
        state.place = FAULT_NOWHERE;
        pthread_mutex_unlock(&lock);
        return place;
}

unsigned fault_n_calls(void)
{
        unsigned n;

        pthread_mutex_lock(&lock);
        n = state.n_calls;
        pthread_mutex_unlock(&lock);
        return n;
}

unsigned fault_n_batch(void)
{
        unsigned n;

        pthread_mutex_lock(&lock);
        n = state.n_batch;
        pthread_mutex_unlock(&lock);
        return n;
}

void fault_hold(void)
{
        pthread_mutex_lock(&lock);
        state.holds = true;
        pthread_mutex_unlock(&lock);
}

void fault_wait(void)
{
        pthread_mutex_lock(&lock);
        while (!state.is_held)
                pthread_cond_wait(&changed, &lock);
        pthread_mutex_unlock(&lock);
}

void fault_release(void)
{
        pthread_mutex_lock(&lock);
        state.holds = false;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
}
