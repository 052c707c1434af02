/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded number of queue slots that parties share. A party may take one as long as it holds
 * fewer than are free: a single party gets half of them, a second one half of the rest, and one is
 * always left for a party that has none.
 *
 * The number of slots may fall while some are taken. A party that has none may then still take one,
 * up to the former number, since it is served before the second entry of any other party.
 */
#pragma once

#include <stdbool.h>

#include "base/turns.h"

/* Embedded in the object that holds a slot; `turn` names the party. */
struct share {
        struct turn turn;
        unsigned n_allowed; /* when it was taken */
        LIST_ENTRY(share) link;
};

/* Guarded by the caller's lock. Zeros: no slot is taken. */
struct shares {
        LIST_HEAD(, share) taken;
        unsigned n_taken;
        unsigned n_parties; /* that hold at least one */
};

/* A part that several parties share, such as an application with many users, may hold twice as many
 * as are free. TURN_LATER gets half of all slots. Return: whether `share` got one of the slots. */
bool shares_take(struct shares *, struct share *share, unsigned n_allowed);

void shares_give(struct shares *, struct share *share);
