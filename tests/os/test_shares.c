/* SPDX-License-Identifier: Apache-2.0
 *
 * Sharing a bounded number of queue slots.
 */
#include "os/shares.h"

#include "test.h"

enum { N_SLOTS = 16, N_MOST = 64 };

static struct shares shares;
static struct share taken[N_MOST];
static unsigned n_taken;

static bool take_one(uint8_t party, uint8_t part, enum turn_rank rank)
{
        struct share *share = &taken[n_taken];

        *share = (struct share){.turn = {.party = {{party}}, .part = {{part}}, .rank = rank}};
        n_taken += shares_take(&shares, share, N_SLOTS);
        return shares.n_taken == n_taken && share->link.le_prev;
}

/* As many as it gets. */
static unsigned take_all(uint8_t party, uint8_t part, enum turn_rank rank)
{
        unsigned n = 0;

        while (n < N_MOST / 2 && take_one(party, part, rank))
                n++;
        return n;
}

static void begin(void)
{
        shares = (struct shares){0};
        n_taken = 0;
}

TEST(a_party_gets_half_the_next_a_quarter_and_there_is_one_left_for_a_newcomer)
{
        begin();
        CHECK_INT(take_all(1, 0, TURN_FIRST), 8);
        CHECK_INT(take_all(2, 0, TURN_FIRST), 4);
        CHECK_INT(take_all(3, 0, TURN_FIRST), 2);
        CHECK_INT(take_all(4, 0, TURN_FIRST), 1);
        CHECK_INT(take_all(5, 0, TURN_FIRST), 1);
        CHECK_INT(take_all(6, 0, TURN_FIRST), 0);
}

TEST(a_share_given_back_is_there_for_others)
{
        begin();
        CHECK_INT(take_all(1, 0, TURN_FIRST), 8);
        CHECK(!take_one(1, 0, TURN_FIRST));
        shares_give(&shares, &taken[--n_taken]);
        CHECK_INT(take_all(2, 0, TURN_FIRST), 5);
        CHECK(!take_one(1, 0, TURN_FIRST));
}

TEST(a_part_of_many_parties_gets_two_thirds)
{
        unsigned n = 0;

        begin();
        while (n < N_MOST / 2 && take_one((uint8_t)(n + 1), 9, TURN_FIRST))
                n++;
        CHECK_INT(n, 11);
        CHECK(take_one(100, 8, TURN_FIRST));
        CHECK(take_one(101, 0, TURN_FIRST));
}

TEST(no_part_is_nobodys_share)
{
        begin();
        for (uint8_t i = 1; i <= N_SLOTS; i++)
                CHECK(take_one(i, 0, TURN_FIRST));
        CHECK(!take_one(N_SLOTS + 1, 0, TURN_FIRST));
}

TEST(what_comes_later_gets_half_of_all)
{
        unsigned n = 0;

        begin();
        while (n < N_MOST / 2 && take_one((uint8_t)(n + 1), 0, TURN_LATER))
                n++;
        CHECK_INT(n, N_SLOTS / 2);
        for (uint8_t i = 100; i < 100 + N_SLOTS / 2; i++)
                CHECK(take_one(i, 0, TURN_FIRST));
}

TEST(once_there_are_fewer_a_newcomer_still_gets_one_and_nobody_else_does)
{
        enum { FEWER = 3 };
        struct share more = {.turn = {.party = {{1}}}}, other = {.turn = {.party = {{2}}}},
                     third = {.turn = {.party = {{3}}}}, fourth = {.turn = {.party = {{4}}}};

        begin();
        CHECK_INT(take_all(1, 0, TURN_FIRST), 8);
        CHECK(!shares_take(&shares, &more, FEWER));
        CHECK(shares_take(&shares, &other, FEWER));
        CHECK(shares_take(&shares, &third, FEWER));
        CHECK(!shares_take(&shares, &fourth, FEWER)); /* nor could it be served in time */
        shares_give(&shares, &third);
        CHECK(shares_take(&shares, &fourth, FEWER));
        shares_give(&shares, &other);
        shares_give(&shares, &fourth);
        while (n_taken)
                shares_give(&shares, &taken[--n_taken]);
        CHECK_INT(shares.n_parties, 0);
}

TEST(without_any_share_nobody_gets_one)
{
        struct share share = {0};

        begin();
        CHECK(!shares_take(&shares, &share, 0));
}
