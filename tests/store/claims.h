/* SPDX-License-Identifier: Apache-2.0
 *
 * Shared by tests of claims.
 */
#pragma once

#include "fixture.h"

/* For the length of a test: a world with a client, and a code that nobody has claimed. */
#define WORLD_WITH_CODE(world, code)                                                               \
        struct world world CLEANUP(world_end) = world_with_client();                               \
        struct request code = code_new(&(world), 30)

static inline enum err claim_at(struct world *world, struct instant now, const struct claim *claim)
{
        struct grant grant;

        return CLAIM_AT(world, now, claim, &grant);
}

static inline enum err claim(struct world *world, const struct claim *claim)
{
        return claim_at(world, after(2), claim);
}

static inline enum grant_status status_of_newest(struct world *world)
{
        struct grant_list grants = grants_now(world, 1);

        CHECK_INT(grants.n, 1);
        return grants.items[0].status;
}

static inline size_t n_grants(struct world *world)
{
        return grants_now(world, 100).n;
}

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};
