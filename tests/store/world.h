/* SPDX-License-Identifier: Apache-2.0
 *
 * A store for each test. The tests use it only by its operations and its URL, so they apply to
 * every kind of database: SQLite's, or a server's (server.h).
 */
#pragma once

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/store.h"
#include "server.h"
#include "store/open.h"
#include "test.h"

#define NOW ((struct instant){1767225600000})

struct world {
        char folder[64];
        char url[256];
        char schema[64]; /* on a server; else empty */
        struct store *store;
        struct arena arena;  /* of the operations */
        struct arena values; /* of their arguments */
};

/* CHECK_OK(STORE(&world, ping, &now)); at NOW, for no account */
#define STORE(world, name, ...) STORE_AS(world, NULL, NOW, name __VA_OPT__(, ) __VA_ARGS__)

/* CHECK_OK(STORE_AS(&world, id(&world, 1), after(2), grant_revoke, ...)); */
#define STORE_AS(world, account, time, name, ...)                                                  \
        store_##name(STORE_OP((world)->store, &(world)->arena, account, time) __VA_OPT__(, )       \
                             __VA_ARGS__)

/* A call of the store alone, for the length of a block. */
#define STORE_OP(kept, where, account, time)                                                       \
        ((struct op[]){store_op(&(const struct ports){.store = (kept)}, where, account, time)})
#define OP_ON(kept, where) STORE_OP(kept, where, NULL, NOW)

static inline struct op store_op(const struct ports *ports, struct arena *arena,
                                 const struct uuid *account_id, struct instant now)
{
        struct op op = {.ports = ports, .arena = arena, .now = now};

        if (account_id)
                op.account_id = *account_id;
        return op;
}

static inline struct instant after(int64_t seconds)
{
        return instant_add_seconds(NOW, seconds);
}

/* The real time, for tests that do less on slow machines. */
static inline double seconds_now(void)
{
        struct timespec now;

        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --- the store --- */

static inline void world_locate(const struct world *world, struct store_location *ret)
{
        CHECK_OK(store_locate(slice_from_string(world->url), ret));
        (void)snprintf(ret->schema, sizeof(ret->schema), "%s", world->schema);
        ret->allow_async_commit = true; /* of a test's server */
        ret->pooler = server_is_pooled() ? STORE_POOLER_TRANSACTION : STORE_POOLER_NONE;
}

static inline void world_open(struct world *world)
{
        struct store_location location;

        world_locate(world, &location);
        CHECK_OK(store_open(&location, &world->store));
        server_partition(world->url, world->schema, after(-3600).ms);
}

static inline void world_close(struct world *world)
{
        store_close(take(&world->store));
}

static inline struct world world_closed(void)
{
        struct world world = {.folder = "/tmp/grantd-store-XXXXXX",
                              .arena = ARENA_INIT(64 << 20),
                              .values = ARENA_INIT(64 << 20)};

        assert_non_null(mkdtemp(world.folder));
        (void)snprintf(world.url, sizeof(world.url), "sqlite:%s/db", world.folder);
        return world;
}

/* On SQLite, also where the tests have a server. */
static inline struct world world_in_file(void)
{
        struct world world = world_closed();

        world_open(&world);
        return world;
}

static inline struct world world_new(void)
{
        struct world world = world_closed();

        server_use(world.folder, &world.url, &world.schema);
        world_open(&world);
        return world;
}

static inline void world_end(struct world *world)
{
        static const char *const names[] = {"db", "db-wal", "db-shm", "revocations.log"};
        char path[128];

        world_close(world);
        server_clean(world->url, world->schema);
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                (void)snprintf(path, sizeof(path), "%s/%s", world->folder, names[i]);
                (void)unlink(path);
        }
        (void)rmdir(world->folder);
        arena_deinit(&world->arena);
        arena_deinit(&world->values);
}
