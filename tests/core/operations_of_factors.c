/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core does for second factors, and logging in with them; and what operations_of_people.c
 * has no room for.
 */
#include "core/operations.h"

#include "base/macros.h"
#include "core/people/account.h"
#include "core/people/email_change.h"
#include "core/people/factor/factor.h"
#include "core/people/factor/totp.h"
#include "core/people/invitation.h"
#include "core/people/openid/provider_account.h"
#include "passkey_setup.h"

#define GUARDED (&full->guarded.account.id)

static enum err do_factor_begin(struct full_core *full)
{
        struct factor_setup setup;

        return DO(factor_begin, &full->session, &(struct confirmation){PASSWORD}, &setup);
}

static enum err do_factor_confirm(struct full_core *full)
{
        struct secret codes[N_RECOVERY_CODES];
        uint8_t digits[TOTP_DIGITS];

        totp_code(full->factor_key, totp_step(full->remote.core.now), digits);
        return DO(factor_confirm, &full->session, (struct secret){SLICE_ARRAY(digits)}, codes);
}

static enum err guarded_log_in(struct full_core *full, struct secret code)
{
        struct credentials credentials = {.method = LOGIN_PASSWORD,
                                          .email = full->guarded.account.email,
                                          .password = PASSWORD,
                                          .code = code};
        struct session session;
        struct secret token;

        return DO_AS(GUARDED, session_log_in, &credentials, &session, &token);
}

static enum err do_log_in_by_code(struct full_core *full)
{
        uint8_t digits[TOTP_DIGITS];

        totp_code(full->guarded_key, totp_step(full->remote.core.now), digits);
        return guarded_log_in(full, (struct secret){SLICE_ARRAY(digits)});
}

/* Whoever tries again takes the next one, as the first may be used up. */
static struct secret recovery_code_next(struct full_core *full)
{
        return full->recovery_codes[full->n_codes++ % N_RECOVERY_CODES];
}

ONE_CALL(do_log_in_by_recovery_code, guarded_log_in(full, recovery_code_next(full)))
ONE_CALL(do_log_in_without_code, guarded_log_in(full, (struct secret){0}))

static enum err do_prove(struct full_core *full)
{
        return DO(session_prove, &full->session, &(struct confirmation){PASSWORD});
}

static enum err do_renew_codes(struct full_core *full)
{
        struct confirmation given = {PASSWORD, recovery_code_next(full)};
        struct secret codes[N_RECOVERY_CODES];

        return DO_AS(GUARDED, factor_renew_codes, &full->guarded, &given, codes);
}

static enum err do_factor_remove(struct full_core *full)
{
        struct confirmation given = {PASSWORD, recovery_code_next(full)};

        return DO_AS(GUARDED, factor_remove, &full->guarded, &given);
}

static enum err do_factor_change(struct full_core *full)
{
        struct confirmation given = {PASSWORD, recovery_code_next(full)};

        return DO_AS(GUARDED, factor_set_at_consent, &full->guarded, &given, true);
}

ONE_CALL(do_factor_reset, DO_AS(GUARDED, factor_reset))

/* --- passkeys --- */

static enum err do_passkey_begin(struct full_core *full)
{
        struct passkey_setup setup;

        return DO(passkey_begin, &full->session, &(struct confirmation){PASSWORD}, &setup);
}

static enum err do_passkey_add(struct full_core *full)
{
        const struct passkey_registration form =
                ASK(passkey_registration_of, full->passkey_challenge,
                    SLICE(PASSKEY_CREDENTIAL("b credential")));
        struct passkey passkey;

        return DO(passkey_add, &full->session, &form, &passkey);
}

ONE_CALL(do_passkey_rename,
         DO(passkey_rename, &(struct passkey_name){full->passkey.id, SLICE("Another name")}))
ONE_CALL(do_passkey_remove,
         DO(passkey_remove, &full->session, &full->passkey.id, &(struct confirmation){PASSWORD}))

/* Whoever tries again needs another challenge. */
static enum err passkey_log_in(struct full_core *full, uint8_t counter)
{
        static const struct uuid anybody;
        struct passkey_proof proof;
        struct slice challenge;
        struct session session;
        struct secret token;

        TRY(DO_AS(NULL, challenge_make, CHALLENGE_LOG_IN, &anybody, &challenge));
        proof = ASK(passkey_proof_of, &ACCOUNT->id, challenge, counter);
        return DO_AS(NULL, session_log_in,
                     &(struct credentials){.method = LOGIN_PASSKEY, .passkey = &proof}, &session,
                     &token);
}

ONE_CALL(do_log_in_by_passkey, passkey_log_in(full, 0))

/* --- of logging in by a provider --- */

static enum err do_unlink(struct full_core *full)
{
        static const struct openid_provider provider = {.trust_email = true};
        struct openid_person person = {SLICE("https://a.example ada"), ACCOUNT->email};

        TRY(DO_AS(NULL, provider_account_ensure, &provider, &person));
        return DO(provider_account_unlink);
}

/* --- other e-mail addresses, and those of people who register --- */

static enum err do_account_prefer(struct full_core *full)
{
        struct account_preferences wanted = {LANGUAGE_GERMAN, true, NOTICE_SECRET};

        return DO(account_prefer, &full->session, &wanted);
}

static enum err do_account_ask(struct full_core *full)
{
        return DO_AS(NULL, account_ask, SLICE("stranger@example.com"));
}

static enum err do_invitation_for_mail(struct full_core *full)
{
        struct mail mail = {.recipient = SLICE("stranger@example.com")};
        struct secret link;

        return ASK(invitation_for_mail, &mail, &link);
}

static enum err do_email_request(struct full_core *full)
{
        struct email_form form = {.email = SLICE("new@example.com"), .given = {PASSWORD}};

        return DO(email_change_request, &full->session, &form);
}

static enum err do_email_confirm(struct full_core *full)
{
        return DO_AS(NULL, email_change_confirm, full->confirm_token);
}

static enum err do_email_undo(struct full_core *full)
{
        struct secret reset;

        return DO_AS(NULL, email_change_undo, full->undo_token, &reset);
}

static enum err do_email_by_operator(struct full_core *full)
{
        return DO(email_change_by_operator, &full->session.account, SLICE("new@example.com"));
}

const struct operation operations_of_factors[] = {
        {"factor_begin", do_factor_begin, WRITES, ERR_OK, NULL},
        {"factor_confirm", do_factor_confirm, WRITES, ERR_OK, NULL},
        {"factor_renew_codes", do_renew_codes, STEPS, ERR_OK, NULL},
        {"factor_set_at_consent", do_factor_change, STEPS, ERR_OK, NULL},
        {"factor_remove", do_factor_remove, STEPS, ERR_OK, NULL},
        {"factor_reset", do_factor_reset, WRITES, ERR_OK, NULL},
        {"passkey_begin", do_passkey_begin, READS, ERR_OK, NULL},
        {"passkey_add", do_passkey_add, WRITES, ERR_OK, NULL},
        {"passkey_rename", do_passkey_rename, WRITES, ERR_OK, NULL},
        {"passkey_remove", do_passkey_remove, WRITES, ERR_OK, NULL},
        {"session_log_in, with a passkey", do_log_in_by_passkey, STEPS, ERR_OK, NULL},
        {"provider_account_unlink", do_unlink, STEPS, ERR_OK, NULL},
        {"session_log_in, with a code", do_log_in_by_code, STEPS, ERR_OK, NULL},
        {"session_log_in, with a recovery code", do_log_in_by_recovery_code, STEPS, ERR_OK, NULL},
        {"session_prove", do_prove, WRITES, ERR_OK, NULL},
        {"session_log_in, without the code", do_log_in_without_code, READS, ERR_FACTOR_REQUIRED,
         NULL},
        {"account_prefer", do_account_prefer, WRITES, ERR_OK, NULL},
        {"account_ask", do_account_ask, WRITES, ERR_OK, NULL},
        {"invitation_for_mail", do_invitation_for_mail, WRITES, ERR_OK, NULL},
        {"email_change_request", do_email_request, STEPS, ERR_OK, NULL},
        {"email_change_confirm", do_email_confirm, WRITES, ERR_OK, NULL},
        {"email_change_undo", do_email_undo, WRITES, ERR_OK, NULL},
        {"email_change_by_operator", do_email_by_operator, WRITES, ERR_OK, NULL},
        {0},
};
