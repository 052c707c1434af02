/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded number of queue slots that parties share. A party may take one as long as it holds
 * fewer than are free: alone it gets half of them, beside it another one half of the rest, and
 * there is always one left for whoever has none.
 *
 * How many there are may fall while some are taken. A party that has none is still let in then, up
 * to the number there were, as it is served before the second of any other.
 */
#pragma once

#include <stdbool.h>

#include "base/turns.h"

/* Embedded in what holds a slot; `turn` says whose it is. */
struct share {
        struct turn turn;
        unsigned n_allowed; /* when it was taken */
        LIST_ENTRY(share) link;
};

/* Guarded by the user's lock. Zeros: none is taken. */
struct shares {
        LIST_HEAD(, share) taken;
        unsigned n_taken;
        unsigned n_parties; /* that have one at least */
};

/* A part that several parties share, such as an application of many users, may hold twice as many
 * as are free. What is of TURN_LATER gets half of the slots in all. Return: whether `share` was
 * taken, out of so many. */
bool shares_take(struct shares *, struct share *share, unsigned n_allowed);

void shares_give(struct shares *, struct share *share);
