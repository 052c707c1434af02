/* SPDX-License-Identifier: Apache-2.0
 *
 * Sharing by what is free: a share shrinks as more want one, and needs no number of parties.
 */
#include "os/shares.h"

#include <stddef.h>

enum { PART_SHARE = 2 }; /* of a part, in those that are free */

struct held {
        unsigned of_party;
        unsigned of_part;
        unsigned of_rank;
        unsigned n_promised; /* the most places there were when one of those taken was */
};

static bool is_nobody(const struct uuid *id)
{
        static const struct uuid nobody;

        return uuid_equal(id, &nobody);
}

static struct held held_with(const struct shares *places, const struct turn *turn)
{
        struct held held = {0};
        const struct share *each;

        LIST_FOREACH(each, &places->taken, link)
        {
                held.of_party += uuid_equal(&each->turn.party, &turn->party);
                held.of_part +=
                        !is_nobody(&turn->part) && uuid_equal(&each->turn.part, &turn->part);
                held.of_rank += each->turn.rank == turn->rank;
                if (each->n_allowed > held.n_promised)
                        held.n_promised = each->n_allowed;
        }
        return held;
}

/* Return: whether who holds that much may have one of so many more. */
static bool may_take(const struct shares *places, const struct held *held, const struct turn *turn,
                     unsigned n_allowed)
{
        bool is_new = !held->of_party && held->n_promised > n_allowed;
        unsigned n_places = is_new ? held->n_promised : n_allowed;
        unsigned n_free = n_places > places->n_taken ? n_places - places->n_taken : 0;

        if (!held->of_party && places->n_parties >= n_allowed)
                return false;
        if (turn->rank == TURN_LATER && held->of_rank >= (n_allowed + 1) / 2)
                return false;
        return held->of_party < n_free && held->of_part < PART_SHARE * n_free;
}

bool shares_take(struct shares *places, struct share *place, unsigned n_allowed)
{
        struct held held = held_with(places, &place->turn);

        if (!may_take(places, &held, &place->turn, n_allowed))
                return false;
        place->n_allowed = n_allowed;
        LIST_INSERT_HEAD(&places->taken, place, link);
        places->n_taken++;
        places->n_parties += !held.of_party;
        return true;
}

void shares_give(struct shares *places, struct share *place)
{
        LIST_REMOVE(place, link);
        places->n_taken--;
        places->n_parties -= !held_with(places, &place->turn).of_party;
}
