/* SPDX-License-Identifier: Apache-2.0
 *
 * Operators' work on accounts.
 */
#include "core/people/operator.h"

#include "base/macros.h"
#include "core/people/account.h"
#include "core/people/factor/factor.h"
#include "core/people/reset.h"
#include "core/upkeep/audit.h"

enum err operator_check(const struct account *account)
{
        return account->roles & ACCOUNT_OPERATOR ? ERR_OK : ERR_NOT_OPERATOR;
}

/* The account, if operators may change it. */
static enum err account_open(struct op *op, const struct uuid *id, struct account *ret)
{
        struct account account;
        enum err error = store_account_by_id(op, id, &account);

        if (error == ERR_NO_ROW)
                return ERR_NOT_FOUND;
        TRY(error);
        if (account.roles & ACCOUNT_OPERATOR)
                return ERR_OPERATORS_ACCOUNT;
        *ret = account;
        return ERR_OK;
}

enum err operator_disable_account(struct op *op, const struct uuid *id)
{
        struct account account;

        TRY(account_open(op, id, &account));
        return account.disabled_at.ms ? ERR_OK : account_end_by_operator(op, id, ACCOUNT_DISABLE);
}

enum err operator_enable_account(struct op *op, const struct uuid *id)
{
        struct account account;
        enum err error;

        TRY(account_open(op, id, &account));
        error = account_enable_by_operator(op, &account);
        return error == ERR_CONFLICT ? ERR_ACCOUNT_SETTLING : error;
}

enum err operator_reset_factors(struct op *op, const struct uuid *id)
{
        struct account account;
        enum err error;

        TRY(account_open(op, id, &account));
        op->account_id = account.id;
        error = factor_reset(op);
        return error == ERR_NOT_FOUND ? ERR_NO_FACTORS : error;
}

enum err operator_mail_reset(struct op *op, const struct uuid *id)
{
        struct audit_entry audit = audit_entry_of(op, "reset_mail", id, NULL, NULL);
        struct account account;

        TRY(account_open(op, id, &account));
        if (account.disabled_at.ms)
                return ERR_ACCOUNT_DISABLED;
        TRY(reset_request(op, account.email));
        return store_audit_write(op, &audit);
}
