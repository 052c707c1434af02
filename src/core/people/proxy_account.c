/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding or creating the account of a person whom a proxy names.
 */
#include "core/people/proxy_account.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/people/account.h"
#include "core/people/login/proxy.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"

/* For an account whose owner has not logged in this way yet. */
static enum err identity_add(struct op *op, const struct account *account)
{
        struct identity identity = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .account = *account,
                .method = LOGIN_PROXY,
        };
        struct audit_entry audit = audit_entry_of(op, "login_added", &account->id, NULL, NULL);
        enum err error = store_identity_insert(op, &identity, &audit);

        return error == ERR_NO_ROW ? ERR_ACCOUNT_MISSING : error;
}

static enum err account_make(struct op *op, struct slice email)
{
        struct account account;
        enum err error;

        if (!op->ports->policy->proxy_accounts)
                return ERR_ACCOUNT_MISSING;
        error = account_create_by(op, LOGIN_PROXY,
                                  &(struct registration){.email = email, .is_address_proven = true},
                                  &account);
        return error == ERR_EMAIL_TAKEN ? ERR_OK : error; /* by another log-in of this moment */
}

enum err proxy_account_ensure(struct op *op, struct slice *ret_email)
{
        struct identity_key key = {.method = LOGIN_PROXY};
        struct identity identity;
        struct account account;
        enum err error;

        TRY(proxy_person(op, &key.email));
        error = store_identity_find(op, &key, &identity);
        if (error == ERR_NO_ROW) {
                error = store_account_find(op, &key.email, &account);
                if (error == ERR_OK)
                        error = identity_add(op, &account);
                else if (error == ERR_NO_ROW)
                        error = account_make(op, key.email);
        }
        TRY(error);
        *ret_email = key.email;
        return ERR_OK;
}
