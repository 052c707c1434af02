/* SPDX-License-Identifier: Apache-2.0
 *
 * From e-mail address and password to an account.
 */
#include "core/people/credentials.h"

#include "base/macros.h"
#include "core/people/account.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rate_limit.h"

static enum err password_check(struct op *op, const struct password_user *user,
                               const struct credentials *given, struct account *ret)
{
        struct account account = {0};
        enum err found = ERR_NO_ROW;

        if (given->email.data)
                found = store_account_find(op, &given->email, &account);
        if (found != ERR_OK && found != ERR_NO_ROW)
                return found;
        TRY(op->ports->password.verify(op->ports->password.context, user, given->password,
                                       account.password));
        *ret = account;
        return ERR_OK;
}

enum err credentials_check(struct op *op, const struct credentials *credentials,
                           struct account *ret)
{
        struct slice normal = {0};
        bool is_email = email_normalise(op->arena, credentials->email, &normal) == ERR_OK;
        struct slice subject = is_email ? normal : credentials->email;
        struct login_attempt attempt;
        struct account account;
        enum err error;

        TRY(arena_check(op->arena)); /* an address that is missing is nobody's failure */
        error = limit_login_begin(op, subject, &attempt);
        if (error == ERR_OK) {
                struct password_user user = limit_password_user(op);

                error = password_check(
                        op, &user,
                        &(struct credentials){.email = normal, .password = credentials->password},
                        &account);
                limit_login_end(op, &attempt, error);
        }
        if (error == ERR_OK && account.disabled_at.ms)
                error = ERR_ACCOUNT_DISABLED;
        if (error != ERR_OK && !error_is_fault(error) && limit_lets_audit(op))
                audit_note(op, audit_entry_of(op, credentials->action, NULL, NULL, NULL), error);
        TRY(error);
        *ret = account;
        return ERR_OK;
}
