/* SPDX-License-Identifier: Apache-2.0
 *
 * Shares depend on the number of free slots: they shrink as more parties come, whose number need
 * not be known.
 */
#include "os/shares.h"

#include <stddef.h>

enum { PART_SHARE = 2 }; /* of a part, relative to the free slots */

struct held {
        unsigned of_party;
        unsigned of_part;
        unsigned of_rank;
        unsigned n_promised; /* the most slots there were when one of the taken ones was taken */
};

static bool is_nobody(const struct uuid *id)
{
        static const struct uuid nobody;

        return uuid_equal(id, &nobody);
}

static struct held held_with(const struct shares *shares, const struct turn *turn)
{
        struct held held = {0};
        const struct share *each;

        LIST_FOREACH(each, &shares->taken, link)
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

/* Return: whether a party that holds this much may take one more of `n_allowed`. */
static bool may_take(const struct shares *shares, const struct held *held, const struct turn *turn,
                     unsigned n_allowed)
{
        bool is_new = !held->of_party && held->n_promised > n_allowed;
        unsigned n_slots = is_new ? held->n_promised : n_allowed;
        unsigned n_free = n_slots > shares->n_taken ? n_slots - shares->n_taken : 0;

        if (!held->of_party && shares->n_parties >= n_allowed)
                return false;
        if (turn->rank == TURN_LATER && held->of_rank >= (n_allowed + 1) / 2)
                return false;
        return held->of_party < n_free && held->of_part < PART_SHARE * n_free;
}

bool shares_take(struct shares *shares, struct share *share, unsigned n_allowed)
{
        struct held held = held_with(shares, &share->turn);

        if (!may_take(shares, &held, &share->turn, n_allowed))
                return false;
        share->n_allowed = n_allowed;
        LIST_INSERT_HEAD(&shares->taken, share, link);
        shares->n_taken++;
        shares->n_parties += !held.of_party;
        return true;
}

void shares_give(struct shares *shares, struct share *share)
{
        LIST_REMOVE(share, link);
        shares->n_taken--;
        shares->n_parties -= !held_with(shares, &share->turn).of_party;
}
