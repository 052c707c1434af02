/* SPDX-License-Identifier: Apache-2.0
 *
 * A copy of the database is restored: access that was ended after it was made is ended again, and
 * nothing more.
 */
#include "copies.h"
#include "factors.h"
#include "passkeys.h"

/* Restores the copy twice: the second time there is nothing to do. */
static void restore_expecting(struct world *world, enum log_kind kind)
{
        struct recovered recovered = copy_put_back(world);

        check_done(&recovered, kind, 1);
        CHECK_OK(STORE(world, recover, &audit, &recovered));
        check_done(&recovered, kind, 0);
}

TEST(a_grant_is_revoked_again)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct grant grant;

        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), grant_revoke, id(&world, 5030), &audit,
                          &grant));
        restore_expecting(&world, LOG_grant);
        CHECK_OK(STORE(&world, grants_find, &(struct grant_ids){id(&world, 5030), 1}, &grant));
        CHECK_INT(grant.status, GRANT_REVOKED);
}

TEST(all_access_of_a_client_is_revoked_again)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct grant_list grants;
        struct grant grant;

        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), access_revoke, id(&world, 20), &audit,
                          &grants));
        restore_expecting(&world, LOG_grant);
        CHECK_OK(STORE(&world, grants_find, &(struct grant_ids){id(&world, 5030), 1}, &grant));
        CHECK_INT(grant.status, GRANT_REVOKED);
}

TEST(a_client_is_deleted_again)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct client client;

        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), client_delete, id(&world, 20), &audit));
        restore_expecting(&world, LOG_client);
        CHECK_ERR(STORE(&world, client_find, id(&world, 1020), &client), ERR_NO_ROW);
}

TEST(a_client_is_switched_off_again)
{
        struct world world CLEANUP(world_end) = world_with_copy();

        CHECK_OK(
                STORE_AS(&world, id(&world, 1), NOW, client_set_status,
                         &(struct client_status_change){.id = id_of(20), .status = CLIENT_DISABLED},
                         &audit));
        restore_expecting(&world, LOG_client_off);
        CHECK_INT(client_now(&world).status, CLIENT_DISABLED);
}

TEST(what_an_operator_switched_off_its_developer_cannot_switch_on)
{
        struct world world CLEANUP(world_end) = world_with_copy();

        CHECK_OK(STORE(&world, client_set_status,
                       &(struct client_status_change){
                               .id = id_of(20), .status = CLIENT_BLOCKED, .by_operator = true},
                       &audit));
        restore_expecting(&world, LOG_client_blocked);
        CHECK_INT(client_now(&world).status, CLIENT_BLOCKED);
}

TEST(a_client_that_was_switched_on_again_stays_on)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct recovered recovered;

        CHECK_OK(
                STORE_AS(&world, id(&world, 1), NOW, client_set_status,
                         &(struct client_status_change){.id = id_of(20), .status = CLIENT_DISABLED},
                         &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_set_status,
                          &(struct client_status_change){.id = id_of(20), .status = CLIENT_ACTIVE},
                          &audit));
        recovered = copy_put_back(&world);
        check_done(&recovered, LOG_client_off, 0);
        CHECK_INT(client_now(&world).status, CLIENT_ACTIVE);
}

TEST(a_client_whose_settings_were_narrowed_is_switched_off)
{
        static const bool yes = true, no = false;
        static const int64_t shorter = 60;
        static const enum application_type native = APPLICATION_NATIVE;
        struct slice uri = SLICE("https://other.example.com/cb");
        const struct client_change changes[] = {
                {.id = id_of(20), .redirect_uris = {.items = &uri, .n = 1}},
                {.id = id_of(20), .scopes = SLICE("list")},
                {.id = id_of(20), .optional_scopes = SLICE("write")},
                {.id = id_of(20), .require_pkce = &yes},
                {.id = id_of(20), .secret_max_lifetime = &shorter},
                {.id = id_of(20), .legacy_redirect = &no},
                {.id = id_of(20), .type = &native},
                {.id = id_of(20), .require_pushed = &yes},
                {.id = id_of(20), .jwks = SLICE("{\"keys\":[]}")},
        };

        for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
                struct world world CLEANUP(world_end) = world_with_all();
                struct client_change legacy = {
                        .id = id_of(20), .legacy_redirect = &yes, .jwks = SLICE("{}")};

                CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_update, &legacy, &audit));
                copy_make(&world);
                CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_update, &changes[i], &audit));
                restore_expecting(&world, LOG_client_narrowed);
                CHECK_INT(client_now(&world).status, CLIENT_DISABLED);
        }
}

TEST(a_client_that_was_only_renamed_or_widened_stays_on)
{
        static const bool no = false;
        struct world world CLEANUP(world_end) = world_with_copy();
        struct slice uris[] = {SLICE("https://app.example.com/cb"), SLICE("https://b.example/cb")};
        struct client_change change = {.id = id_of(20),
                                       .name = SLICE("Another"),
                                       .scopes = SLICE("list read"),
                                       .redirect_uris = {.items = uris, .n = 2},
                                       .require_pkce = &no};
        struct recovered recovered;

        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_update, &change, &audit));
        recovered = copy_put_back(&world);
        check_done(&recovered, LOG_client_narrowed, 0);
        CHECK_INT(client_now(&world).status, CLIENT_ACTIVE);
}

TEST(a_rotated_secret_ends_again)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct client_secret_row fresh = {
                .id = id_of(2021), .sealed = SLICE("sealed"), .created_at = after(5)};

        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_secret_add,
                          &(struct new_client_secret){id_of(20), fresh, after(9)}, &audit));
        restore_expecting(&world, LOG_secret);
        CHECK_INT(client_now(&world).n_secrets, 0);
}

/* The third rotation of an overlap drops the first secret at once. */
TEST(a_secret_that_was_dropped_before_its_end_ends_at_once)
{
        struct world world CLEANUP(world_end) = world_with_copy();

        for (int64_t i = 0; i < 2; i++) {
                struct client_secret_row fresh = {.id = id_of(2021 + i),
                                                  .sealed = SLICE("sealed"),
                                                  .created_at = after(5 + i)};

                CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_secret_add,
                                  &(struct new_client_secret){id_of(20), fresh, after(5000)},
                                  &audit));
        }
        (void)copy_put_back(&world);
        CHECK_INT(client_now(&world).n_secrets, 0);
}

TEST(a_service_token_is_revoked_again)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct digest digest = digest_of(50);
        struct service_token token;

        CHECK_OK(STORE(&world, token_delete, id(&world, 50), &audit));
        restore_expecting(&world, LOG_token);
        CHECK_ERR(STORE(&world, token_find, &digest, &token), ERR_NO_ROW);
}

TEST(a_project_is_deleted_again)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct project project;

        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), project_delete, id(&world, 10), &audit));
        restore_expecting(&world, LOG_project);
        CHECK_ERR(STORE(&world, project_get, id(&world, 10), &project), ERR_NO_ROW);
}

TEST(a_disabled_account_is_disabled_and_nothing_of_it_is_wiped)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct account account;

        CHECK_OK(STORE_AS(&world, NULL, after(9), account_disable, id(&world, 1), &audit));
        restore_expecting(&world, LOG_account_disabled);
        CHECK_OK(STORE(&world, account_find, &SLICE("user1@example.com"), &account));
        CHECK_INT(account.disabled_at.ms, after(9).ms);
        CHECK_TEXT(account.full_name, "A User");
        CHECK_TEXT(client_now(&world).name, "Client");
}

TEST(an_account_that_was_enabled_again_stays_so)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct recovered recovered;
        struct account account;

        CHECK_OK(STORE_AS(&world, NULL, after(9), account_disable, id(&world, 1), &audit));
        CHECK_OK(STORE_AS(&world, NULL, after(99), account_enable, id(&world, 1), &audit));
        recovered = copy_put_back(&world);
        check_done(&recovered, LOG_account_disabled, 0);
        CHECK_OK(STORE(&world, account_find, &SLICE("user1@example.com"), &account));
        CHECK_INT(account.disabled_at.ms, 0);
}

/* Disabled afterwards: what ends one of the two says nothing of the other. */
TEST(a_role_that_was_taken_away_is_taken_away_again)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account_roles developer = {id_of(1), ACCOUNT_DEVELOPER}, none = {id_of(1), 0};
        struct recovered recovered;
        struct account account;

        CHECK_OK(STORE(&world, account_set_roles, &developer, &audit));
        copy_make(&world);
        CHECK_OK(STORE_AS(&world, NULL, after(9), account_set_roles, &none, &audit));
        CHECK_OK(STORE_AS(&world, NULL, after(10), account_disable, id(&world, 1), &audit));
        recovered = copy_put_back(&world);
        CHECK_INT(recovered.n_done[LOG_developer_off], 1);
        CHECK_INT(recovered.n_done[LOG_account_disabled], 1);
        CHECK_OK(STORE(&world, account_by_id, id(&world, 1), &account));
        CHECK_INT(account.roles, 0);
}

TEST(each_role_is_taken_away_again_by_itself)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account_roles both = {id_of(1), ACCOUNT_DEVELOPER | ACCOUNT_OPERATOR};
        struct account_roles developer = {id_of(1), ACCOUNT_DEVELOPER};
        struct recovered recovered;
        struct account account;

        CHECK_OK(STORE(&world, account_set_roles, &both, &audit));
        copy_make(&world);
        CHECK_OK(STORE_AS(&world, NULL, after(9), account_set_roles, &developer, &audit));
        recovered = copy_put_back(&world);
        CHECK_INT(recovered.n_done[LOG_operator_off], 1);
        CHECK_INT(recovered.n_done[LOG_developer_off], 0);
        CHECK_OK(STORE(&world, account_by_id, id(&world, 1), &account));
        CHECK_INT(account.roles, ACCOUNT_DEVELOPER);
}

TEST(a_role_that_was_given_again_stays)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account_roles developer = {id_of(1), ACCOUNT_DEVELOPER}, none = {id_of(1), 0};
        struct recovered recovered;
        struct account account;

        CHECK_OK(STORE(&world, account_set_roles, &developer, &audit));
        copy_make(&world);
        CHECK_OK(STORE_AS(&world, NULL, after(9), account_set_roles, &none, &audit));
        CHECK_OK(STORE_AS(&world, NULL, after(10), account_set_roles, &developer, &audit));
        recovered = copy_put_back(&world);
        check_done(&recovered, LOG_developer_off, 0);
        CHECK_OK(STORE(&world, account_by_id, id(&world, 1), &account));
        CHECK_INT(account.roles, ACCOUNT_DEVELOPER);
}

TEST(a_deleted_account_is_deleted_again)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct account account;

        CHECK_OK(STORE_AS(&world, NULL, after(9), account_delete, id(&world, 1), &audit));
        restore_expecting(&world, LOG_account_deleted);
        CHECK_ERR(STORE(&world, account_find, &SLICE("user1@example.com"), &account), ERR_NO_ROW);
        CHECK_TEXT(client_now(&world).name, "");
}

TEST(a_password_that_was_changed_is_locked_and_its_account_named)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        const struct slice another = SLICE("$argon2id$another");
        struct recovered recovered;

        CHECK_OK(password_set(&world, 2, another));
        recovered = copy_put_back(&world);
        check_done(&recovered, LOG_password, 1);
        CHECK_INT(recovered.locked_accounts.n, 1);
        CHECK_TEXT(recovered.locked_accounts.items[0], "user2@example.com");
        CHECK_TEXT(identity_now(&world, 2).secret, "");
        CHECK_OK(password_set(&world, 2, another));
        CHECK_OK(STORE(&world, recover, &audit, &recovered));
        check_done(&recovered, LOG_password, 0);
        CHECK_TEXT(identity_now(&world, 2).secret, "$argon2id$another");
}

TEST(an_account_whose_factor_the_copy_does_not_know_is_locked)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct recovered recovered;

        factor_new(&world, 2, 600);
        recovered = copy_put_back(&world);
        check_done(&recovered, LOG_factor, 1);
        CHECK_INT(recovered.locked_accounts.n, 1);
        CHECK_TEXT(recovered.locked_accounts.items[0], "user2@example.com");
        CHECK_TEXT(identity_now(&world, 2).secret, "");
}

TEST(recovery_codes_that_were_used_or_replaced_are_used_up_again)
{
        struct world world CLEANUP(world_end) = world_with_all();
        struct recovery_codes codes = recovery_codes_of(800);
        struct recovered recovered;

        factor_new(&world, 1, 600);
        factor_new(&world, 2, 700);
        copy_make(&world);
        CHECK_OK(recovery_code_use(&world, 1, 600));
        CHECK_OK(STORE_AS(&world, id(&world, 2), NOW, recovery_codes_renew, &codes, &audit));
        recovered = copy_put_back(&world);
        check_done(&recovered, LOG_recovery_code, 1 + N_RECOVERY_CODES);
        CHECK_INT(totp_now(&world, 1).n_recovery_codes, N_RECOVERY_CODES - 1);
        CHECK_INT(totp_now(&world, 2).n_recovery_codes, 0);
}

TEST(passkeys_that_were_removed_are_removed_again)
{
        struct world world CLEANUP(world_end) = world_with_all();
        struct recovered recovered;
        struct passkey_owner owner;

        CHECK_OK(passkey_add(&world, 810, 1));
        CHECK_OK(passkey_add(&world, 811, 1));
        CHECK_OK(passkey_add(&world, 812, 2));
        copy_make(&world);
        CHECK_OK(passkey_remove(&world, 810, 1));
        CHECK_OK(STORE(&world, factors_delete, id(&world, 2), &audit));
        recovered = copy_put_back(&world);
        check_done(&recovered, LOG_passkey, 2);
        CHECK_ERR(passkey_find(&world, 810, &owner), ERR_NO_ROW);
        CHECK_OK(passkey_find(&world, 811, &owner));
        CHECK_ERR(passkey_find(&world, 812, &owner), ERR_NO_ROW);
}

/* --- nothing more --- */

TEST(what_the_copy_knows_is_not_done_again)
{
        struct world world CLEANUP(world_end) = world_with_all();
        const struct slice another = SLICE("$argon2id$another");
        struct recovered recovered;

        CHECK_OK(password_set(&world, 2, another));
        CHECK_OK(
                STORE_AS(&world, id(&world, 1), NOW, client_set_status,
                         &(struct client_status_change){.id = id_of(20), .status = CLIENT_DISABLED},
                         &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_set_status,
                          &(struct client_status_change){.id = id_of(20), .status = CLIENT_ACTIVE},
                          &audit));
        copy_make(&world);
        recovered = copy_put_back(&world);
        check_done(&recovered, LOG_password, 0);
        CHECK_TEXT(identity_now(&world, 2).secret, "$argon2id$another");
        CHECK_INT(client_now(&world).status, CLIENT_ACTIVE);
}

TEST(a_copy_that_was_served_before_is_told_all_the_same)
{
        struct world world CLEANUP(world_end) = world_with_copy();
        struct digest digest = digest_of(50);
        struct service_token token;
        struct recovered recovered;
        struct grant grant;
        char copy[128], path[128];

        CHECK_OK(STORE(&world, token_delete, id(&world, 50), &audit));
        world_close(&world);
        CHECK_INT(rename(path_of(&world, "copy", &copy), path_of(&world, "db", &path)), 0);
        world_open(&world);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), grant_revoke, id(&world, 5030), &audit,
                          &grant));
        CHECK_OK(STORE(&world, recover, &audit, &recovered));
        check_done(&recovered, LOG_token, 1);
        CHECK_ERR(STORE(&world, token_find, &digest, &token), ERR_NO_ROW);
}
