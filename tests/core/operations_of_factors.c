/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core does for second factors, and logging in with them; and what operations_of_people.c
 * has no room for.
 */
#include "core/operations.h"

#include "base/macros.h"
#include "core/people/factor/factor.h"
#include "core/people/factor/totp.h"
#include "core/people/openid/provider_account.h"

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

ONE_CALL(do_factor_reset, DO_AS(GUARDED, factor_reset))

/* --- of logging in by a provider --- */

static enum err do_unlink(struct full_core *full)
{
        static const struct openid_provider provider = {.trust_email = true};
        struct openid_person person = {SLICE("https://a.example ada"), ACCOUNT->email};

        TRY(DO_AS(NULL, provider_account_ensure, &provider, &person));
        return DO(provider_account_unlink);
}

const struct operation operations_of_factors[] = {
        {"factor_begin", do_factor_begin, WRITES, ERR_OK, NULL},
        {"factor_confirm", do_factor_confirm, WRITES, ERR_OK, NULL},
        {"factor_renew_codes", do_renew_codes, STEPS, ERR_OK, NULL},
        {"factor_remove", do_factor_remove, STEPS, ERR_OK, NULL},
        {"factor_reset", do_factor_reset, WRITES, ERR_OK, NULL},
        {"provider_account_unlink", do_unlink, STEPS, ERR_OK, NULL},
        {"session_log_in, with a code", do_log_in_by_code, STEPS, ERR_OK, NULL},
        {"session_log_in, with a recovery code", do_log_in_by_recovery_code, STEPS, ERR_OK, NULL},
        {"session_log_in, without the code", do_log_in_without_code, READS, ERR_FACTOR_REQUIRED,
         NULL},
        {0},
};
