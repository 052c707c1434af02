/* SPDX-License-Identifier: Apache-2.0
 *
 * A satellite port that returns given outcomes and records its calls.
 */
#pragma once

#include "core/ports.h"
#include "test.h"

enum { DOUBLE_CALLS = 16 };

struct satellite_double {
        enum err infos[DOUBLE_CALLS];   /* of each ProjectInfo; the last one repeats */
        enum err revokes[DOUBLE_CALLS]; /* of each RevokeAPIKey */
        size_t n_infos;                 /* calls so far */
        size_t n_revokes;
        struct slice salt;
        struct slice keys[DOUBLE_CALLS]; /* with which ProjectInfo was called */
        struct slice parent, target;     /* of the last RevokeAPIKey */
        struct arena *arena;
};

static inline enum err double_info(void *context, struct arena *arena, struct slice address,
                                   struct secret api_key, struct satellite_project *ret)
{
        struct satellite_double *satellite = context;
        size_t i = satellite->n_infos++;

        (void)address;
        CHECK(i < DOUBLE_CALLS);
        satellite->keys[i] = arena_copy(satellite->arena, secret_reveal(api_key));
        TRY(satellite->infos[i]);
        *ret = (struct satellite_project){.salt = arena_copy(arena, satellite->salt),
                                          .public_id = SLICE("0123456789abcdef")};
        return ERR_OK;
}

static inline enum err double_revoke(void *context, struct slice address, struct secret parent,
                                     struct secret target)
{
        struct satellite_double *satellite = context;

        (void)address;
        CHECK(satellite->n_revokes < DOUBLE_CALLS);
        satellite->parent = arena_copy(satellite->arena, secret_reveal(parent));
        satellite->target = arena_copy(satellite->arena, secret_reveal(target));
        return satellite->revokes[satellite->n_revokes++];
}

static inline struct satellite_port double_port(struct satellite_double *satellite,
                                                struct arena *arena)
{
        *satellite = (struct satellite_double){.salt = SLICE("a salt of 16 b.."), .arena = arena};
        return (struct satellite_port){double_info, double_revoke, satellite};
}

/* Sets the outcomes of all later calls. */
static inline void double_say(struct satellite_double *satellite, enum err infos, enum err revokes)
{
        for (size_t i = 0; i < DOUBLE_CALLS; i++) {
                satellite->infos[i] = infos;
                satellite->revokes[i] = revokes;
        }
        satellite->n_infos = satellite->n_revokes = 0;
}
