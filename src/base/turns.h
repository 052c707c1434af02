/* SPDX-License-Identifier: Apache-2.0
 *
 * A queue in which parties take turns, so that nobody waits for all that another party has put in.
 * Within a party its parts take turns too. How far anything is put back for that is bounded.
 */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

#include "base/encode.h"

enum turn_rank { TURN_FIRST, TURN_LATER, TURN_RANKS_ };

/* Embedded in what waits. The first fields are the caller's, the rest the queue's. */
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

/* Return: whose turn it is, taken out of the queue; NULL: it is empty. Takes time with the number
 * that waits, which is some hundred at most. */
struct turn *turns_take(struct turns *);
