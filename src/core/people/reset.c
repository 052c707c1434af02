/* SPDX-License-Identifier: Apache-2.0
 *
 * Forgotten passwords.
 */
#include "core/people/reset.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/people/email.h"
#include "core/people/login/password.h"
#include "core/people/notice.h"
#include "core/people/page_link.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"
#include "core/upkeep/rate_limit.h"

enum err reset_link_make(struct op *op, const struct account *account, struct secret *ret_link)
{
        struct audit_entry audit = audit_entry_of(op, "reset_link", &account->id, NULL, NULL);
        struct secret token = token_random(&op->ports->entropy, op->arena);
        struct password_reset reset = {
                .account_id = account->id,
                .token = token_digest(secret_reveal(token)),
                .ends_at = instant_add_seconds(op->now, RESET_LIFETIME),
        };
        struct secret link = page_link(op, "/reset#", token);
        enum err error;

        if (op->ports->policy->passwords_off)
                return ERR_PASSWORDS_OFF;
        if (account->disabled_at.ms)
                return ERR_ACCOUNT_DISABLED;
        TRY(arena_check(op->arena));
        error = store_reset_insert(op, &reset, &audit);
        if (error == ERR_NO_ROW)
                return ERR_NOT_FOUND;
        TRY(error);
        *ret_link = link;
        return ERR_OK;
}

/* Where it was asked for. An operator's address is not told. */
static struct slice asked_at(const struct op *op)
{
        static const struct uuid nobody;

        return uuid_equal(&op->caller.operator_id, &nobody) ? op->caller.address
                                                            : op->ports->policy->issuer;
}

enum err reset_request(struct op *op, struct slice email)
{
        struct mail mail;

        if (op->ports->policy->passwords_off)
                return ERR_PASSWORDS_OFF;
        if (!op->ports->mail.send)
                return ERR_NO_MAIL;
        TRY(email_normalise(op->arena, email, &email));
        TRY(limit_mail(op));
        mail = mail_notice(op, MAIL_RESET, &(struct account){.email = email});
        mail.about = asked_at(op);
        return store_mail_insert(op, &mail);
}

enum err reset_password(struct op *op, const struct reset_form *form)
{
        struct digest token = token_digest(secret_reveal(form->token));
        struct password_choice choice = {.password = form->password};
        struct new_password password = {.reset = &token};
        struct audit_entry audit;
        struct account account;
        struct secret chosen;
        struct mail notice;
        enum err error;

        if (op->ports->policy->passwords_off)
                return ERR_PASSWORDS_OFF;
        error = store_reset_find(op, &token, &account);
        if (error == ERR_NO_ROW)
                return ERR_LINK_INVALID;
        TRY(error);
        choice.email = account.email;
        choice.full_name = account.full_name;
        op->account_id = account.id;
        audit = audit_entry_of(op, "password_reset", &account.id, NULL, NULL);
        TRY(password_choose(op, &choice, &chosen));
        TRY(quota_spend_login(op, &account.id));
        notice = mail_notice(op, MAIL_PASSWORD, &account);
        audit.notice = &notice;
        TRY(password_encode(op, chosen, false, &password.password));
        error = store_account_set_password(op, &password, &audit);
        return error == ERR_NO_ROW ? ERR_LINK_INVALID : error;
}
