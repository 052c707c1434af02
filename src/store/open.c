/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQL store: one writer with group commit, and connections for readers, opened as needed.
 */
#include "store/open.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/lock.h"
#include "base/macros.h"
#include "store/group_commit.h"
#include "store/migrate.h"
#include "store/revocation_log.h"

enum { READERS = 16 }; /* idle connections that are kept */

struct store {
        const struct sql_driver *driver;
        char path[4096];
        struct revocation_log *revocations;
        struct group_commit *writer;
        pthread_mutex_t lock;
        struct sql_connection *idle[READERS]; /* under the lock */
        size_t n_idle;
};

enum err store_place_of(struct slice url, struct store_place *ret)
{
        struct store_place place = {0};
        struct slice path;
        struct stat status;

        if (!slice_starts_with(url, SLICE("sqlite:")))
                return ERR_FIELD_MALFORMED;
        path = slice_from(url, strlen("sqlite:"));
        if (path.size == 0 || path.size >= sizeof(place.path) || slice_contains_byte(path, 0))
                return ERR_FIELD_MALFORMED;
        memcpy(place.path, path.data, path.size);
        place.is_new = stat(place.path, &status) != 0 || status.st_size == 0;
        *ret = place;
        return ERR_OK;
}

static void store_closep(struct store **store)
{
        store_close(*store);
}

static enum err writer_start(struct store *store)
{
        struct sql_connection *connection = NULL;
        enum err error;

        TRY(store->driver->open(store->path, false, &connection));
        error = migrate(store->driver, connection);
        if (error == ERR_OK)
                error = group_commit_start(store->driver, connection, store->revocations,
                                           &store->writer);
        if (error != ERR_OK)
                store->driver->close(connection);
        return error;
}

enum err store_open_on(const struct sql_driver *driver, const struct store_place *place,
                       struct store **ret)
{
        struct store *store CLEANUP(store_closep) = calloc(1, sizeof(*store));

        if (!store)
                return ERR_STORE_UNAVAILABLE;
        store->driver = driver;
        memcpy(store->path, place->path, sizeof(store->path));
        lock_init(&store->lock);
        TRY(revocation_log_new(store->path, &store->revocations));
        TRY(writer_start(store));
        *ret = take(&store);
        return ERR_OK;
}

enum err store_open(const struct store_place *place, struct store **ret)
{
        return store_open_on(&sqlite_driver, place, ret);
}

bool store_is_sound(struct store *store)
{
        return group_commit_is_sound(store->writer);
}

void store_close(struct store *store)
{
        if (!store)
                return;
        while (store->n_idle)
                store->driver->close(store->idle[--store->n_idle]);
        group_commit_stop(store->writer);
        revocation_log_free(store->revocations);
        pthread_mutex_destroy(&store->lock);
        free(store);
}

enum err store_copy(struct store *store, const char *target)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql sql = {.driver = store->driver, .arena = &arena};
        enum err error;

        TRY(sql.driver->open(store->path, false, &sql.connection));
        error = SQL_RUN(&sql, COPY, NULL, sql_text(slice_from_string(target)));
        sql.driver->close(sql.connection);
        return error;
}

static enum err reader_get(struct store *store, struct sql_connection **ret)
{
        struct sql_connection *connection = NULL;

        pthread_mutex_lock(&store->lock);
        if (store->n_idle)
                connection = store->idle[--store->n_idle];
        pthread_mutex_unlock(&store->lock);
        if (!connection)
                return store->driver->open(store->path, true, ret);
        *ret = connection;
        return ERR_OK;
}

static void reader_put(struct store *store, struct sql_connection *connection)
{
        pthread_mutex_lock(&store->lock);
        if (store->n_idle < READERS) {
                store->idle[store->n_idle++] = connection;
                connection = NULL;
        }
        pthread_mutex_unlock(&store->lock);
        store->driver->close(connection);
}

enum err sql_read(const struct sql_work *work)
{
        struct store *store = work->op->ports->store;
        struct sql sql = {.driver = store->driver,
                          .revocations = store->revocations,
                          .arena = work->op->arena,
                          .op = work->op};
        enum err error;

        TRY(arena_check(sql.arena));
        if (!group_commit_is_sound(store->writer))
                return ERR_STORE_UNAVAILABLE;
        TRY(reader_get(store, &sql.connection));
        error = work->body(&sql, work->in, work->ret);
        reader_put(store, sql.connection);
        return arena_failed_or(sql.arena, error);
}

enum err sql_write(const struct sql_work *work)
{
        return group_commit_run(work->op->ports->store->writer, work);
}

void sql_write_then(const struct sql_work *work, struct completion completion)
{
        group_commit_submit(work->op->ports->store->writer, work, completion);
}

struct verb_call {
        sql_verb *verb;
        void *call;
};

static enum err verb_body(struct sql *sql, const void *in, void *ret)
{
        const struct verb_call *call = in;

        (void)ret;
        return call->verb(sql, call->call);
}

enum err sql_read_call(struct op *op, sql_verb *verb, void *call)
{
        struct verb_call in = {verb, call};

        return sql_read(&(struct sql_work){op, verb_body, &in, NULL, NULL});
}

enum err sql_write_call(struct op *op, sql_verb *verb, void *call)
{
        struct verb_call in = {verb, call};

        return sql_write(&(struct sql_work){op, verb_body, &in, NULL, NULL});
}
