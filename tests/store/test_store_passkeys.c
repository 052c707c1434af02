/* SPDX-License-Identifier: Apache-2.0
 *
 * Passkeys: each is one account's, and each challenge is good once.
 */
#include "factors.h"
#include "passkeys.h"

/* Accounts 1 and 2, of which the first has passkey 10. */
static struct world world_with_passkey(void)
{
        struct world world = world_with_client();
        struct account account = account_of(&world, 2);
        struct project project = project_of(11, 2);

        CHECK_OK(account_add(&world, &account, &project));
        CHECK_OK(passkey_add(&world, 10, 1));
        return world;
}

static size_t n_passkeys(struct world *world, int64_t account)
{
        struct passkey_list passkeys;

        CHECK_OK(STORE(world, passkey_list, id(world, account), &passkeys));
        return passkeys.n;
}

TEST(a_passkey_is_found_with_the_identity_of_its_owner)
{
        struct world world CLEANUP(world_end) = world_with_passkey();
        struct passkey_owner owner;

        CHECK_OK(passkey_find(&world, 10, &owner));
        CHECK_ID(owner.passkey.id, 10);
        CHECK_ID(owner.passkey.account_id, 1);
        CHECK_TEXT(owner.passkey.name, "A key");
        CHECK_INT(owner.passkey.credential.key.algorithm, WEBAUTHN_EDDSA);
        CHECK_TEXT(owner.passkey.credential.key.bytes, "a public key");
        CHECK_INT(owner.passkey.challenged_at.ms, after(10).ms);
        CHECK_INT(owner.passkey.last_used_at.ms, 0);
        CHECK_ID(owner.identity.account.id, 1);
        CHECK_INT(owner.identity.method, LOGIN_PASSKEY);
        CHECK_ERR(passkey_find(&world, 11, &owner), ERR_NO_ROW);
}

TEST(a_credential_is_one_accounts)
{
        struct world world CLEANUP(world_end) = world_with_passkey();
        struct passkey copy = passkey_of(&world, 10, 2);
        const struct new_passkey added = {&copy, id_of(1), id_of(0)};

        copy.id = id_of(12);
        CHECK_ERR(STORE_AS(&world, id(&world, 2), NOW, passkey_insert, &added, &audit), ERR_NO_ROW);
        CHECK_INT(n_passkeys(&world, 2), 0);
}

TEST(an_account_has_so_many_passkeys_and_no_more)
{
        struct world world CLEANUP(world_end) = world_with_passkey();

        for (int64_t number = 11; number < 10 + LIMIT_PASSKEYS; number++)
                CHECK_OK(passkey_add(&world, number, 1));
        CHECK_ERR(passkey_add(&world, 30, 1), ERR_NO_ROW);
        CHECK_OK(passkey_add(&world, 30, 2));
        CHECK_INT(n_passkeys(&world, 1), LIMIT_PASSKEYS);
        CHECK_ERR(passkey_add(&world, 31, 9), ERR_NO_ROW);
}

TEST(a_challenge_adds_one_passkey_and_none_from_before_it_does)
{
        struct world world CLEANUP(world_end) = world_with_passkey();
        struct passkey other = passkey_of(&world, 12, 1);
        const struct new_passkey added = {&other, id_of(1), id_of(0)};

        other.challenged_at = after(10);
        CHECK_ERR(STORE_AS(&world, id(&world, 1), NOW, passkey_insert, &added, &audit), ERR_NO_ROW);
        other.challenged_at = after(9);
        CHECK_ERR(STORE_AS(&world, id(&world, 1), NOW, passkey_insert, &added, &audit), ERR_NO_ROW);
        other.challenged_at = after(11);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, passkey_insert, &added, &audit));
}

TEST(a_challenge_is_used_once_and_none_from_before_it)
{
        struct world world CLEANUP(world_end) = world_with_passkey();
        struct passkey_owner owner;

        CHECK_ERR(passkey_use(&world, 10, 0, 10), ERR_NO_ROW);
        CHECK_OK(passkey_use(&world, 10, 0, 12));
        CHECK_ERR(passkey_use(&world, 10, 0, 12), ERR_NO_ROW);
        CHECK_ERR(passkey_use(&world, 10, 0, 11), ERR_NO_ROW);
        CHECK_OK(passkey_use(&world, 10, 0, 13));
        CHECK_ERR(passkey_use(&world, 11, 0, 14), ERR_NO_ROW);
        CHECK_OK(passkey_find(&world, 10, &owner));
        CHECK_INT(owner.passkey.challenged_at.ms, after(13).ms);
        CHECK_INT(owner.passkey.last_used_at.ms, NOW.ms);
}

TEST(a_counter_only_grows)
{
        struct world world CLEANUP(world_end) = world_with_passkey();

        CHECK_OK(passkey_use(&world, 10, 7, 12));
        CHECK_ERR(passkey_use(&world, 10, 7, 13), ERR_NO_ROW);
        CHECK_ERR(passkey_use(&world, 10, 0, 13), ERR_NO_ROW);
        CHECK_OK(passkey_use(&world, 10, 8, 13));
}

TEST(a_passkey_is_renamed_and_removed_by_its_account_alone)
{
        struct world world CLEANUP(world_end) = world_with_passkey();
        const struct passkey_name name = {id_of(10), SLICE("The blue one")};
        struct passkey_owner owner;

        CHECK_ERR(STORE_AS(&world, id(&world, 2), NOW, passkey_rename, &name, &audit), ERR_NO_ROW);
        CHECK_ERR(passkey_remove(&world, 10, 2), ERR_NO_ROW);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, passkey_rename, &name, &audit));
        CHECK_OK(passkey_find(&world, 10, &owner));
        CHECK_TEXT(owner.passkey.name, "The blue one");
        CHECK_OK(passkey_remove(&world, 10, 1));
        CHECK_ERR(passkey_find(&world, 10, &owner), ERR_NO_ROW);
}

TEST(what_is_under_way_when_passkeys_change_begins_no_session)
{
        struct world world CLEANUP(world_end) = world_with_passkey();
        struct session session = session_of(30);
        struct passkey_owner owner;

        CHECK_OK(passkey_find(&world, 10, &owner));
        CHECK_OK(passkey_add(&world, 11, 1));
        CHECK_ERR(STORE(&world, session_insert, &(struct new_session){&session, &owner.identity},
                        &audit),
                  ERR_NO_ROW);
        CHECK_OK(passkey_find(&world, 10, &owner));
        CHECK_OK(STORE(&world, session_insert, &(struct new_session){&session, &owner.identity},
                       &audit));
        CHECK_OK(passkey_remove(&world, 11, 1));
        CHECK_ERR(STORE(&world, session_find, &(struct session_key){session.token, 100}, &session),
                  ERR_NO_ROW);
}

TEST(all_factors_of_an_account_are_removed_at_once)
{
        struct world world CLEANUP(world_end) = world_with_passkey();
        struct totp totp;

        CHECK_OK(passkey_add(&world, 11, 1));
        CHECK_OK(passkey_add(&world, 12, 2));
        factor_new(&world, 1, 600);
        CHECK_OK(STORE(&world, factors_delete, id(&world, 1), &audit));
        CHECK_INT(n_passkeys(&world, 1), 0);
        CHECK_INT(n_passkeys(&world, 2), 1);
        CHECK_ERR(STORE(&world, totp_find, id(&world, 1), &totp), ERR_NO_ROW);
        CHECK_ERR(recovery_code_use(&world, 1, 600), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, factors_delete, id(&world, 1), &audit), ERR_NO_ROW);
        factor_new(&world, 1, 700);
        CHECK_OK(STORE(&world, factors_delete, id(&world, 1), &audit));
}

TEST(an_account_that_is_deleted_keeps_no_passkey)
{
        struct world world CLEANUP(world_end) = world_with_passkey();
        struct passkey_owner owner;

        CHECK_OK(STORE_AS(&world, NULL, after(9), account_delete, id(&world, 1), &audit));
        CHECK_ERR(passkey_find(&world, 10, &owner), ERR_NO_ROW);
        CHECK_INT(n_passkeys(&world, 1), 0);
}
