/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims that come together. Where the database lets claims overlap they go as one set, and what it
 * does not decide goes alone afterwards; elsewhere each goes alone. The outcomes are the same.
 */
#pragma once

#include "claims.h"
#include "snapshot.h"
#include "store/claim_set.h"

enum { MOST = 32 };

struct together {
        struct world *world;
        struct store_location location;
        struct sql_connection *connection;
        struct claim claims[MOST];
        size_t n;
        struct grant grants[MOST];
        enum err outcomes[MOST];
        size_t n_in_set; /* claimed by the set */
};

static inline void together_end(struct together *together)
{
        together->location.driver->close(together->connection);
}

#define TOGETHER(name, world_)                                                                     \
        struct together name CLEANUP(together_end) = {.world = &(world_)};                         \
        world_locate(&(world_), &(name).location)

static inline bool overlaps(const struct together *together)
{
        return together->location.driver->run_overlapping;
}

static inline struct claim *add(struct together *together, const struct request *code,
                                int64_t attempt)
{
        struct claim *claim = &together->claims[together->n++];

        *claim = claim_of(code, attempt);
        claim->sealed_tail = tail;
        return claim;
}

/* As a set, where there is such a thing; otherwise nothing is decided yet. */
static inline void set_run(struct together *together)
{
        const struct sql_driver *driver = together->location.driver;
        struct op *op = STORE_OP(together->world->store, &together->world->arena, NULL, after(2));
        struct sql_work works[MOST];
        const struct sql_work *pointers[MOST];

        for (size_t i = 0; i < together->n; i++) {
                works[i] = (struct sql_work){.op = op,
                                             .in = &together->claims[i],
                                             .ret = &together->grants[i],
                                             .audit = &audit};
                pointers[i] = &works[i];
                together->outcomes[i] = ERR_NO_ROW;
        }
        together->n_in_set = 0;
        if (!overlaps(together))
                return;
        if (!together->connection &&
            driver->open(&together->location, false, &together->connection) != ERR_OK)
                return;
        claim_set_run(driver, together->connection, pointers, together->n, together->outcomes);
        for (size_t i = 0; i < together->n; i++)
                together->n_in_set += together->outcomes[i] == ERR_OK;
}

/* All, each with its outcome. `n_in_set`: so many need nothing but the set. */
static inline void run(struct together *together, size_t n_in_set)
{
        set_run(together);
        if (overlaps(together))
                CHECK_INT(together->n_in_set, n_in_set);
        for (size_t i = 0; i < together->n; i++)
                if (together->outcomes[i] == ERR_NO_ROW)
                        together->outcomes[i] =
                                CLAIM(together->world, &together->claims[i], &together->grants[i]);
}

static inline int64_t n_audits(struct together *together)
{
        return snapshot_number(together->world, "SELECT COUNT(*) FROM audit");
}
