/* SPDX-License-Identifier: Apache-2.0
 *
 * From e-mail address and password to an account.
 */
#include "oauth/credentials.h"

#include "base/macros.h"
#include "oauth/account.h"
#include "oauth/audit.h"
#include "oauth/limit.h"

static enum err password_check(const struct ports *ports, struct arena *arena,
                               const struct password_user *user, const struct credentials *given,
                               struct account *ret)
{
        struct account account = {0};
        enum err found = ERR_NO_ROW;

        if (given->email.data)
                found = ports->store->verbs->account_find(ports->store, arena, given->email,
                                                          &account);
        if (found != ERR_OK && found != ERR_NO_ROW)
                return found;
        TRY(ports->password.verify(ports->password.context, user, given->password,
                                   account.password));
        *ret = account;
        return ERR_OK;
}

enum err credentials_check(const struct ports *ports, struct arena *arena,
                           const struct caller *caller, const struct credentials *credentials,
                           struct account *ret)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct slice normal = {0};
        bool is_email = email_normalise(arena, credentials->email, &normal) == ERR_OK;
        struct slice subject = is_email ? normal : credentials->email;
        struct login_attempt attempt;
        struct account account;
        enum err error;

        TRY(arena_check(arena)); /* an address that is missing is nobody's failure */
        error = limit_login_begin(ports, caller, subject, &attempt);
        if (error == ERR_OK) {
                struct password_user user = limit_password_user(ports, caller);

                error = password_check(
                        ports, arena, &user,
                        &(struct credentials){.email = normal, .password = credentials->password},
                        &account);
                limit_login_end(ports, &attempt, error);
        }
        if (error == ERR_OK && account.disabled_at.ms)
                error = ERR_ACCOUNT_DISABLED;
        if (error != ERR_OK && !error_is_fault(error) && limit_lets_audit(ports, caller))
                audit_note(ports, arena,
                           audit_entry_of(caller, credentials->action, now, NULL, NULL, NULL),
                           error);
        TRY(error);
        *ret = account;
        return ERR_OK;
}
