/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts and sessions (docs/protocol/http.md 2): what is refused, what is stored, and when a
 * password is hashed.
 */
#include "core.h"

#include "core/people/session.h"

#define EMAIL SLICE("user@example.com")
#define WRONG ((struct secret){SLICE("wrong")})

static enum err register_account(struct core *core, struct slice email, struct secret password)
{
        struct registration form = {email, password, SLICE("\t A Person \r\n")};

        return account_register(core_op(core), &form, &core->account);
}

static enum err log_in(struct core *core, struct slice email, struct secret password,
                       struct secret *ret_token)
{
        struct session session;

        return session_log_in(core_op(core), BY_PASSWORD(email, password), &session, ret_token);
}

TEST(a_new_account_has_a_trimmed_name_and_a_project_of_its_own)
{
        CORE(core);
        struct project_list projects;

        CHECK_OK(register_account(&core, SLICE(" B@Example.COM\n"), PASSWORD));
        CHECK_TEXT(core.account.email, "b@example.com");
        CHECK_TEXT(core.account.full_name, "A Person");
        CHECK_OK(STORE_AS(&core.world, &core.account.id, NOW, project_list, &projects));
        CHECK_INT(projects.n, 1);
        CHECK(projects.items[0].sealed_secret.data && projects.items[0].sealed_api_key.data);
}

TEST(what_is_no_address_or_no_password_costs_no_hash)
{
        static const char *const wrong[] = {"",      " ",     "x",       "@b",      "a@",
                                            "a@b@c", "a b@c", "a\x01@b", "\x01a@b", "a@\xff"};
        CORE(core);
        int n_hashed = core.n_hashed;

        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
                CHECK_ERR(register_account(&core, slice_from_string(wrong[i]), PASSWORD),
                          ERR_FIELD_MALFORMED);
        CHECK_ERR(register_account(&core, SLICE("a@b"), (struct secret){SLICE("9 letters")}),
                  ERR_PASSWORD_LENGTH);
        core.policy.open_registration = false;
        CHECK_ERR(register_account(&core, SLICE("a@b"), PASSWORD), ERR_REGISTRATION_CLOSED);
        CHECK_INT(core.n_hashed, n_hashed);
}

TEST(without_a_sealing_key_nobody_registers)
{
        CORE(core);

        core.seal.n_keys = 0;
        CHECK_ERR(register_account(&core, SLICE("a@b"), PASSWORD), ERR_INTERNAL);
        CHECK_INT(core_n_rows(&core, "account"), 1);
}

TEST(whoever_logs_in_pays_for_a_hash_and_only_the_right_one_gets_a_session)
{
        CORE(core);
        int n_hashed = core.n_hashed;
        struct secret token = {0};

        CHECK_ERR(log_in(&core, EMAIL, WRONG, &token), ERR_INVALID_CREDENTIALS);
        CHECK_INT(core.n_hashed, ++n_hashed);
        CHECK_ERR(log_in(&core, SLICE("no address"), PASSWORD, &token), ERR_INVALID_CREDENTIALS);
        CHECK_INT(core.n_hashed, ++n_hashed);
        CHECK_ERR(log_in(&core, SLICE("b@example.com"), PASSWORD, &token), ERR_INVALID_CREDENTIALS);
        CHECK_INT(core.n_hashed, ++n_hashed);
        CHECK(secret_is_absent(token));
        CHECK_INT(core_n_rows(&core, "session"), 0);
        CHECK_INT(core_n_rows(&core, "audit WHERE outcome = 'ERR_INVALID_CREDENTIALS'"), 3);
        CHECK_OK(log_in(&core, SLICE("User@example.com "), PASSWORD, &token));
        CHECK_INT(core.n_hashed, ++n_hashed);
        CHECK_INT(secret_reveal(token).size, 43);
        CHECK_INT(core_n_rows(&core, "session"), 1);
}

TEST(only_whoever_has_the_password_is_told_that_an_account_is_disabled)
{
        CORE(core);
        struct secret token = {0};

        CHECK_OK(account_end_by_operator(core_op(&core), &core.account.id, ACCOUNT_DISABLE));
        CHECK_ERR(log_in(&core, EMAIL, WRONG, &token), ERR_INVALID_CREDENTIALS);
        CHECK_ERR(log_in(&core, EMAIL, PASSWORD, &token), ERR_ACCOUNT_DISABLED);
        CHECK_INT(core_n_rows(&core, "audit WHERE outcome = 'ERR_ACCOUNT_DISABLED'"), 1);
        CHECK(secret_is_absent(token));
        CHECK_INT(core_n_rows(&core, "session"), 0);
}

TEST(who_fails_to_log_in_too_often_leaves_no_trace_any_more)
{
        CORE(core);
        struct secret token;

        core_use_up(&core);
        CHECK_ERR(log_in(&core, EMAIL, WRONG, &token), ERR_INVALID_CREDENTIALS);
        CHECK_INT(core_n_rows(&core, "audit WHERE outcome <> 'ok'"), 0);
}

TEST(what_a_browser_says_of_itself_is_kept_as_printable_text)
{
        CORE(core);
        struct session_list sessions;
        struct secret token;

        core.caller.user_agent = SLICE("A ~browser\x7f\n\x1b[31m\xc3\xa9");
        CHECK_OK(log_in(&core, EMAIL, PASSWORD, &token));
        CHECK_OK(STORE_AS(&core.world, &core.account.id, core.now, session_list,
                          &(struct session_page){{.limit = 1}, 60}, &sessions));
        CHECK_INT(sessions.n, 1);
        CHECK_TEXT(sessions.items[0].user_agent, "A ~browser???[31m??");
}

TEST(a_password_has_a_least_and_a_greatest_size_wherever_it_is_set)
{
        CORE(core);
        uint8_t bytes[LIMIT_PASSWORD + 1] = {0};
        struct secret chosen = {slice_new(bytes, LIMIT_PASSWORD_LEAST - 1)};
        int n_hashed = core.n_hashed;

        CHECK_ERR(account_set_password_of(core_op(&core), &core.account, chosen),
                  ERR_PASSWORD_LENGTH);
        chosen.hidden.size = LIMIT_PASSWORD + 1;
        CHECK_ERR(account_set_password_of(core_op(&core), &core.account, chosen),
                  ERR_PASSWORD_LENGTH);
        CHECK_INT(core.n_hashed, n_hashed);
}

TEST(a_session_is_found_by_its_token_and_seen_once_a_minute)
{
        CORE(core);
        struct secret token;
        struct session session;
        struct slice text;

        CHECK_OK(log_in(&core, EMAIL, PASSWORD, &token));
        text = secret_reveal(token);
        CHECK_ERR(session_authenticate(core_op(&core), SLICE(""), &session), ERR_UNAUTHENTICATED);
        CHECK_ERR(session_authenticate(core_op(&core), slice_to(text, 42), &session),
                  ERR_UNAUTHENTICATED);
        core.now.ms += 60 * 1000;
        CHECK_OK(session_authenticate(core_op(&core), text, &session));
        CHECK_INT(core_n_rows(&core, "session WHERE last_seen_at = created_at"), 1);
        core.now.ms++;
        CHECK_OK(session_authenticate(core_op(&core), text, &session));
        CHECK_INT(core_n_rows(&core, "session WHERE last_seen_at = created_at + 60001"), 1);
        CHECK_OK(session_log_out(core_op(&core), &session));
        CHECK_ERR(session_authenticate(core_op(&core), text, &session), ERR_UNAUTHENTICATED);
}
