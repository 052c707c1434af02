/* SPDX-License-Identifier: Apache-2.0
 *
 * A fair queue: parties take turns, so that one party's many entries do not delay the others.
 * Within a party its parts take turns too. The number of later entries that are served before an
 * earlier one is bounded.
 */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

#include "base/encode.h"

enum turn_rank { TURN_FIRST, TURN_LATER, TURN_RANKS_ };

/* Embedded in the waiting object. The caller sets the first fields; the rest belong to the queue.
 */
struct turn {
        struct uuid party; /* any 16 bytes */
        struct uuid part;  /* of the party */
        enum turn_rank rank;
        unsigned patience; /* how many that came later may be served before this one */
        void *job;
        uint64_t round;
        uint64_t part_round;
        TAILQ_ENTRY(turn) link;
};

TAILQ_HEAD(turn_list, turn);

struct turns {
        struct turn_list list; /* in the order in which they came */
        uint64_t round[TURN_RANKS_];
};

void turns_init(struct turns *);

void turns_put(struct turns *, struct turn *);

/* Removes and returns the next entry; NULL if the queue is empty. Linear in the number of waiting
 * entries, a few hundred at most. */
struct turn *turns_take(struct turns *);
