/* SPDX-License-Identifier: Apache-2.0
 *
 * A person's second factor (docs/protocol/http.md 2.6): setting it up, its recovery codes, removing
 * it. All of it takes the password, and the factor that holds already.
 */
#pragma once

#include "core/people/factor/factor_model.h"
#include "core/people/login/login.h"
#include "core/store.h"

/* What a program that shows codes needs, which is said once. */
struct factor_setup {
        struct secret secret; /* base32 */
        struct secret uri;    /* otpauth://, with the same secret */
};

/* What somebody does with their session. */
enum factor_area {
        FACTOR_AREA_ACCOUNT, /* looks after their own account */
        FACTOR_AREA_USER,
        FACTOR_AREA_DEVELOPER,
        FACTOR_AREA_OPERATOR,
};

/* Whether somebody has the second factor that the operator requires for this, or has logged in with
 * a passkey. Return: ERR_OK; ERR_FACTOR_MISSING; faults. */
enum err factor_require(struct op *op, const struct session *session, enum factor_area area);

/* Makes a new secret, which holds once factor_confirm() was called with a code of it.
 * Return: ERR_OK; ERR_FACTOR_EXISTS; as login_confirm(); ERR_QUOTA_CHANGES; faults. */
enum err factor_begin(struct op *op, const struct session *session,
                      const struct confirmation *given, struct factor_setup *ret);

/* From now on the factor is asked for. All other sessions end. Returns the recovery codes, which
 * cannot be read again. Return: ERR_OK; ERR_FACTOR_EXISTS; ERR_FACTOR_NOT_BEGUN; ERR_FACTOR_WRONG;
 * ERR_TOO_MANY_REQUESTS, with `caller->wait`; faults. */
enum err factor_confirm(struct op *op, const struct session *session, struct secret code,
                        struct secret ret_codes[N_RECOVERY_CODES]);

/* Replaces all recovery codes. Return: ERR_OK; ERR_NOT_FOUND: there is no factor; as
 * login_confirm(); ERR_QUOTA_CHANGES; faults. */
enum err factor_renew_codes(struct op *op, const struct session *session,
                            const struct confirmation *given,
                            struct secret ret_codes[N_RECOVERY_CODES]);

/* Whether each consent takes a code from now on. Return: ERR_OK; ERR_NOT_FOUND; as login_confirm();
 * ERR_QUOTA_CHANGES; faults. */
enum err factor_set_at_consent(struct op *op, const struct session *session,
                               const struct confirmation *given, bool at_consent);

/* All other sessions end. Return: ERR_OK; ERR_NOT_FOUND; as login_confirm(); faults. */
enum err factor_remove(struct op *op, const struct session *session,
                       const struct confirmation *given);

/* The same by an operator, of op->account_id, with all passkeys; all sessions end. Return: ERR_OK;
 * ERR_NOT_FOUND: there is neither; faults. */
enum err factor_reset(struct op *op);
