/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts.
 */
#include "snapshot.h"

TEST(an_account_is_found_by_its_email)
{
        struct world world CLEANUP(world_end) = world_new();
        struct account account = account_of(&world, 1), found;
        struct project project = project_of(10, 1);

        CHECK_OK(account_add(&world, &account, &project));
        CHECK_OK(STORE(&world, account_find, &SLICE("user1@example.com"), &found));
        CHECK_ID(found.id, 1);
        CHECK_TEXT(found.full_name, "A User");
        CHECK_TEXT(identity_now(&world, 1).secret, "$argon2id$...");
        CHECK_INT(found.created_at.ms, NOW.ms);
}

TEST(an_unknown_email_is_no_row)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account found;

        CHECK_ERR(STORE(&world, account_find, &SLICE("user2@example.com"), &found), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, account_find, &SLICE(""), &found), ERR_NO_ROW);
}

TEST(an_account_comes_with_its_project)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project project;

        CHECK_OK(STORE(&world, project_get, id(&world, 10), &project));
        CHECK_ID(project.account_id, 1);
}

TEST(an_email_is_taken_once_and_nothing_of_the_second_stays)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account account = account_of(&world, 2), found;
        struct project project = project_of(11, 2);

        account.email = SLICE("user1@example.com");
        CHECK_ERR(account_add(&world, &account, &project), ERR_EMAIL_TAKEN);
        CHECK_ERR(STORE(&world, project_get, id(&world, 11), &project), ERR_NO_ROW);
        CHECK_OK(STORE(&world, account_find, &SLICE("user1@example.com"), &found));
        CHECK_ID(found.id, 1);
}

TEST(a_refused_account_is_audited)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account account = account_of(&world, 1);
        struct project project = project_of(11, 1);

        CHECK_INT(audit_take(&world), 2);
        CHECK_ERR(account_add(&world, &account, &project), ERR_EMAIL_TAKEN);
        CHECK_INT(audit_take(&world), 1);
}

TEST(accounts_are_listed_by_their_ids_from_one_on)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account second = account_of(&world, 2);
        struct account_list accounts;
        struct project project = project_of(11, 2);
        struct uuid none = {0};

        CHECK_OK(account_add(&world, &second, &project));
        CHECK_OK(STORE(&world, account_list, &none, &accounts));
        CHECK_INT(accounts.n, 2);
        CHECK_ID(accounts.items[0].id, 1);
        CHECK_TEXT(accounts.items[1].email, "user2@example.com");
        CHECK(!accounts.items[1].disabled_at.ms);
        CHECK_OK(STORE(&world, account_list, id(&world, 1), &accounts));
        CHECK_INT(accounts.n, 1);
        CHECK_ID(accounts.items[0].id, 2);
}

TEST(an_account_gets_another_way_to_log_in_once)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct identity identity = {
                .id = id_of(91), .account = account_of(&world, 1), .method = LOGIN_PROXY};
        const struct identity_key key = {SLICE("user1@example.com"), LOGIN_PROXY};
        struct identity found;

        CHECK_ERR(STORE(&world, identity_find, &key, &found), ERR_NO_ROW);
        CHECK_OK(STORE(&world, identity_insert, &identity, &audit));
        identity.id = id_of(92);
        CHECK_OK(STORE(&world, identity_insert, &identity, &audit));
        CHECK_OK(STORE(&world, identity_find, &key, &found));
        CHECK_ID(found.id, 91);
        CHECK_ID(found.account.id, 1);
        CHECK(!found.secret.size);
        identity.account = account_of(&world, 2);
        CHECK_ERR(STORE(&world, identity_insert, &identity, &audit), ERR_NO_ROW);
        CHECK_OK(STORE(&world, account_delete, id(&world, 1), &audit));
        CHECK_ERR(STORE(&world, identity_find, &key, &found), ERR_NO_ROW);
        identity.account = account_of(&world, 1);
        CHECK_ERR(STORE(&world, identity_insert, &identity, &audit), ERR_NO_ROW);
}

TEST(a_provider_s_person_is_found_by_their_subject)
{
        struct world world CLEANUP(world_end) = world_with_client();
        const struct slice ada = SLICE("https://a.example ada"),
                           eve = SLICE("https://b.example eve");
        struct identity identity = {
                .id = id_of(91),
                .account = account_of(&world, 1),
                .method = LOGIN_OPENID,
                .subject = ada,
        };
        struct identity found;

        CHECK_ERR(STORE(&world, identity_of_subject, &ada, &found), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, identity_of_subject, &SLICE(""), &found), ERR_NO_ROW);
        CHECK_OK(STORE(&world, identity_insert, &identity, &audit));
        identity.id = id_of(92);
        identity.subject = eve; /* one account, people of two providers */
        CHECK_OK(STORE(&world, identity_insert, &identity, &audit));
        CHECK_OK(STORE(&world, identity_of_subject, &ada, &found));
        CHECK_ID(found.id, 91);
        CHECK_ID(found.account.id, 1);
        CHECK_INT(found.method, LOGIN_OPENID);
        CHECK_OK(STORE(&world, account_delete, id(&world, 1), &audit));
        CHECK_ERR(STORE(&world, identity_of_subject, &ada, &found), ERR_NO_ROW);
}

TEST(one_person_of_a_provider_logs_in_to_an_account_until_that_is_forgotten)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct identity identity = {.id = id_of(91),
                                    .account = account_of(&world, 1),
                                    .method = LOGIN_OPENID,
                                    .subject = SLICE("https://a.example 1")};
        struct identity found;

        CHECK_ERR(STORE(&world, identities_forget, id(&world, 1), &audit), ERR_NO_ROW);
        CHECK_OK(STORE(&world, identity_insert, &identity, &audit));
        identity.id = id_of(92);
        CHECK_OK(STORE(&world, identity_insert, &identity, &audit)); /* it is there */
        identity.subject = SLICE("https://a.example 2");
        CHECK_ERR(STORE(&world, identity_insert, &identity, &audit), ERR_NO_ROW);
        identity.subject = SLICE("https://a.example.org 1");
        CHECK_OK(STORE(&world, identity_insert, &identity, &audit)); /* of another provider */
        CHECK_OK(STORE(&world, identities_forget, id(&world, 1), &audit));
        CHECK_ERR(STORE(&world, identity_of_subject, &identity.subject, &found), ERR_NO_ROW);
        identity.subject = SLICE("https://a.example 2");
        CHECK_OK(STORE(&world, identity_insert, &identity, &audit));
        CHECK_OK(STORE(&world, identity_find,
                       &(struct identity_key){SLICE("user1@example.com"), LOGIN_PASSWORD}, &found));
}

/* --- change --- */

TEST(a_name_is_changed_and_the_change_is_audited)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account found;

        (void)audit_take(&world);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, account_rename, &SLICE("Another"), &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, account_rename, &SLICE("Another"), &audit));
        CHECK_OK(STORE(&world, account_find, &SLICE("user1@example.com"), &found));
        CHECK_TEXT(found.full_name, "Another");
        CHECK_INT(audit_take(&world), 2);
        CHECK_ERR(STORE_AS(&world, id(&world, 2), NOW, account_rename, &SLICE("X"), &audit),
                  ERR_NO_ROW);
}

static size_t n_sessions(struct world *world)
{
        struct session_list sessions;

        CHECK_OK(STORE_AS(world, id(world, 1), NOW, session_list,
                          &(struct session_page){{.limit = LIMIT_LIST}, 100}, &sessions));
        return sessions.n;
}

TEST(a_new_password_ends_the_other_sessions)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account account = account_of(&world, 1);

        session_new(&world, 30);
        session_new(&world, 31);
        CHECK_OK(STORE_AS(&world, &account.id, NOW, account_set_password,
                          &(struct new_password){SLICE("$argon2id$new"), id_of(30)}, &audit));
        CHECK_INT(n_sessions(&world), 1);
        CHECK_TEXT(identity_now(&world, 1).secret, "$argon2id$new");
        account.id = id_of(2);
        CHECK_ERR(STORE_AS(&world, &account.id, NOW, account_set_password,
                           &(struct new_password){SLICE("$argon2id$new"), id_of(30)}, &audit),
                  ERR_NO_ROW);
}

TEST(a_disabled_account_has_no_session_and_nothing_under_it_is_found)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account found;
        struct client client;
        struct project project;

        session_new(&world, 30);
        CHECK_OK(STORE_AS(&world, NULL, after(5), account_disable, id(&world, 1), &audit));
        CHECK_OK(STORE_AS(&world, NULL, after(6), account_disable, id(&world, 1), &audit));
        CHECK_INT(n_sessions(&world), 0);
        CHECK_OK(STORE(&world, account_find, &SLICE("user1@example.com"), &found));
        CHECK_INT(found.disabled_at.ms, after(5).ms);
        CHECK_ERR(STORE(&world, client_find, id(&world, 1020), &client), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, project_get, id(&world, 10), &project), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, account_disable, id(&world, 2), &audit), ERR_NO_ROW);
}

TEST(a_deleted_account_is_gone_with_all_that_is_under_it_and_its_email_is_free)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account account = account_of(&world, 2), found;
        struct project project = project_of(11, 2);
        struct client client;

        session_new(&world, 30);
        CHECK_OK(STORE(&world, account_delete, id(&world, 1), &audit));
        CHECK_ERR(STORE(&world, account_delete, id(&world, 1), &audit), ERR_NO_ROW);
        CHECK_INT(n_sessions(&world), 0);
        CHECK_ERR(STORE(&world, account_find, &SLICE("user1@example.com"), &found), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, client_find, id(&world, 1020), &client), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, project_get, id(&world, 10), &project), ERR_NO_ROW);
        account.email = SLICE("user1@example.com");
        CHECK_OK(account_add(&world, &account, &project));
        CHECK_OK(STORE(&world, account_find, &account.email, &found));
        CHECK_ID(found.id, 2);
}

TEST(roles_come_with_the_account_and_are_changed)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account_roles developer = {id_of(1), ACCOUNT_DEVELOPER}, none = {id_of(1), 0};
        struct account_roles nobody = {id_of(9), ACCOUNT_DEVELOPER};
        struct session session = session_of(40), found;
        struct session_key key = {digest_of(40), 60};
        struct account account;

        CHECK_OK(session_add(&world, &session));
        CHECK_OK(STORE(&world, account_set_roles, &developer, &audit));
        CHECK_OK(STORE(&world, session_find, &key, &found));
        CHECK_INT(found.account.roles, ACCOUNT_DEVELOPER);
        CHECK_INT(identity_now(&world, 1).account.roles, ACCOUNT_DEVELOPER);
        CHECK_OK(STORE(&world, account_set_roles, &none, &audit));
        CHECK_OK(STORE(&world, session_find, &key, &found));
        CHECK_INT(found.account.roles, 0);
        CHECK_OK(STORE(&world, account_by_id, id(&world, 1), &account));
        CHECK_INT(account.roles, 0);
        CHECK_ERR(STORE(&world, account_set_roles, &nobody, &audit), ERR_NO_ROW);
}
