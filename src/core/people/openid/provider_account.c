/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding or creating the account of a person whom a provider describes.
 */
#include "core/people/openid/provider_account.h"

#include "base/macros.h"
#include "base/name.h"
#include "core/ids.h"
#include "core/people/account.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rate_limit.h"

static enum err identity_add(struct op *op, const struct account *account, struct slice subject)
{
        struct identity identity = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .account = *account,
                .method = LOGIN_OPENID,
                .subject = subject,
        };
        struct audit_entry audit = audit_entry_of(op, "login_added", &account->id, NULL, NULL);

        return store_identity_insert(op, &identity, &audit);
}

static bool is_in_domain(struct slice domains, struct slice email)
{
        struct slice host = email, user, domain;

        (void)slice_cut(&host, '@', &user);
        while (domains.size) {
                (void)slice_cut(&domains, ',', &domain);
                if (slice_equal_in_any_case(slice_trim(domain), host))
                        return true;
        }
        return false;
}

static bool may_have_account(const struct openid_provider *provider,
                             const struct openid_person *person)
{
        return provider->accounts && person->is_in_group &&
               (!provider->domains.size || is_in_domain(provider->domains, person->email));
}

static enum err account_make(struct op *op, const struct openid_provider *provider,
                             const struct openid_person *person)
{
        struct digest attempt;
        struct account account;
        enum err error;

        TRY(limit_registration_begin(op, &attempt));
        error = account_create_by(
                op, LOGIN_OPENID,
                &(struct registration){.email = person->email,
                                       .full_name = person->name,
                                       .subject = person->subject,
                                       .is_address_proven = provider->trust_email},
                &account);
        limit_registration_end(op, &attempt, error);
        return error;
}

enum err provider_account_ensure(struct op *op, const struct openid_provider *provider,
                                 const struct openid_person *person)
{
        struct identity identity;
        struct account account;
        enum err error = store_identity_of_subject(op, &person->subject, &identity);

        if (error != ERR_NO_ROW)
                return error;
        if (!person->email.size)
                return ERR_PROVIDER_EMAIL;
        error = store_account_find(op, &person->email, &account);
        if (error == ERR_NO_ROW && may_have_account(provider, person))
                error = account_make(op, provider, person);
        else if (error == ERR_NO_ROW)
                return ERR_ACCOUNT_MISSING;
        else if (error == ERR_OK)
                error = provider->trust_email ? identity_add(op, &account, person->subject)
                                              : ERR_PROVIDER_ACCOUNT;
        /* By another log-in of this moment, which may be the same person's. */
        if (error == ERR_EMAIL_TAKEN)
                error = store_identity_of_subject(op, &person->subject, &identity);
        return error == ERR_NO_ROW ? ERR_PROVIDER_ACCOUNT : error;
}

enum err provider_account_unlink(struct op *op)
{
        struct audit_entry audit = audit_entry_of(op, "login_removed", &op->account_id, NULL, NULL);
        enum err error = store_identities_forget(op, &op->account_id, &audit);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
