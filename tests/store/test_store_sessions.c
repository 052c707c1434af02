/* SPDX-License-Identifier: Apache-2.0
 *
 * Sessions.
 */
#include "fixture.h"

static enum err find(struct world *world, int64_t number, struct instant now, int64_t idle,
                     struct session *ret)
{
        struct digest token = digest_of(number);

        return STORE_AS(world, NULL, now, session_find, &(struct session_key){token, idle}, ret);
}

TEST(a_session_is_found_with_its_account_and_how_its_person_logged_in)
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
        CHECK_INT(session.method, LOGIN_PASSWORD);
        CHECK_INT(session.authentication.at.ms, NOW.ms);
        CHECK_INT(session.authentication.means, MEANS_PASSWORD);
}

TEST(a_proof_is_of_one_session_that_is_still_there)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session session = session_of(30);

        session_new(&world, 30);
        session_new(&world, 31);
        session.authentication = (struct authentication){after(5), MEANS_FACTOR};
        CHECK_OK(STORE(&world, session_prove, &session, &audit));
        CHECK_OK(find(&world, 30, after(5), 100, &session));
        CHECK_INT(session.authentication.at.ms, after(5).ms);
        CHECK_INT(session.authentication.means, MEANS_FACTOR);
        CHECK_OK(find(&world, 31, after(5), 100, &session));
        CHECK_INT(session.authentication.at.ms, NOW.ms);
        session.token = digest_of(32);
        CHECK_ERR(STORE(&world, session_prove, &session, &audit), ERR_NO_ROW);
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
        CHECK_OK(STORE_AS(&world, NULL, after(90), session_seen, &token));
        CHECK_OK(find(&world, 30, after(150), 100, &session));
        CHECK_OK(STORE_AS(&world, NULL, after(10), session_seen, &token));
        CHECK_OK(find(&world, 30, after(150), 100, &session));
        CHECK_INT(session.last_seen_at.ms, after(90).ms);
        CHECK_OK(STORE_AS(&world, NULL, after(90), session_seen, &token));
}

TEST(a_deleted_session_is_gone_and_deleting_it_again_is_fine)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest token = digest_of(30);
        struct session session;

        session_new(&world, 30);
        session_new(&world, 31);
        CHECK_OK(STORE(&world, session_delete, &token, &audit));
        CHECK_ERR(find(&world, 30, NOW, 100, &session), ERR_NO_ROW);
        CHECK_OK(find(&world, 31, NOW, 100, &session));
        CHECK_OK(STORE(&world, session_delete, &token, &audit));
}

TEST(a_session_begins_only_with_the_password_of_a_living_account)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session session = session_of(30);
        struct identity identity;

        CHECK_OK(password_set(&world, 1, SLICE("$argon2id$new")));
        CHECK_ERR(session_add(&world, &session), ERR_NO_ROW);
        identity = identity_now(&world, 1);
        CHECK_OK(STORE(&world, account_disable, id(&world, 1), &audit));
        CHECK_ERR(STORE(&world, session_insert, &(struct new_session){&session, &identity}, &audit),
                  ERR_NO_ROW);
}

TEST(sessions_are_listed_while_they_can_be_used)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest token = digest_of(31);
        struct session_list sessions;

        session_new(&world, 30);
        session_new(&world, 31);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, session_list,
                          &(struct session_page){{.limit = LIMIT_LIST}, 100}, &sessions));
        CHECK_INT(sessions.n, 2);
        CHECK_TEXT(sessions.items[0].user_agent, "browser");
        CHECK_OK(STORE_AS(&world, NULL, after(90), session_seen, &token));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(150), session_list,
                          &(struct session_page){{.limit = LIMIT_LIST}, 100}, &sessions));
        CHECK_INT(sessions.n, 1);
        CHECK_ID(sessions.items[0].id, 31);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(1000), session_list,
                          &(struct session_page){{.limit = LIMIT_LIST}, 5000}, &sessions));
        CHECK_INT(sessions.n, 0);
        CHECK_OK(STORE_AS(&world, id(&world, 2), NOW, session_list,
                          &(struct session_page){{.limit = LIMIT_LIST}, 100}, &sessions));
        CHECK_INT(sessions.n, 0);
}

TEST(a_session_is_ended_by_its_own_account_only)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session session;

        session_new(&world, 30);
        CHECK_ERR(STORE_AS(&world, id(&world, 2), NOW, session_end, id(&world, 30), &audit),
                  ERR_NO_ROW);
        CHECK_OK(find(&world, 30, NOW, 100, &session));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, session_end, id(&world, 30), &audit));
        CHECK_ERR(find(&world, 30, NOW, 100, &session), ERR_NO_ROW);
        CHECK_ERR(STORE_AS(&world, id(&world, 1), NOW, session_end, id(&world, 30), &audit),
                  ERR_NO_ROW);
}

TEST(all_sessions_of_an_account_are_ended_at_once)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session session;

        session_new(&world, 30);
        session_new(&world, 31);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, session_end, NULL, &audit));
        CHECK_ERR(find(&world, 30, NOW, 100, &session), ERR_NO_ROW);
        CHECK_ERR(find(&world, 31, NOW, 100, &session), ERR_NO_ROW);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, session_end, NULL, &audit));
}
