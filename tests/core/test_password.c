/* SPDX-License-Identifier: Apache-2.0
 *
 * New passwords: their length, the form in which they are hashed, and which are too easy to guess.
 */
#include "core.h"

#include "core/people/login/password_rules.h"
#include "core/people/session.h"

#define E_ACUTE    "\xc3\xa9"
#define E_AND_MARK "e\xcc\x81"

static enum err choose(struct core *core, struct slice password)
{
        struct password_choice choice = {
                {password}, SLICE("anna.bergmann@example.com"), SLICE("Anna Maria Bergmann")};
        struct secret chosen;

        return password_choose(core_op(core), &choice, &chosen);
}

TEST(what_a_stranger_would_try_is_no_password)
{
        static const char *const easy[] = {"password123",
                                           "PassWord123",
                                           "manchester",
                                           "q1w2e3r4t5",
                                           "aaaaaaaaaa",
                                           "abcabcabcabc",
                                           "passwordpassword",
                                           "annaannaann",
                                           "abcdefghij",
                                           "JIHGFEDCBA",
                                           "0123456789",
                                           "1234567890123",
                                           "0987654321",
                                           "qwertyuiop",
                                           "qwertzuiop",
                                           "azertyuiop",
                                           "poiuztrewq",
                                           E_ACUTE "le" E_ACUTE "le" E_ACUTE "le" E_ACUTE "le",
                                           "xyzabcdefghijklmnopq",
                                           "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
                                           "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
                                           "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
                                           "\xf0\x9f\x98\x80"};
        CORE(core);

        for (size_t i = 0; i < ARRAY_SIZE(easy); i++)
                CHECK_ERR(choose(&core, slice_from_string(easy[i])), ERR_PASSWORD_EASY);
}

TEST(nor_is_what_everybody_knows_of_a_person_or_the_server)
{
        static const char *const personal[] = {
                "anna.bergmann@example.com", "Anna.Bergmann",       "annabergmann",
                "Anna Maria Bergmann",       "ANNA-MARIA_bergmann", "storage.example.com"};
        CORE(core);

        core.policy.issuer = SLICE("https://storage.example.com:8443");
        for (size_t i = 0; i < ARRAY_SIZE(personal); i++)
                CHECK_ERR(choose(&core, slice_from_string(personal[i])), ERR_PASSWORD_PERSONAL);
}

TEST(there_are_no_rules_about_kinds_of_characters)
{
        static const char *const good[] = {"a long enough password",
                                           "twelve hedge",
                                           "8251073946",
                                           "everybody knows this",
                                           "abcdefghijx",
                                           "Anna Bergmann rides a tram",
                                           "..........-_@ x",
                                           "passwordpasswort",
                                           E_ACUTE "t" E_ACUTE " " E_ACUTE "ternel"};
        CORE(core);

        for (size_t i = 0; i < ARRAY_SIZE(good); i++)
                CHECK_OK(choose(&core, slice_from_string(good[i])));
}

TEST(every_common_password_is_long_enough_to_be_tried_and_is_refused)
{
        struct slice rest = common_passwords[0].bytes, line;
        size_t n = 0;
        CORE(core);

        for (; slice_cut(&rest, '\n', &line); n++)
                CHECK_ERR(choose(&core, line), ERR_PASSWORD_EASY);
        CHECK(n > 1000);
}

TEST(a_password_opens_the_account_however_its_letters_are_composed)
{
        struct registration form = {
                SLICE("b@example.com"), {SLICE("caf" E_ACUTE " at the corner")}, SLICE("B")};
        struct secret composed = form.password, other = {SLICE("cafe at the corner")};
        struct secret decomposed = {SLICE("caf" E_AND_MARK " at the corner")}, token;
        struct session session;
        CORE(core);

        CHECK_OK(account_register(core_op(&core), &form, &core.account));
        CHECK_OK(session_log_in(core_op(&core), BY_PASSWORD(form.email, decomposed), &session,
                                &token));
        form.email = SLICE("c@example.com");
        form.password = decomposed;
        CHECK_OK(account_register(core_op(&core), &form, &core.account));
        CHECK_OK(session_log_in(core_op(&core), BY_PASSWORD(form.email, composed), &session,
                                &token));
        CHECK_ERR(session_log_in(core_op(&core), BY_PASSWORD(form.email, other), &session, &token),
                  ERR_INVALID_CREDENTIALS);
}

TEST(the_length_counts_after_that)
{
        uint8_t text[3 * 128];
        CORE(core);

        CHECK_ERR(choose(&core, SLICE("g" E_AND_MARK E_AND_MARK E_AND_MARK "rm")),
                  ERR_PASSWORD_LENGTH);
        for (size_t i = 0; i < sizeof(text); i += 3)
                memcpy(text + i, E_AND_MARK, 3);
        CHECK_ERR(choose(&core, SLICE_ARRAY(text)), ERR_PASSWORD_EASY); /* 256 bytes then */
        text[3] = 'x'; /* which has no composed form */
        CHECK_ERR(choose(&core, SLICE_ARRAY(text)), ERR_PASSWORD_LENGTH);
}

TEST(what_is_no_text_is_neither_set_nor_a_fault)
{
        struct secret wrong = {SLICE("a long enough \xff password")}, token;
        uint8_t marks[LIMIT_PASSWORD_TYPED + 1];
        struct session session;
        CORE(core);

        CHECK_ERR(choose(&core, secret_reveal(wrong)), ERR_PASSWORD_NOT_TEXT);
        CHECK_ERR(session_log_in(core_op(&core), BY_PASSWORD(SLICE("user@example.com"), wrong),
                                 &session, &token),
                  ERR_INVALID_CREDENTIALS);
        memset(marks, 'x', sizeof(marks));
        wrong.hidden = SLICE_ARRAY(marks);
        CHECK_ERR(choose(&core, secret_reveal(wrong)), ERR_PASSWORD_LENGTH);
        CHECK_ERR(session_log_in(core_op(&core), BY_PASSWORD(SLICE("user@example.com"), wrong),
                                 &session, &token),
                  ERR_INVALID_CREDENTIALS);
}
