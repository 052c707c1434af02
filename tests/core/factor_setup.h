/* SPDX-License-Identifier: Apache-2.0
 *
 * People with a second factor, and the codes that their phones show.
 */
#pragma once

#include "core.h"
#include "core/people/factor/factor.h"
#include "core/people/factor/factor_check.h"
#include "core/people/factor/totp.h"
#include "core/people/session.h"

static inline struct secret factor_key(struct op *op, const struct uuid *account_id)
{
        struct secret key;
        struct totp totp;

        CHECK_OK(store_totp_find(op, account_id, &totp));
        CHECK_OK(factor_open(op, account_id, &totp, &key));
        return key;
}

/* The code of the account's secret, so many steps from now. */
static inline struct secret factor_code(struct op *op, const struct uuid *account_id, int64_t steps)
{
        uint8_t digits[TOTP_DIGITS];

        totp_code(factor_key(op, account_id), totp_step(op->now) + steps, digits);
        return secret_copy(op->arena, SLICE_ARRAY(digits));
}

/* Sets it up for the person of a session, with the code before the one of now. */
static inline void factor_set_up(struct op *op, const struct session *session,
                                 struct secret ret_codes[N_RECOVERY_CODES])
{
        struct factor_setup setup;

        CHECK_OK(factor_begin(op, session, &(struct confirmation){PASSWORD}, &setup));
        CHECK_OK(factor_confirm(op, session, factor_code(op, &session->account.id, -1), ret_codes));
}
