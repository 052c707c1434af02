/* SPDX-License-Identifier: Apache-2.0
 *
 * Second factors (docs/protocol/http.md 2.6): whoever has the password alone gets nowhere.
 */
#include "factor_setup.h"

#include "core/grants/owner_grant.h"

#define EMAIL SLICE("user@example.com")
#define WRONG ((struct secret){SLICE("a wrong password")})

struct person {
        struct core core;
        struct session session;
        struct secret codes[N_RECOVERY_CODES];
};

static void person_end(struct person *person)
{
        core_end(&person->core);
}

static void person_begin(struct person *person)
{
        struct secret token;

        core_begin(&person->core);
        CHECK_OK(session_log_in(core_op(&person->core), BY_PASSWORD(EMAIL, PASSWORD),
                                &person->session, &token));
        factor_set_up(core_op(&person->core), &person->session, person->codes);
}

#define PERSON(name)                                                                               \
        struct person name CLEANUP(person_end);                                                    \
        person_begin(&name)

static enum err log_in(struct core *core, struct secret password, struct secret code)
{
        struct credentials credentials = {
                .method = LOGIN_PASSWORD, .email = EMAIL, .password = password, .code = code};
        struct session session;
        struct secret token;

        return session_log_in(core_op(core), &credentials, &session, &token);
}

static struct secret code_of(struct core *core, int64_t steps)
{
        return factor_code(core_op(core), &core->account.id, steps);
}

static struct secret typed(const char *text)
{
        return (struct secret){slice_from_string(text)};
}

TEST(until_its_first_code_was_entered_a_factor_is_not_asked_for)
{
        CORE(core);
        struct secret codes[N_RECOVERY_CODES], token;
        struct factor_setup setup;
        struct session session;

        CHECK_OK(session_log_in(core_op(&core), BY_PASSWORD(EMAIL, PASSWORD), &session, &token));
        CHECK_ERR(factor_confirm(core_op(&core), &session, typed("123456"), codes),
                  ERR_FACTOR_NOT_BEGUN);
        CHECK_ERR(factor_begin(core_op(&core), &session, &(struct confirmation){WRONG}, &setup),
                  ERR_INVALID_CREDENTIALS);
        CHECK_OK(factor_begin(core_op(&core), &session, &(struct confirmation){PASSWORD}, &setup));
        CHECK_INT(secret_reveal(setup.secret).size, 32);
        CHECK(slice_starts_with(secret_reveal(setup.uri),
                                SLICE("otpauth://totp/grants.example.com:user%40example.com?"
                                      "secret=")));
        CHECK_OK(log_in(&core, PASSWORD, (struct secret){0}));
        CHECK_ERR(factor_confirm(core_op(&core), &session, code_of(&core, 5), codes),
                  ERR_FACTOR_WRONG);
        CHECK_OK(factor_confirm(core_op(&core), &session, code_of(&core, 0), codes));
        CHECK_ERR(log_in(&core, PASSWORD, (struct secret){0}), ERR_FACTOR_REQUIRED);
        CHECK_ERR(factor_confirm(core_op(&core), &session, code_of(&core, 1), codes),
                  ERR_FACTOR_EXISTS);
        CHECK_ERR(factor_begin(core_op(&core), &session, &(struct confirmation){PASSWORD}, &setup),
                  ERR_FACTOR_EXISTS);
}

TEST(only_whoever_knows_the_password_is_asked_for_a_code)
{
        PERSON(person);
        struct core *core = &person.core;

        CHECK_ERR(log_in(core, WRONG, (struct secret){0}), ERR_INVALID_CREDENTIALS);
        CHECK_ERR(log_in(core, WRONG, code_of(core, 0)), ERR_INVALID_CREDENTIALS);
        CHECK_ERR(log_in(core, PASSWORD, (struct secret){0}), ERR_FACTOR_REQUIRED);
        CHECK_ERR(log_in(core, PASSWORD, typed("000000000000")), ERR_FACTOR_WRONG);
        CHECK_OK(log_in(core, PASSWORD, code_of(core, 0)));
        CHECK_INT(core_n_rows(core, "audit WHERE outcome = 'ERR_FACTOR_REQUIRED'"), 0);
        CHECK_INT(core_n_rows(core, "audit WHERE outcome = 'ERR_FACTOR_WRONG'"), 1);
}

TEST(a_code_is_good_once_and_so_is_none_before_it)
{
        PERSON(person);
        struct core *core = &person.core;

        CHECK_ERR(log_in(core, PASSWORD, code_of(core, -1)), ERR_FACTOR_WRONG);
        CHECK_OK(log_in(core, PASSWORD, code_of(core, 1)));
        CHECK_ERR(log_in(core, PASSWORD, code_of(core, 1)), ERR_FACTOR_WRONG);
        CHECK_ERR(log_in(core, PASSWORD, code_of(core, 0)), ERR_FACTOR_WRONG);
        core->now = instant_add_seconds(core->now, TOTP_PERIOD);
        CHECK_OK(log_in(core, PASSWORD, code_of(core, 1)));
}

TEST(digits_may_be_typed_in_groups)
{
        PERSON(person);
        struct slice code = secret_reveal(code_of(&person.core, 0));
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(16);

        buf_put_byte(&text, ' ');
        buf_put(&text, slice_to(code, 3));
        buf_put_byte(&text, ' ');
        buf_put(&text, slice_from(code, 3));
        CHECK_OK(log_in(&person.core, PASSWORD, (struct secret){buf_slice(&text)}));
}

TEST(a_recovery_code_is_good_once_however_it_is_typed)
{
        PERSON(person);
        struct core *core = &person.core;
        struct slice shown = secret_reveal(person.codes[0]);
        uint8_t text[32];
        size_t n = 0;

        CHECK_INT(shown.size, 14);
        for (size_t i = 0; i < shown.size; i++)
                if (shown.data[i] != '-')
                        text[n++] = (uint8_t)(shown.data[i] - 'A' + 'a');
        CHECK_OK(log_in(core, PASSWORD, (struct secret){slice_new(text, n)}));
        CHECK_ERR(log_in(core, PASSWORD, person.codes[0]), ERR_FACTOR_WRONG);
        CHECK_OK(log_in(core, PASSWORD, person.codes[9]));
        CHECK_INT(core_n_rows(core, "recovery_code"), 8);
        CHECK_INT(core_n_rows(core, "audit WHERE action = 'recovery_code_use'"), 2);
}

TEST(without_the_factor_no_password_changes_and_nothing_is_deleted_or_opened)
{
        PERSON(person);
        struct core *core = &person.core;
        struct confirmation alone = {PASSWORD};
        struct password_pair pair = {alone, {SLICE("another long password")}};
        struct owner_grant_form form = {.person = alone};
        struct secret codes[N_RECOVERY_CODES], grant;

        CHECK_ERR(account_change_password(core_op(core), &person.session, &pair),
                  ERR_FACTOR_REQUIRED);
        CHECK_ERR(account_remove(core_op(core), &person.session, &alone), ERR_FACTOR_REQUIRED);
        CHECK_ERR(owner_grant_make(core_op(core), &core->account, &form, &grant),
                  ERR_FACTOR_REQUIRED);
        CHECK_ERR(factor_renew_codes(core_op(core), &person.session, &alone, codes),
                  ERR_FACTOR_REQUIRED);
        CHECK_ERR(factor_remove(core_op(core), &person.session, &alone), ERR_FACTOR_REQUIRED);
        pair.old.code = code_of(core, 0);
        CHECK_OK(account_change_password(core_op(core), &person.session, &pair));
}

TEST(new_recovery_codes_replace_the_old_ones)
{
        PERSON(person);
        struct core *core = &person.core;
        struct confirmation given = {PASSWORD, code_of(core, 0)};
        struct secret codes[N_RECOVERY_CODES];

        CHECK_OK(factor_renew_codes(core_op(core), &person.session, &given, codes));
        CHECK_ERR(log_in(core, PASSWORD, person.codes[0]), ERR_FACTOR_WRONG);
        CHECK_OK(log_in(core, PASSWORD, codes[0]));
}

TEST(without_a_factor_the_password_is_enough_again)
{
        PERSON(person);
        struct core *core = &person.core;
        struct confirmation given = {PASSWORD, code_of(core, 0)};
        struct secret codes[N_RECOVERY_CODES];

        CHECK_OK(factor_remove(core_op(core), &person.session, &given));
        CHECK_OK(log_in(core, PASSWORD, (struct secret){0}));
        CHECK_ERR(factor_remove(core_op(core), &person.session, &given), ERR_NOT_FOUND);
        CHECK_ERR(factor_renew_codes(core_op(core), &person.session, &given, codes), ERR_NOT_FOUND);
        CHECK_INT(core_n_rows(core, "totp") + core_n_rows(core, "recovery_code"), 0);
}

TEST(an_operator_resets_a_factor_and_ends_the_sessions)
{
        PERSON(person);
        struct core *core = &person.core;

        CHECK_OK(factor_reset(core_op(core)));
        CHECK_INT(core_n_rows(core, "session"), 0);
        CHECK_INT(core_n_rows(core, "audit WHERE action = 'factor_reset'"), 1);
        CHECK_OK(log_in(core, PASSWORD, (struct secret){0}));
        CHECK_ERR(factor_reset(core_op(core)), ERR_NOT_FOUND);
}

TEST(a_disabled_account_is_not_asked_for_a_code)
{
        PERSON(person);
        struct core *core = &person.core;

        CHECK_OK(account_end_by_operator(core_op(core), &core->account.id, ACCOUNT_DISABLE));
        CHECK_ERR(log_in(core, PASSWORD, (struct secret){0}), ERR_ACCOUNT_DISABLED);
}
