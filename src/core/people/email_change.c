/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing the e-mail address of an account.
 */
#include "core/people/email_change.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/people/email.h"
#include "core/people/notice.h"
#include "core/people/page_link.h"
#include "core/people/reset.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"
#include "core/upkeep/rate_limit.h"

enum { WISH_LIFETIME = 86400 }; /* seconds: for so long its mail may wait */

/* --- asking --- */

static enum err wish_put(struct op *op, const struct account *account, struct slice email)
{
        struct mail mail = mail_notice(op, MAIL_EMAIL_WISH, account);
        struct email_wish wish = {&mail, instant_add_seconds(op->now, WISH_LIFETIME)};
        struct audit_entry audit = audit_entry_of(op, "email_ask", &account->id, NULL, NULL);

        mail.recipient = email;
        mail.about = account->email;
        return store_email_change_put(op, &wish, &audit);
}

enum err email_change_request(struct op *op, const struct session *session,
                              const struct email_form *form)
{
        struct identity identity;
        struct slice email;

        if (!op->ports->mail.send)
                return ERR_NO_MAIL;
        TRY(email_normalise(op->arena, form->email, &email));
        TRY(login_confirm(op, &session->account, "email_ask", &form->given, &identity));
        TRY(limit_mail(op));
        TRY(quota_spend_email_wish(op));
        return wish_put(op, &identity.account, email);
}

/* --- links --- */

/* Made when the mail is sent, so that it is kept nowhere and its time begins then. */
static enum err link_make(struct op *op, const struct mail *mail, const char *page,
                          enum err (*put)(struct op *, const struct email_link *),
                          struct secret *ret_link)
{
        struct secret token = token_random(&op->ports->entropy, op->arena);
        struct email_link put_link = {
                .mail_id = mail->id,
                .token = token_digest(secret_reveal(token)),
                .ends_at = instant_add_seconds(op->now, EMAIL_CHANGE_LIFETIME),
        };
        struct secret link = page_link(op, page, token);

        TRY(arena_check(op->arena));
        TRY(put(op, &put_link));
        *ret_link = link;
        return ERR_OK;
}

enum err email_change_link(struct op *op, const struct mail *mail, struct secret *ret_link)
{
        return link_make(op, mail, "/email#confirm=", store_email_change_link, ret_link);
}

enum err email_undo_link(struct op *op, const struct mail *mail, struct secret *ret_link)
{
        return link_make(op, mail, "/email#undo=", store_email_undo_link, ret_link);
}

/* --- changing --- */

/* Without a link `token` is NULL. */
static enum err email_set(struct op *op, const struct email_change *change,
                          const struct digest *token)
{
        struct mail notice = mail_notice(op, MAIL_EMAIL_CHANGED, &change->account);
        struct audit_entry audit =
                audit_entry_of(op, "email_change", &change->account.id, NULL, NULL);
        struct new_email email = {change, token, &notice,
                                  instant_add_seconds(op->now, EMAIL_UNDO_LIFETIME)};

        return store_email_set(op, &email, &audit);
}

enum err email_change_confirm(struct op *op, struct secret token)
{
        struct digest digest = token_digest(secret_reveal(token));
        struct email_change change;
        enum err error = store_email_change_find(op, &digest, &change);

        if (error == ERR_OK)
                error = email_set(op, &change, &digest);
        return error == ERR_NO_ROW ? ERR_LINK_INVALID : error;
}

enum err email_change_undo(struct op *op, struct secret token, struct secret *ret_reset)
{
        struct digest digest = token_digest(secret_reveal(token));
        struct secret reset = token_random(&op->ports->entropy, op->arena);
        struct email_change change;
        struct email_restoration restoration = {
                .change = &change,
                .token = &digest,
                .reset = token_digest(secret_reveal(reset)),
                .reset_ends_at = instant_add_seconds(op->now, RESET_LIFETIME),
        };
        struct audit_entry audit;
        enum err error;

        TRY(arena_check(op->arena));
        error = store_email_undo_find(op, &digest, &change);
        if (error == ERR_OK) {
                audit = audit_entry_of(op, "email_undo", &change.account.id, NULL, NULL);
                error = store_email_restore(op, &restoration, &audit);
        }
        if (error == ERR_NO_ROW)
                return ERR_LINK_INVALID;
        TRY(error);
        *ret_reset = reset;
        return ERR_OK;
}

enum err email_change_by_operator(struct op *op, const struct account *account, struct slice email)
{
        struct email_change change = {.account = *account};

        TRY(email_normalise(op->arena, email, &change.email));
        return email_set(op, &change, NULL);
}
