/* SPDX-License-Identifier: Apache-2.0
 *
 * Second factors: each code is good once, whoever else has the same ones.
 */
#include "factors.h"

/* Accounts 1 and 2, with the same secret; their recovery codes are those from 600 and from 700. */
static struct world world_with_factors(void)
{
        struct world world = world_with_client();
        struct account account = account_of(&world, 2);
        struct project project = project_of(11, 2);

        CHECK_OK(account_add(&world, &account, &project));
        factor_new(&world, 1, 600);
        factor_new(&world, 2, 700);
        return world;
}

TEST(a_factor_that_was_begun_can_be_begun_again_until_it_is_confirmed)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct totp totp;

        CHECK_ERR(STORE(&world, totp_find, id(&world, 1), &totp), ERR_NO_ROW);
        CHECK_OK(totp_begin(&world, 1, SLICE("first")));
        CHECK_OK(totp_begin(&world, 1, SEALED));
        CHECK_INT(totp_now(&world, 1).confirmed_at.ms, 0);
        CHECK_OK(totp_confirm(&world, 1, 600, 0));
        CHECK_ERR(totp_begin(&world, 1, SLICE("third")), ERR_NO_ROW);
        totp = totp_now(&world, 1);
        CHECK_TEXT(totp.sealed_secret, "a sealed secret");
        CHECK_INT(totp.confirmed_at.ms, after(5).ms);
        CHECK_INT(totp.last_step, 100);
        CHECK_INT(totp.n_recovery_codes, N_RECOVERY_CODES);
}

TEST(only_the_secret_whose_code_was_entered_is_confirmed_and_once)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_ERR(totp_confirm(&world, 1, 600, 0), ERR_NO_ROW);
        CHECK_OK(totp_begin(&world, 1, SLICE("begun meanwhile")));
        CHECK_ERR(totp_confirm(&world, 1, 600, 0), ERR_NO_ROW);
        CHECK_INT(totp_now(&world, 1).n_recovery_codes, 0);
        CHECK_OK(totp_begin(&world, 1, SEALED));
        CHECK_OK(totp_confirm(&world, 1, 600, 0));
        CHECK_ERR(totp_confirm(&world, 1, 700, 0), ERR_NO_ROW);
}

TEST(a_new_factor_ends_the_other_sessions_and_log_ins_under_way)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session late = session_of(32), session;
        struct digest tokens[] = {digest_of(30), digest_of(31)};

        session_new(&world, 30);
        session_new(&world, 31);
        CHECK_OK(totp_begin(&world, 1, SEALED));
        CHECK_OK(totp_confirm(&world, 1, 600, 31));
        CHECK_ERR(STORE(&world, session_find, &(struct session_key){tokens[0], 100}, &session),
                  ERR_NO_ROW);
        CHECK_OK(STORE(&world, session_find, &(struct session_key){tokens[1], 100}, &session));
        CHECK_ERR(session_add(&world, &late), ERR_NO_ROW);
}

TEST(a_step_is_accepted_once_and_none_before_it)
{
        struct world world CLEANUP(world_end) = world_with_factors();

        CHECK_ERR(totp_use(&world, 1, 100), ERR_NO_ROW); /* it confirmed the factor */
        CHECK_OK(totp_use(&world, 1, 102));
        CHECK_ERR(totp_use(&world, 1, 102), ERR_NO_ROW);
        CHECK_ERR(totp_use(&world, 1, 101), ERR_NO_ROW);
        CHECK_OK(totp_use(&world, 2, 101));
        CHECK_ERR(totp_use(&world, 3, 103), ERR_NO_ROW);
}

TEST(no_code_of_an_unconfirmed_factor_is_used)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_OK(totp_begin(&world, 1, SEALED));
        CHECK_ERR(totp_use(&world, 1, 100), ERR_NO_ROW);
}

TEST(a_recovery_code_is_good_once_and_for_its_account)
{
        struct world world CLEANUP(world_end) = world_with_factors();

        CHECK_ERR(recovery_code_use(&world, 1, 700), ERR_NO_ROW);
        CHECK_OK(recovery_code_use(&world, 1, 600));
        CHECK_ERR(recovery_code_use(&world, 1, 600), ERR_NO_ROW);
        CHECK_INT(totp_now(&world, 1).n_recovery_codes, N_RECOVERY_CODES - 1);
        CHECK_INT(totp_now(&world, 2).n_recovery_codes, N_RECOVERY_CODES);
}

TEST(new_recovery_codes_replace_those_that_are_left)
{
        struct world world CLEANUP(world_end) = world_with_factors();
        struct recovery_codes codes = recovery_codes_of(800);

        CHECK_OK(recovery_code_use(&world, 1, 600));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, recovery_codes_renew, &codes, &audit));
        CHECK_INT(totp_now(&world, 1).n_recovery_codes, N_RECOVERY_CODES);
        CHECK_ERR(recovery_code_use(&world, 1, 601), ERR_NO_ROW);
        CHECK_OK(recovery_code_use(&world, 1, 801));
        CHECK_OK(recovery_code_use(&world, 2, 701));
        CHECK_ERR(STORE_AS(&world, id(&world, 3), NOW, recovery_codes_renew, &codes, &audit),
                  ERR_NO_ROW);
}

TEST(a_factor_goes_with_its_recovery_codes_and_all_sessions_but_one)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest tokens[] = {digest_of(30), digest_of(31)};
        struct session session;
        struct totp totp;

        session_new(&world, 30);
        CHECK_OK(totp_begin(&world, 1, SEALED));
        CHECK_OK(totp_confirm(&world, 1, 600, 30));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, totp_delete, id(&world, 30), &audit));
        CHECK_ERR(STORE(&world, totp_find, id(&world, 1), &totp), ERR_NO_ROW);
        CHECK_ERR(recovery_code_use(&world, 1, 600), ERR_NO_ROW);
        CHECK_OK(STORE(&world, session_find, &(struct session_key){tokens[0], 100}, &session));
        CHECK_ERR(STORE_AS(&world, id(&world, 1), NOW, totp_delete, id(&world, 30), &audit),
                  ERR_NO_ROW);
}

TEST(an_account_that_is_deleted_keeps_no_factor)
{
        struct world world CLEANUP(world_end) = world_with_factors();
        struct totp totp;

        CHECK_OK(STORE_AS(&world, NULL, after(9), account_delete, id(&world, 1), &audit));
        CHECK_ERR(STORE(&world, totp_find, id(&world, 1), &totp), ERR_NO_ROW);
        CHECK_ERR(recovery_code_use(&world, 1, 600), ERR_NO_ROW);
        CHECK_INT(totp_now(&world, 2).n_recovery_codes, N_RECOVERY_CODES);
}
