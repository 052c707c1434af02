/* SPDX-License-Identifier: Apache-2.0
 *
 * Each new entry gets a round: the current one, or the one after the last waiting entry of its
 * party. Lower rounds are served first, and within a round the oldest entry. So the tenth entry of
 * one party waits behind the first of every other, but never longer than its patience.
 */
#include "base/turns.h"

#include <stdbool.h>
#include <stddef.h>

void turns_init(struct turns *turns)
{
        *turns = (struct turns){0};
        TAILQ_INIT(&turns->list);
}

static bool is_same_party(const struct turn *a, const struct turn *b)
{
        return a->rank == b->rank && uuid_equal(&a->party, &b->party);
}

/* The round of its part: the party's lowest, or the one after the last of the same part. */
static uint64_t part_round(const struct turns *turns, const struct turn *turn)
{
        const struct turn *each;
        uint64_t lowest = UINT64_MAX, next = 0;

        TAILQ_FOREACH(each, &turns->list, link)
        {
                if (!is_same_party(each, turn))
                        continue;
                if (each->part_round < lowest)
                        lowest = each->part_round;
                if (uuid_equal(&each->part, &turn->part) && each->part_round >= next)
                        next = each->part_round + 1;
        }
        return lowest == UINT64_MAX || next > lowest ? next : lowest;
}

void turns_put(struct turns *turns, struct turn *turn)
{
        const struct turn *each;

        turn->round = turns->round[turn->rank];
        TAILQ_FOREACH(each, &turns->list, link)
        if (is_same_party(each, turn) && each->round >= turn->round)
                turn->round = each->round + 1;
        turn->part_round = part_round(turns, turn);
        TAILQ_INSERT_TAIL(&turns->list, turn, link);
}

static bool is_before(const struct turn *a, const struct turn *b)
{
        return a->rank != b->rank ? a->rank < b->rank : a->round < b->round;
}

/* An entry whose patience is used up is served before all later ones. */
static struct turn *party_choose(const struct turns *turns)
{
        struct turn *each, *best = NULL;

        TAILQ_FOREACH(each, &turns->list, link)
        {
                if (!best || is_before(each, best))
                        best = each;
                if (!each->patience)
                        break;
        }
        return best;
}

/* Chooses the part of the entry's party whose turn it is, and swaps the two entries. */
static struct turn *part_choose(const struct turns *turns, struct turn *chosen)
{
        struct turn *each, *best = chosen;
        uint64_t round = chosen->round;

        TAILQ_FOREACH(each, &turns->list, link)
        {
                if (is_same_party(each, chosen) && each->part_round < best->part_round)
                        best = each;
                if (!each->patience)
                        break;
        }
        chosen->round = best->round;
        best->round = round;
        return best;
}

struct turn *turns_take(struct turns *turns)
{
        struct turn *turn = party_choose(turns), *each;

        if (!turn)
                return NULL;
        turn = part_choose(turns, turn);
        for (each = TAILQ_FIRST(&turns->list); each != turn; each = TAILQ_NEXT(each, link))
                each->patience--;
        TAILQ_REMOVE(&turns->list, turn, link);
        if (turn->round > turns->round[turn->rank])
                turns->round[turn->rank] = turn->round;
        return turn;
}
