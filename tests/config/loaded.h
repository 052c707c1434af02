/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading a configuration, for tests.
 */
#pragma once

#include <unistd.h>

#include "config/config.h"
#include "test.h"

/* One loading: its arena, its outcome, its problems. */
struct world {
        struct arena arena;
        struct config config;
        struct buf problems;
        enum err err;
};

static inline void world_end(struct world *world)
{
        arena_deinit(&world->arena);
        buf_deinit(&world->problems);
}

static inline struct world load(const char *path, char **flags, size_t n_flags)
{
        struct world world = {.arena = ARENA_INIT(1 << 20), .problems = BUF_INIT(1 << 16)};

        world.err = config_load(&world.arena, &(struct config_sources){path, flags, n_flags},
                                &world.config, &world.problems);
        return world;
}

static inline struct world load_flag(const char *flag)
{
        char *flags[] = {strdup(flag)};
        struct world world = load(NULL, flags, 1);

        free(flags[0]);
        return world;
}

/* A configuration file of this content, for one loading. */
static inline struct world load_file(const char *content)
{
        char path[] = "/tmp/grantd-test-XXXXXX";
        int descriptor = mkstemp(path);
        struct world world;

        assert_true(descriptor >= 0);
        assert_int_equal(write(descriptor, content, strlen(content)), strlen(content));
        (void)close(descriptor);
        world = load(path, NULL, 0);
        (void)unlink(path);
        return world;
}

static inline bool says(const struct world *world, const char *words)
{
        return world->problems.size &&
               memmem(world->problems.data, world->problems.size, words, strlen(words)) != NULL;
}
