/* SPDX-License-Identifier: Apache-2.0
 *
 * Shared by the processes of the hammer and its judge: requests and outcomes, and what is derived
 * from the seed of a transaction.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"

enum { PLACES = 1 << 17 /* transactions in the life of a database */ };

enum outcome { OUTCOME_NONE, OUTCOME_ASKED, OUTCOME_DONE, OUTCOME_REFUSED, OUTCOME_ROLLED_BACK };

struct asked {
        uint64_t seed;
        _Atomic int64_t version; /* the value of the counter in its transaction */
        _Atomic uint32_t outcome;
};

struct hammer {
        char url[256];
        _Atomic uint32_t n_places;
        _Atomic bool stops;
        struct asked places[PLACES];
};

/* Whether it puts its version on all stamped pages, where they are, instead of inserting rows. */
bool hammer_is_stamping(uint64_t seed);

/* How many rows it inserts, and the value of each, in the arena. */
uint64_t hammer_n_rows(uint64_t seed);
struct slice hammer_value(struct arena *arena, uint64_t seed, uint64_t row);
