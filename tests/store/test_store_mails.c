/* SPDX-License-Identifier: Apache-2.0
 *
 * Mail that waits: in which order it is taken, by whom, and how much there can be.
 */
#include "fixture.h"

static enum err mail_put(struct world *world, int64_t number, struct slice recipient)
{
        struct mail mail = {.id = id_of(number),
                            .kind = MAIL_RESET,
                            .recipient = recipient,
                            .language = LANGUAGE_GERMAN,
                            .about = SLICE("192.0.2.1"),
                            .made_at = after(number)};

        return STORE(world, mail_insert, &mail);
}

static enum err mail_next(struct world *world, int64_t at, struct mail *ret)
{
        struct instant until = after(at + 100);

        return STORE_AS(world, NULL, after(at), mail_take, &until, ret);
}

static struct mail_waiting waiting(struct world *world, int64_t at)
{
        struct mail_waiting found;

        CHECK_OK(STORE_AS(world, NULL, after(at), mail_waiting, &found));
        return found;
}

TEST(a_mail_is_taken_as_it_was_entered_by_one_at_a_time)
{
        struct world world CLEANUP(world_end) = world_new();
        struct mail mail;

        CHECK_ERR(mail_next(&world, 9, &mail), ERR_NO_ROW);
        CHECK_OK(mail_put(&world, 5, SLICE("a@example.com")));
        CHECK(!waiting(&world, 4).is_due);
        CHECK_ERR(mail_next(&world, 4, &mail), ERR_NO_ROW);
        CHECK(waiting(&world, 5).is_due);
        CHECK_OK(mail_next(&world, 5, &mail));
        CHECK_ID(mail.id, 5);
        CHECK_TEXT(mail.recipient, "a@example.com");
        CHECK_TEXT(mail.about, "192.0.2.1");
        CHECK_INT(mail.language, LANGUAGE_GERMAN);
        CHECK_INT(mail.n_attempts, 1);
        CHECK_INT(mail.made_at.ms, after(5).ms);
        CHECK_ERR(mail_next(&world, 104, &mail), ERR_NO_ROW);
        CHECK_OK(mail_next(&world, 105, &mail)); /* whoever took it has not come back */
        CHECK_INT(mail.n_attempts, 2);
}

TEST(the_mail_that_has_been_due_longest_comes_first)
{
        struct world world CLEANUP(world_end) = world_new();
        struct mail mail;

        CHECK_OK(mail_put(&world, 7, SLICE("a@example.com")));
        CHECK_OK(mail_put(&world, 6, SLICE("b@example.com")));
        CHECK_OK(mail_next(&world, 50, &mail));
        CHECK_ID(mail.id, 6);
        CHECK_OK(STORE(&world, mail_delete, &mail.id));
        CHECK_OK(mail_next(&world, 50, &mail));
        CHECK_ID(mail.id, 7);
        CHECK_OK(STORE(&world, mail_put_off, &(struct mail_delay){mail.id, after(60)}));
        CHECK_INT(waiting(&world, 59).n, 1);
        CHECK_ERR(mail_next(&world, 59, &mail), ERR_NO_ROW);
        CHECK_OK(mail_next(&world, 60, &mail));
}

TEST(one_recipient_has_few_mails_waiting_and_others_have_theirs)
{
        struct world world CLEANUP(world_end) = world_new();

        for (int64_t i = 1; i <= LIMIT_MAILS_OF_RECIPIENT + 3; i++)
                CHECK_OK(mail_put(&world, i, SLICE("a@example.com")));
        CHECK_INT(waiting(&world, 9).n, LIMIT_MAILS_OF_RECIPIENT);
        CHECK_OK(mail_put(&world, 99, SLICE("b@example.com")));
        CHECK_INT(waiting(&world, 9).n, LIMIT_MAILS_OF_RECIPIENT + 1);
}

TEST(many_mails_of_one_kind_keep_none_of_another_away)
{
        struct world world CLEANUP(world_end) = world_new();
        struct mail notice = {.id = id_of(99),
                              .kind = MAIL_FACTOR_REMOVED,
                              .recipient = SLICE("a@example.com"),
                              .made_at = after(9)};

        for (int64_t i = 1; i <= LIMIT_MAILS_OF_RECIPIENT; i++)
                CHECK_OK(mail_put(&world, i, SLICE("a@example.com")));
        CHECK_OK(STORE(&world, mail_insert, &notice));
        CHECK_INT(waiting(&world, 9).n, LIMIT_MAILS_OF_RECIPIENT + 1);
}

/* A log-in with a browser; 0: with a program. Return: the mails that wait then. */
static int64_t mails_after_log_in(struct world *world, int64_t number, int64_t browser)
{
        struct session session = session_of(number);
        struct identity identity = identity_of(&session.account);
        struct digest digest = digest_of(browser);
        struct new_session new = {&session, &identity, browser ? &digest : NULL};
        struct mail notice = {.id = id_of(number),
                              .kind = MAIL_NEW_BROWSER,
                              .recipient = SLICE("a@example.com"),
                              .made_at = NOW};
        struct audit_entry told = audit;

        told.notice = &notice;
        CHECK_OK(STORE_AS(world, id(world, 1), after(number), session_insert, &new, &told));
        return waiting(world, 9).n;
}

TEST(a_log_in_is_told_unless_its_browser_is_known_or_it_is_the_first)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_INT(mails_after_log_in(&world, 1, 7), 0);
        CHECK_INT(mails_after_log_in(&world, 2, 7), 0);
        CHECK_INT(mails_after_log_in(&world, 3, 8), 1);
        CHECK_INT(mails_after_log_in(&world, 4, 8), 1);
        CHECK_INT(mails_after_log_in(&world, 5, 0), 2);
        CHECK_INT(mails_after_log_in(&world, 6, 0), 3);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(7), session_end, NULL, &audit));
        CHECK_INT(mails_after_log_in(&world, 8, 7), 4);
}

TEST(a_notice_is_entered_with_what_it_tells_or_not_at_all)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct mail notice = {.id = id_of(99),
                              .kind = MAIL_PASSWORD,
                              .recipient = SLICE("a@example.com"),
                              .made_at = after(9)};
        struct audit_entry told = audit;
        struct slice name = SLICE("Ada");

        told.notice = &notice;
        CHECK_ERR(STORE_AS(&world, id(&world, 99), after(9), account_rename, &name, &told),
                  ERR_NO_ROW);
        CHECK_INT(waiting(&world, 9).n, 0);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), account_rename, &name, &told));
        CHECK_INT(waiting(&world, 9).n, 1);
        told.notice = &(struct mail){0};
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), account_rename, &name, &told));
        CHECK_INT(waiting(&world, 9).n, 1);
}
