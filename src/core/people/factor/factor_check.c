/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking codes. Each is good once, which the store decides, however many attempts run at once.
 */
#include "core/people/factor/factor_check.h"

#include "base/macros.h"
#include "core/people/factor/factor_limit.h"
#include "core/people/factor/recovery_code.h"
#include "core/people/factor/totp.h"
#include "core/people/notice.h"
#include "core/store.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/seal.h"

struct slice factor_digits(struct arena *arena, struct secret typed)
{
        struct slice text = secret_reveal(typed);
        uint8_t *digits = arena_alloc(arena, text.size);
        size_t n = 0;

        for (size_t i = 0; digits && i < text.size; i++)
                if (text.data[i] != ' ')
                        digits[n++] = text.data[i];
        return slice_new(digits, n);
}

enum err factor_open(struct op *op, const struct uuid *account_id, const struct totp *totp,
                     struct secret *ret_key)
{
        enum err error = seal_open(op, SEAL_TOTP, account_id, totp->sealed_secret, ret_key);

        return error == ERR_NOT_AUTHENTIC ? ERR_INTERNAL : error;
}

static enum err digits_check(struct op *op, const struct uuid *account_id, struct secret key,
                             struct slice digits)
{
        struct totp_use use = {.account_id = *account_id};
        enum err error;

        if (!totp_match(key, digits, op->now, &use.step))
                return ERR_FACTOR_WRONG;
        error = store_totp_use(op, &use);
        return error == ERR_NO_ROW ? ERR_FACTOR_WRONG : error;
}

static enum err digits_check_limited(struct op *op, enum factor_use use,
                                     const struct uuid *account_id, struct secret key,
                                     struct slice digits)
{
        struct digest attempt;
        enum err error;

        TRY(factor_limit_begin(op, use, account_id, &attempt));
        error = digits_check(op, account_id, key, digits);
        factor_limit_end(op, &attempt, error);
        return error;
}

static enum err recovery_code_check(struct op *op, const struct uuid *account_id, struct secret key,
                                    struct secret typed)
{
        struct audit_entry audit = audit_entry_of(op, "recovery_code_use", account_id, NULL, NULL);
        struct recovery_code_use use = {.account_id = *account_id};
        struct mail notice;
        enum err error;

        if (!recovery_code_digest(key, secret_reveal(typed), &use.digest))
                return ERR_FACTOR_WRONG;
        TRY(mail_notice_to(op, MAIL_RECOVERY_CODE_USED, account_id, &notice));
        audit.notice = &notice;
        error = store_recovery_code_use(op, &use, &audit);
        return error == ERR_NO_ROW ? ERR_FACTOR_WRONG : error;
}

enum err factor_find(struct op *op, const struct uuid *account_id, struct totp *ret)
{
        enum err error = store_totp_find(op, account_id, ret);

        if (error == ERR_NO_ROW || (error == ERR_OK && !ret->confirmed_at.ms))
                return ERR_NOT_FOUND;
        return error;
}

static enum err code_check(struct op *op, enum factor_use use, const struct uuid *account_id,
                           const struct totp *totp, struct secret typed)
{
        struct slice digits = factor_digits(op->arena, typed);
        struct secret key;

        TRY(arena_check(op->arena));
        if (secret_is_absent(typed))
                return ERR_FACTOR_REQUIRED;
        TRY(factor_open(op, account_id, totp, &key));
        if (digits.size == TOTP_DIGITS)
                return digits_check_limited(op, use, account_id, key, digits);
        return recovery_code_check(op, account_id, key, typed);
}

enum err factor_check(struct op *op, const struct uuid *account_id, struct secret typed,
                      bool *ret_is_asked)
{
        struct totp totp;
        enum err error = factor_find(op, account_id, &totp);

        *ret_is_asked = error == ERR_OK;
        if (error == ERR_NOT_FOUND)
                return ERR_OK;
        TRY(error);
        return code_check(op, FACTOR_LOG_IN, account_id, &totp, typed);
}

enum err factor_check_consent(struct op *op, const struct uuid *account_id, struct secret typed)
{
        struct totp totp;
        enum err error = factor_find(op, account_id, &totp);

        if (error == ERR_NOT_FOUND || (error == ERR_OK && !totp.at_consent))
                return ERR_OK;
        TRY(error);
        return code_check(op, FACTOR_CONSENT, account_id, &totp, typed);
}
