/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts with their sessions.
 */
#include "fixture.h"

TEST(an_account_is_found_by_its_email)
{
        struct world world CLEANUP(world_end) = world_new();
        struct account account = account_of(&world, 1), found;
        struct project project = project_of(10, 1);

        CHECK_OK(VERB(&world, account_insert, &account, &project, &audit));
        CHECK_OK(VERB(&world, account_find, SLICE("user1@example.com"), &found));
        CHECK_ID(found.id, 1);
        CHECK_TEXT(found.full_name, "A User");
        CHECK_TEXT(found.password, "$argon2id$...");
        CHECK_INT(found.created_at.ms, NOW.ms);
}

TEST(an_unknown_email_is_no_row)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account found;

        CHECK_ERR(VERB(&world, account_find, SLICE("user2@example.com"), &found), ERR_NO_ROW);
        CHECK_ERR(VERB(&world, account_find, SLICE(""), &found), ERR_NO_ROW);
}

TEST(an_account_comes_with_its_project)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project project;

        CHECK_OK(VERB(&world, project_get, id(&world, 10), &project));
        CHECK_ID(project.account_id, 1);
}

TEST(an_email_is_taken_once_and_nothing_of_the_second_stays)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account account = account_of(&world, 2), found;
        struct project project = project_of(11, 2);

        account.email = SLICE("user1@example.com");
        CHECK_ERR(VERB(&world, account_insert, &account, &project, &audit), ERR_EMAIL_TAKEN);
        CHECK_ERR(VERB(&world, project_get, id(&world, 11), &project), ERR_NO_ROW);
        CHECK_OK(VERB(&world, account_find, SLICE("user1@example.com"), &found));
        CHECK_ID(found.id, 1);
}

TEST(a_refused_account_is_audited)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account account = account_of(&world, 1);
        struct project project = project_of(11, 1);

        CHECK_INT(audit_take(&world), 2);
        CHECK_ERR(VERB(&world, account_insert, &account, &project, &audit), ERR_EMAIL_TAKEN);
        CHECK_INT(audit_take(&world), 1);
}

/* --- sessions --- */

static void session_new(struct world *world, int64_t number)
{
        struct session session = {.id = id_of(number),
                                  .token = digest_of(number),
                                  .account.id = id_of(1),
                                  .created_at = NOW,
                                  .last_seen_at = NOW,
                                  .ends_at = after(1000),
                                  .address = SLICE("192.0.2.1"),
                                  .user_agent = SLICE("browser")};

        CHECK_OK(VERB(world, session_insert, &session, &audit));
}

static enum err find(struct world *world, int64_t number, struct instant now, int64_t idle,
                     struct session *ret)
{
        struct digest token = digest_of(number);

        return VERB(world, session_find, &token, now, idle, ret);
}

TEST(a_session_is_found_with_its_account_and_without_the_password)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session session;

        session_new(&world, 30);
        CHECK_OK(find(&world, 30, after(5), 100, &session));
        CHECK_ID(session.id, 30);
        CHECK_ID(session.account.id, 1);
        CHECK_TEXT(session.account.email, "user1@example.com");
        CHECK_TEXT(session.address, "192.0.2.1");
        CHECK_TEXT(session.user_agent, "browser");
        CHECK(!session.account.password.data);
}

TEST(an_unknown_session_is_no_row)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session session;

        session_new(&world, 30);
        CHECK_ERR(find(&world, 31, NOW, 100, &session), ERR_NO_ROW);
}

TEST(a_session_ends_at_its_end)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session session;

        session_new(&world, 30);
        CHECK_OK(find(&world, 30, (struct instant){after(1000).ms - 1}, 5000, &session));
        CHECK_ERR(find(&world, 30, after(1000), 5000, &session), ERR_NO_ROW);
}

TEST(a_session_unused_for_too_long_is_no_row)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session session;

        session_new(&world, 30);
        CHECK_OK(find(&world, 30, (struct instant){after(100).ms - 1}, 100, &session));
        CHECK_ERR(find(&world, 30, after(100), 100, &session), ERR_NO_ROW);
}

TEST(seeing_a_session_keeps_it_alive_and_never_makes_it_older)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest token = digest_of(30);
        struct session session;

        session_new(&world, 30);
        CHECK_OK(VERB(&world, session_seen, &token, after(90)));
        CHECK_OK(find(&world, 30, after(150), 100, &session));
        CHECK_OK(VERB(&world, session_seen, &token, after(10)));
        CHECK_OK(find(&world, 30, after(150), 100, &session));
        CHECK_INT(session.last_seen_at.ms, after(90).ms);
        CHECK_OK(VERB(&world, session_seen, &token, after(90)));
}

TEST(a_deleted_session_is_gone_and_deleting_it_again_is_fine)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest token = digest_of(30);
        struct session session;

        session_new(&world, 30);
        session_new(&world, 31);
        CHECK_OK(VERB(&world, session_delete, &token, &audit));
        CHECK_ERR(find(&world, 30, NOW, 100, &session), ERR_NO_ROW);
        CHECK_OK(find(&world, 31, NOW, 100, &session));
        CHECK_OK(VERB(&world, session_delete, &token, &audit));
}
