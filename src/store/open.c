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
#include "store/verbs.h"

enum { READERS = 16 }; /* idle connections that are kept */

struct sql_store {
        struct store port; /* first, so that a port is its store */
        const struct sql_driver *driver;
        char path[4096];
        struct revocation_log *revocations;
        struct group_commit *writer;
        pthread_mutex_t lock;
        struct sql_connection *idle[READERS]; /* under the lock */
        size_t n_idle;
};

static const struct store_verbs verbs = {
        .account_insert = account_insert,
        .account_find = account_find,
        .account_list = account_list,
        .account_rename = account_rename,
        .account_set_password = account_set_password,
        .account_disable = account_disable,
        .account_delete = account_delete,
        .session_insert = session_insert,
        .session_find = session_find,
        .session_seen = session_seen,
        .session_delete = session_delete,
        .session_list = session_list,
        .session_end = session_end,
        .sessions_end = sessions_end,
        .token_insert = token_insert,
        .token_list = token_list,
        .token_find = token_find,
        .token_delete = token_delete,
        .client_insert = client_insert,
        .client_list = client_list,
        .client_get = client_get,
        .client_find = client_find,
        .client_by_row = client_by_row,
        .client_update = client_update,
        .client_set_status = client_set_status,
        .client_delete = client_delete,
        .client_secret_add = client_secret_add,
        .project_insert = project_insert,
        .project_unproven = project_unproven,
        .project_prove = project_prove,
        .delivery_spread = delivery_spread,
        .delivery_list_due = delivery_list_due,
        .delivery_take = delivery_take,
        .delivery_put_off = delivery_put_off,
        .delivery_settle = delivery_settle,
        .delivery_waiting = delivery_waiting,
        .project_list = project_list,
        .project_get = project_get,
        .project_delete = project_delete,
        .request_insert = request_insert,
        .request_get = request_get,
        .request_decide = request_decide,
        .code_find = code_find,
        .code_claim = code_claim,
        .code_claim_then = code_claim_then,
        .grant_issued = grant_issued,
        .owner_grant_insert = owner_grant_insert,
        .grant_list = grant_list,
        .grant_scopes = grant_scopes,
        .connection_list = connection_list,
        .history_list = history_list,
        .log_list = log_list,
        .log_states = log_states,
        .log_count = log_count,
        .grant_revoke = grant_revoke,
        .access_revoke = access_revoke,
        .project_by_head = project_by_head,
        .grants_find = grants_find,
        .revocation_list = revocation_list,
        .audit_write = audit_write,
        .audit_write_then = audit_write_then,
        .quota_spend = quota_spend,
        .cleanup = store_cleanup,
        .cleanup_waiting = cleanup_waiting,
        .table_size = table_size,
        .space = store_space,
        .meta_get = meta_get,
        .meta_put = meta_put,
        .meta_replace = meta_replace,
        .sealed_list = sealed_list,
        .sealed_replace = sealed_replace,
        .restored = store_restored,
        .integrity = store_integrity,
        .ping = store_ping,
};

static struct sql_store *of_port(struct store *store)
{
        return (struct sql_store *)store;
}

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

static enum err writer_start(struct sql_store *store)
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
        struct sql_store *sql = calloc(1, sizeof(*sql));
        struct store *store CLEANUP(store_closep) = sql ? &sql->port : NULL;

        if (!store)
                return ERR_STORE_UNAVAILABLE;
        store->verbs = &verbs;
        sql->driver = driver;
        memcpy(sql->path, place->path, sizeof(sql->path));
        lock_init(&sql->lock);
        TRY(revocation_log_new(sql->path, &sql->revocations));
        TRY(writer_start(sql));
        *ret = take(&store);
        return ERR_OK;
}

enum err store_open(const struct store_place *place, struct store **ret)
{
        return store_open_on(&sqlite_driver, place, ret);
}

bool store_is_sound(struct store *store)
{
        return group_commit_is_sound(of_port(store)->writer);
}

void store_close(struct store *store)
{
        struct sql_store *sql = store ? of_port(store) : NULL;

        if (!sql)
                return;
        while (sql->n_idle)
                sql->driver->close(sql->idle[--sql->n_idle]);
        group_commit_stop(sql->writer);
        revocation_log_free(sql->revocations);
        pthread_mutex_destroy(&sql->lock);
        free(sql);
}

enum err store_copy(struct store *store, const char *target)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql sql = {.driver = of_port(store)->driver, .arena = &arena};
        enum err error;

        TRY(sql.driver->open(of_port(store)->path, false, &sql.connection));
        error = SQL_RUN(&sql, COPY, NULL, sql_text(slice_from_string(target)));
        sql.driver->close(sql.connection);
        return error;
}

static enum err reader_get(struct sql_store *store, struct sql_connection **ret)
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

static void reader_put(struct sql_store *store, struct sql_connection *connection)
{
        pthread_mutex_lock(&store->lock);
        if (store->n_idle < READERS) {
                store->idle[store->n_idle++] = connection;
                connection = NULL;
        }
        pthread_mutex_unlock(&store->lock);
        store->driver->close(connection);
}

enum err sql_read(struct store *store, struct arena *arena, sql_verb *verb, void *call)
{
        struct sql sql = {.driver = of_port(store)->driver,
                          .revocations = of_port(store)->revocations,
                          .arena = arena};
        enum err error;

        TRY(arena_check(arena));
        if (!group_commit_is_sound(of_port(store)->writer))
                return ERR_STORE_UNAVAILABLE;
        TRY(reader_get(of_port(store), &sql.connection));
        error = verb(&sql, call);
        reader_put(of_port(store), sql.connection);
        return arena_failed_or(arena, error);
}

enum err sql_write(struct store *store, struct arena *arena, sql_verb *verb, void *call)
{
        return group_commit_run(of_port(store)->writer, arena, verb, call);
}

void sql_write_then(struct store *store, struct arena *arena, sql_verb *verb, void *call,
                    struct then then)
{
        group_commit_submit(of_port(store)->writer, arena, verb, call, then);
}
