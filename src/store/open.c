/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQL store: one writer with group commit, and connections for readers, opened as needed.
 */
#include "store/open.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/files.h"
#include "base/lock.h"
#include "base/macros.h"
#include "base/metric.h"
#include "base/monotonic.h"
#include "store/claim_queue.h"
#include "store/group_commit.h"
#include "store/migrate.h"
#include "store/revocation_file.h"
#include "store/schema_watch.h"

enum {
        READERS_KEPT = 16,      /* idle connections, where any number may read */
        READER_PATIENCE = 5000, /* ms to wait for one where they are few */
};

struct store {
        const struct sql_driver *driver;
        struct store_location location;
        struct group_commit *writer;
        struct claim_queue *claims; /* NULL: the writer claims, too */
        struct schema_watch schema;
        pthread_mutex_t lock;
        pthread_cond_t returned;
        struct sql_connection *idle[STORE_READERS]; /* under the lock, as the rest */
        size_t n_idle;
        unsigned n_reading;
};

enum err store_locate(struct slice url, struct store_location *ret)
{
        for (size_t i = 0; sql_drivers[i]; i++) {
                struct store_location location = {.driver = sql_drivers[i], .schema = "grantd"};

                if (sql_drivers[i]->locate(url, &location) != ERR_OK)
                        continue;
                *ret = location;
                return ERR_OK;
        }
        return ERR_FIELD_MALFORMED;
}

static void store_closep(struct store **store)
{
        store_close(*store);
}

static enum err writer_start(struct store *store)
{
        struct sql_connection *connection = NULL;
        enum err error;

        TRY(store->driver->open(&store->location, false, &connection));
        error = migrate(store->driver, &store->location, connection);
        if (error == ERR_OK)
                error = group_commit_start(store->driver, connection, &store->writer);
        if (error != ERR_OK)
                store->driver->close(connection);
        return error;
}

bool store_is_sound(struct store *store)
{
        return group_commit_is_sound(store->writer);
}

void store_count_connections(struct store *store, struct store_connections *ret)
{
        pthread_mutex_lock(&store->lock);
        *ret = (struct store_connections){
                .reading = store->n_reading, .idle = store->n_idle, .writing = 1};
        pthread_mutex_unlock(&store->lock);
        if (store->claims)
                ret->writing += (unsigned)claim_queue_connections(store->claims);
}

void store_close(struct store *store)
{
        if (!store)
                return;
        while (store->n_idle)
                store->driver->close(store->idle[--store->n_idle]);
        claim_queue_stop(store->claims);
        group_commit_stop(store->writer);
        pthread_mutex_destroy(&store->lock);
        pthread_cond_destroy(&store->returned);
        free(store);
}

enum err store_copy(struct store *store, const char *target)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql sql = {.driver = store->driver, .arena = &arena};
        enum err error;

        TRY(sql.driver->open(&store->location, false, &sql.connection));
        error = SQL_RUN(&sql, COPY, NULL, sql_text(slice_from_string(target)));
        sql.driver->close(sql.connection);
        return error;
}

static void reader_leave(struct store *store)
{
        pthread_mutex_lock(&store->lock);
        store->n_reading--;
        pthread_cond_signal(&store->returned);
        pthread_mutex_unlock(&store->lock);
}

/* Under the lock: waits until one more may read. Return: whether it may. */
static bool reader_may(struct store *store)
{
        int64_t deadline = monotonic_in(READER_PATIENCE);
        unsigned most = store->location.readers;
        bool in_time = true;

        while (most && store->n_reading >= most && in_time)
                in_time = monotonic_cond_wait(&store->returned, &store->lock, deadline);
        return !most || store->n_reading < most;
}

static enum err reader_get(struct store *store, struct sql_connection **ret)
{
        struct sql_connection *connection = NULL;
        enum err error = ERR_OK;
        bool may;

        pthread_mutex_lock(&store->lock);
        may = reader_may(store);
        store->n_reading += may;
        if (may && store->n_idle)
                connection = store->idle[--store->n_idle];
        pthread_mutex_unlock(&store->lock);
        if (!may)
                return ERR_STORE_UNAVAILABLE;
        if (!connection)
                error = store->driver->open(&store->location, true, &connection);
        if (error != ERR_OK)
                reader_leave(store);
        *ret = connection;
        return error;
}

static void reader_put(struct store *store, struct sql_connection *connection)
{
        unsigned most = store->location.readers ? store->location.readers : READERS_KEPT;

        pthread_mutex_lock(&store->lock);
        if (store->n_idle < most && store->n_idle < ARRAY_SIZE(store->idle)) {
                store->idle[store->n_idle++] = connection;
                connection = NULL;
        }
        pthread_mutex_unlock(&store->lock);
        store->driver->close(connection);
        reader_leave(store);
}

/* --- what a reader finds at the start --- */

static enum err read_once(struct store *store, enum statement statement, struct sql_rows *ret,
                          struct arena *arena)
{
        struct sql sql = {.driver = store->driver, .arena = arena};
        enum err error;

        TRY(reader_get(store, &sql.connection));
        error = sql_run(&sql, statement, NULL, 0, ret);
        reader_put(store, sql.connection);
        return error;
}

/* Half of somebody's data would look like all of it. */
static enum err copy_check(struct store *store)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql_rows rows = {0};

        TRY(read_once(store, STATEMENT_COPY_SOURCE, &rows, &arena));
        return rows.n_rows ? ERR_COPY_UNFINISHED : ERR_OK;
}

enum err store_check_log(struct store *store)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql_rows rows = {0};
        int64_t in_file;

        if (!*store->location.revocation_copy)
                return ERR_OK;
        TRY(revocation_file_last(store->location.revocation_copy, &in_file));
        TRY(read_once(store, STATEMENT_LOG_LAST, &rows, &arena));
        return in_file > sql_get_integer(&rows, 0, 0) ? ERR_CONFLICT : ERR_OK;
}

enum err store_look(const struct store_location *location, struct migration *ret)
{
        const struct sql_driver *driver = location->driver;
        struct sql_connection *connection = NULL;
        enum err error;

        if (*location->path && !file_exists(location->path)) {
                *ret = (struct migration){.is_allowed = true, .newest = migrate_known(driver)};
                return ERR_OK;
        }
        TRY(driver->open(location, true, &connection));
        error = migrate_look(driver, connection, ret);
        driver->close(connection);
        return error;
}

enum err store_open(const struct store_location *location, struct store **ret)
{
        struct store *store CLEANUP(store_closep) = calloc(1, sizeof(*store));

        if (!store)
                return ERR_STORE_UNAVAILABLE;
        store->driver = location->driver;
        store->location = *location;
        lock_init(&store->lock);
        monotonic_cond_init(&store->returned);
        TRY(writer_start(store));
        TRY(copy_check(store));
        /* Behind a pooler statements have no names, and planning this one each time costs more. */
        if (store->driver->run_overlapping && location->pooler != STORE_POOLER_TRANSACTION)
                TRY(claim_queue_start(store->driver, &store->location, store->writer,
                                      &store->claims));
        *ret = take(&store);
        return ERR_OK;
}

enum err sql_read(const struct sql_work *work)
{
        struct store *store = work->op->ports->store;
        struct sql sql = {.driver = store->driver, .arena = work->op->arena, .op = work->op};
        int64_t begun;
        enum err error;

        TRY(arena_check(sql.arena));
        if (!group_commit_is_sound(store->writer))
                return ERR_STORE_UNAVAILABLE;
        TRY(reader_get(store, &sql.connection));
        begun = monotonic_now();
        error = schema_watch_look(&store->schema, sql.driver, sql.connection);
        if (error == ERR_OK)
                error = work->body(&sql, work->in, work->ret);
        metric_observe_since(METRIC_store_read_seconds, begun);
        reader_put(store, sql.connection);
        return arena_failed_or(sql.arena, error);
}

/* The driver would refuse to commit, and could not say why. */
static enum err write_check(const struct sql_work *work)
{
        return schema_watch_check(&work->op->ports->store->schema);
}

static bool write_is_refused(const struct sql_work *work, struct completion completion)
{
        enum err error = write_check(work);

        if (error != ERR_OK)
                completion.run(completion.context, error);
        return error != ERR_OK;
}

enum err sql_write(const struct sql_work *work)
{
        TRY(write_check(work));
        return group_commit_run(work->op->ports->store->writer, work);
}

void sql_write_then(const struct sql_work *work, struct completion completion)
{
        if (!write_is_refused(work, completion))
                group_commit_submit(work->op->ports->store->writer, work, completion);
}

enum err sql_claim(const struct sql_work *work)
{
        struct claim_queue *claims = work->op->ports->store->claims;

        TRY(write_check(work));
        return claims ? claim_queue_run(claims, work) : sql_write(work);
}

void sql_claim_then(const struct sql_work *work, struct completion completion)
{
        struct claim_queue *claims = work->op->ports->store->claims;

        if (write_is_refused(work, completion))
                return;
        if (claims)
                claim_queue_submit(claims, work, completion);
        else
                sql_write_then(work, completion);
}
