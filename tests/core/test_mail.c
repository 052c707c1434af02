/* SPDX-License-Identifier: Apache-2.0
 *
 * Sending mail that waits, with a mail server that does what the test says.
 */
#include "core.h"

#include "core/people/mail.h"
#include "core/people/mail_text.h"
#include "core/people/reset.h"

static struct post {
        enum err outcome;
        int n;
        char to[128], text[2048];
} post;

static enum err on_send(void *context, const struct mail_message *message)
{
        struct slice text = secret_reveal(message->text);

        (void)context;
        post.n++;
        (void)snprintf(post.to, sizeof(post.to), "%.*s", (int)message->to.size,
                       (const char *)message->to.data);
        (void)snprintf(post.text, sizeof(post.text), "%.*s", (int)text.size,
                       (const char *)text.data);
        return post.outcome;
}

static void post_begin(struct core *core, enum err outcome)
{
        post = (struct post){.outcome = outcome};
        core->ports.mail.send = on_send;
}

static enum err ask(struct core *core)
{
        struct op *op = core_op(core);

        op->caller.languages = SLICE("de");
        return reset_request(op, SLICE("User@Example.com"));
}

static int64_t n_waiting(struct core *core)
{
        struct mail_waiting waiting;

        CHECK_OK(store_mail_waiting(core_op(core), &waiting));
        return waiting.n;
}

TEST(a_mail_is_sent_to_the_account_in_its_language)
{
        CORE(core);
        enum err outcome;

        post_begin(&core, ERR_OK);
        CHECK_OK(ask(&core));
        CHECK_OK(mail_send_next(core_op(&core), &outcome));
        CHECK_OK(outcome);
        CHECK_STRING(post.to, "user@example.com");
        CHECK(strstr(post.text, "/reset#") != NULL);
        CHECK(strstr(post.text, "ein neues Passwort") != NULL);
        CHECK_INT(n_waiting(&core), 0);
        CHECK_ERR(mail_send_next(core_op(&core), &outcome), ERR_NO_ROW);
}

TEST(pauses_grow_and_a_mail_is_given_up_after_a_day)
{
        CORE(core);
        struct instant begin = core.now;
        int64_t last = 0;
        enum err outcome;

        post_begin(&core, ERR_MAIL_UNAVAILABLE);
        CHECK_OK(ask(&core));
        while (n_waiting(&core)) {
                enum err error = mail_send_next(core_op(&core), &outcome);
                int64_t now = instant_seconds(core.now);

                if (error == ERR_OK) {
                        CHECK_ERR(outcome, ERR_MAIL_UNAVAILABLE);
                        CHECK(post.n < 2 || now - last >= 60);
                        CHECK(now - last <= 3660 || post.n == 1);
                        last = now;
                }
                core.now = instant_add_seconds(core.now, 60);
        }
        CHECK(post.n > 20 && post.n < 40);
        CHECK(core.now.ms - begin.ms > 22 * 3600 * 1000 &&
              core.now.ms - begin.ms < 25 * 3600 * 1000);
}

TEST(what_is_refused_for_good_goes)
{
        CORE(core);
        enum err outcome;

        post_begin(&core, ERR_MAIL_REFUSED);
        CHECK_OK(ask(&core));
        CHECK_OK(mail_send_next(core_op(&core), &outcome));
        CHECK_ERR(outcome, ERR_MAIL_REFUSED);
        CHECK_INT(n_waiting(&core), 0);
}

TEST(a_fault_of_ours_leaves_the_mail_for_later)
{
        CORE(core);
        enum err outcome;

        post_begin(&core, ERR_INTERNAL);
        CHECK_OK(ask(&core));
        CHECK_ERR(mail_send_next(core_op(&core), &outcome), ERR_INTERNAL);
        CHECK_INT(n_waiting(&core), 1);
        CHECK_ERR(mail_send_next(core_op(&core), &outcome), ERR_NO_ROW);
        post.outcome = ERR_OK;
        core.now = instant_add_seconds(core.now, 121);
        CHECK_OK(mail_send_next(core_op(&core), &outcome));
        CHECK_OK(outcome);
}

TEST(without_a_mail_server_nothing_is_entered)
{
        CORE(core);

        core.ports.mail.send = NULL;
        CHECK_ERR(ask(&core), ERR_NO_MAIL);
        CHECK_INT(n_waiting(&core), 0);
}

TEST(the_first_language_that_is_spoken_is_chosen)
{
        CHECK_INT(language_of_ranges(SLICE("de")), LANGUAGE_GERMAN);
        CHECK_INT(language_of_ranges(SLICE("fr, DE-at;q=0.7 , en")), LANGUAGE_GERMAN);
        CHECK_INT(language_of_ranges(SLICE("de;q=0.1")), LANGUAGE_GERMAN);
        CHECK_INT(language_of_ranges(SLICE("en-GB,de")), LANGUAGE_ENGLISH);
        CHECK_INT(language_of_ranges(SLICE("fr")), LANGUAGE_NONE);
        CHECK_INT(language_of_ranges(SLICE("deu,,;,-,")), LANGUAGE_NONE);
        CHECK_INT(language_of_ranges((struct slice){0}), LANGUAGE_NONE);
}
