/* SPDX-License-Identifier: Apache-2.0
 *
 * Inviting people; account_register() uses an invitation up.
 */
#include "core/people/invitation.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/people/email.h"
#include "core/people/page_link.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"

enum err invitation_make(struct op *op, const struct invitation_form *form, struct invitation *ret,
                         struct secret *ret_token)
{
        struct secret token = token_random(&op->ports->entropy, op->arena);
        struct invitation invitation = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .token = token_digest(secret_reveal(token)),
                .roles = form->roles,
                .created_at = op->now,
                .expires_at = instant_add_seconds(op->now, form->lifetime),
        };
        struct audit_entry audit = audit_entry_of(op, "invite", NULL, NULL, &invitation.id);
        struct account account;
        enum err error;

        if (op->ports->policy->passwords_off)
                return ERR_PASSWORDS_OFF;
        TRY(email_normalise(op->arena, form->email, &invitation.email));
        error = store_account_find(op, &invitation.email, &account);
        if (error == ERR_OK)
                return ERR_EMAIL_TAKEN;
        if (error != ERR_NO_ROW)
                return error;
        TRY(store_invitation_put(op, &invitation, &audit));
        *ret = invitation;
        *ret_token = token;
        return ERR_OK;
}

struct secret invitation_link(const struct op *op, struct secret token)
{
        return page_link(op, "/register#invite=", token);
}

enum err invitation_for_mail(struct op *op, const struct mail *mail, struct secret *ret_link)
{
        struct secret token = token_random(&op->ports->entropy, op->arena);
        struct invitation invitation = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .token = token_digest(secret_reveal(token)),
                .email = mail->recipient,
                .is_asked = true,
                .created_at = op->now,
                .expires_at = instant_add_seconds(op->now, REGISTRATION_LIFETIME),
        };
        struct secret link = invitation_link(op, token);

        TRY(arena_check(op->arena));
        TRY(store_invitation_put(op, &invitation, NULL));
        *ret_link = link;
        return ERR_OK;
}

enum err invitation_find(struct op *op, struct secret token, struct invitation *ret)
{
        struct digest digest = token_digest(secret_reveal(token));
        enum err error = store_invitation_find(op, &digest, ret);

        return error == ERR_NO_ROW ? ERR_INVITATION_INVALID : error;
}

enum err invitation_withdraw(struct op *op, struct slice email)
{
        struct audit_entry audit = audit_entry_of(op, "invite_withdraw", NULL, NULL, NULL);
        struct slice normal;
        enum err error = email_normalise(op->arena, email, &normal);

        if (error == ERR_FIELD_MALFORMED)
                return ERR_NOT_FOUND;
        TRY(error);
        error = store_invitation_delete(op, &normal, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
