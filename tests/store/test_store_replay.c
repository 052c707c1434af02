/* SPDX-License-Identifier: Apache-2.0
 *
 * A code that is presented again, and the grant that is issued after a claim.
 */
#include "claims.h"

/* --- replays --- */

TEST(a_second_attempt_within_the_grace_does_no_harm)
{
        WORLD_WITH_CODE(world, code);
        struct claim first = claim_of(&code, 7), second = claim_of(&code, 8);

        first.sealed_tail = tail;
        CHECK_OK(claim(&world, &first));
        CHECK_ERR(claim_at(&world, after(12), &second), ERR_CODE_USED);
        CHECK_INT(status_of_newest(&world), GRANT_LIVE);
}

TEST(a_replay_after_the_grace_costs_the_grant)
{
        WORLD_WITH_CODE(world, code);
        struct claim first = claim_of(&code, 7), second = claim_of(&code, 8);
        struct claim third = claim_of(&code, 9);
        struct instant late = after(12);

        late.ms++;
        first.sealed_tail = tail;
        CHECK_OK(claim(&world, &first));
        CHECK_ERR(claim_at(&world, late, &second), ERR_CODE_REPLAYED);
        CHECK_INT(status_of_newest(&world), GRANT_REVOKED);
        CHECK_ERR(claim_at(&world, after(20), &third), ERR_CODE_USED);
}

TEST(a_replay_with_a_wrong_part_does_no_harm)
{
        WORLD_WITH_CODE(world, code);
        struct claim first = claim_of(&code, 7), second = claim_of(&code, 8);
        struct claim third = claim_of(&code, 9);

        first.sealed_tail = tail;
        CHECK_OK(claim(&world, &first));
        second.redirect_uri = SLICE("https://other.example/");
        CHECK_ERR(claim_at(&world, after(30), &second), ERR_CODE_USED);
        third.challenge = SLICE("challenge");
        CHECK_ERR(claim_at(&world, after(30), &third), ERR_CODE_USED);
        CHECK_INT(status_of_newest(&world), GRANT_LIVE);
}

TEST(a_replay_while_the_winner_mints_does_no_harm)
{
        WORLD_WITH_CODE(world, code);
        struct claim first = claim_of(&code, 7), second = claim_of(&code, 8);

        CHECK_OK(claim(&world, &first));
        CHECK_ERR(claim_at(&world, after(30), &second), ERR_CODE_USED);
        CHECK_OK(issue(&world, 5007, 7, after(31)));
        CHECK_INT(status_of_newest(&world), GRANT_LIVE);
}

/* --- issued --- */

TEST(an_issued_grant_is_live_and_issuing_it_again_is_fine)
{
        WORLD_WITH_CODE(world, code);
        struct claim right = claim_of(&code, 7);

        CHECK_OK(claim(&world, &right));
        CHECK_OK(issue(&world, 5007, 7, after(3)));
        CHECK_INT(status_of_newest(&world), GRANT_LIVE);
        CHECK_OK(issue(&world, 5007, 7, after(4)));
        CHECK_INT(status_of_newest(&world), GRANT_LIVE);
}

TEST(only_the_attempt_that_claimed_issues)
{
        WORLD_WITH_CODE(world, code);
        struct claim right = claim_of(&code, 7);

        CHECK_OK(claim(&world, &right));
        CHECK_ERR(issue(&world, 5007, 8, after(3)), ERR_CODE_FAILED);
        CHECK_ERR(issue(&world, 5008, 7, after(3)), ERR_CODE_FAILED);
        CHECK_INT(status_of_newest(&world), GRANT_MINTING);
}

TEST(minting_that_took_too_long_has_failed)
{
        WORLD_WITH_CODE(world, code);
        struct claim right = claim_of(&code, 7);

        CHECK_OK(claim(&world, &right));
        CHECK_ERR(issue(&world, 5007, 7, after(2 + MINTING_LIFETIME)), ERR_CODE_FAILED);
        CHECK_OK(issue(&world, 5007, 7, (struct instant){after(2 + MINTING_LIFETIME).ms - 1}));
}
