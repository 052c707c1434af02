/* SPDX-License-Identifier: Apache-2.0
 *
 * A store, its copy, and restoring that: shared by tests of recovery.
 */
#pragma once

#include "fixture.h"

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

/* --- a world, its copy, and what happens in between --- */

static inline const char *path_of(const struct world *world, const char *name, char (*room)[128])
{
        (void)snprintf(*room, sizeof(*room), "%s/%s", world->folder, name);
        return *room;
}

static inline void copy_make(struct world *world)
{
        char path[128];

        CHECK_OK(store_copy(world->store, path_of(world, "copy", &path)));
}

static inline struct recovered copy_put_back(struct world *world)
{
        struct recovered recovered;
        char copy[128], path[128];

        world_close(world);
        (void)unlink(path_of(world, "db-wal", &path));
        (void)unlink(path_of(world, "db-shm", &path));
        CHECK_INT(rename(path_of(world, "copy", &copy), path_of(world, "db", &path)), 0);
        world_open(world);
        CHECK_OK(STORE(world, recover, &audit, &recovered));
        return recovered;
}

/* A client with a grant, a second account with a password, a service token. */
static inline struct world world_with_all(void)
{
        struct world world = world_with_client();
        struct account other = account_of(&world, 2);
        struct project project = project_of(11, 2);
        struct request code = code_new(&world, 30);
        struct claim claim = claim_of(&code, 30);
        struct service_token token = {.id = id_of(50),
                                      .name = SLICE("gateway"),
                                      .roles = TOKEN_CHECK,
                                      .token = digest_of(50),
                                      .created_at = NOW};
        struct grant grant;

        claim.sealed_tail = tail;
        CHECK_OK(account_add(&world, &other, &project));
        CHECK_OK(CLAIM(&world, &claim, &grant));
        CHECK_OK(STORE(&world, token_insert, &token, &audit));
        return world;
}

/* The same, copied. */
static inline struct world world_with_copy(void)
{
        struct world world = world_with_all();

        copy_make(&world);
        return world;
}

static inline void check_done(const struct recovered *recovered, enum log_kind kind, int64_t n)
{
        CHECK(recovered_is_whole(recovered));
        for (size_t i = 0; i < LOG_KINDS; i++)
                CHECK_INT(recovered->n_done[i], i == (size_t)kind ? n : 0);
}

static inline struct client client_now(struct world *world)
{
        struct client client;

        CHECK_OK(STORE_AS(world, id(world, 1), after(20), client_get, id(world, 20), &client));
        return client;
}
