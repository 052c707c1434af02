/* SPDX-License-Identifier: Apache-2.0
 *
 * Sending mail.
 */
#include "core/people/mail.h"

#include "base/macros.h"
#include "core/people/email_change.h"
#include "core/people/invitation.h"
#include "core/people/mail_text.h"
#include "core/people/page_link.h"
#include "core/people/reset.h"
#include "core/upkeep/quota.h"

enum {
        LEASE = 120, /* seconds; sending takes 30 at most */
        PAUSE_FIRST = 60,
        PAUSE_LONGEST = 3600,
        PATIENCE = 86400,
};

/* Whoever entered the mail did not look up whose address it is. */
static void recipient_note(struct mail *mail, const struct account *recipient)
{
        if (recipient->language)
                mail->language = recipient->language;
}

/* The link is made now, so that it is kept nowhere and its time begins when the mail is sent. */
static enum err reset_prepare(struct op *op, struct mail *mail, struct secret *ret_link)
{
        struct account account;

        TRY(store_account_find(op, &mail->recipient, &account));
        recipient_note(mail, &account);
        op->account_id = account.id;
        op->caller.address = mail->about;
        if (mail->n_attempts == 1)
                TRY(quota_spend_reset_mail(op, mail->recipient));
        return reset_link_make(op, &account, ret_link);
}

static enum err notice_prepare(struct op *op, const struct mail *mail, const char *page,
                               struct secret *ret_link)
{
        if (mail->n_attempts == 1)
                TRY(quota_spend_notice(op, mail->kind, mail->recipient));
        *ret_link = page_link(op, page, (struct secret){0});
        return ERR_OK;
}

/* Whether the address is somebody's is looked up here, where nobody waits for an answer. */
static enum err email_wish_prepare(struct op *op, struct mail *mail, struct secret *ret_link)
{
        struct account account;
        enum err error;

        if (mail->n_attempts == 1)
                TRY(quota_spend_email_mail(op, mail->kind, mail->recipient));
        error = store_account_find(op, &mail->recipient, &account);
        if (error == ERR_NO_ROW)
                return email_change_link(op, mail, ret_link);
        TRY(error);
        recipient_note(mail, &account);
        mail->kind = MAIL_EMAIL_TAKEN;
        *ret_link = page_link(op, "/login", (struct secret){0});
        return ERR_OK;
}

static enum err registration_prepare(struct op *op, struct mail *mail, struct secret *ret_link)
{
        struct account account;
        enum err error;

        if (mail->n_attempts == 1)
                TRY(quota_spend_registration_mail(op, mail->recipient));
        error = store_account_find(op, &mail->recipient, &account);
        if (error == ERR_NO_ROW)
                return invitation_for_mail(op, mail, ret_link);
        TRY(error);
        recipient_note(mail, &account);
        mail->kind = MAIL_REGISTERED;
        *ret_link = page_link(op, "/login", (struct secret){0});
        return ERR_OK;
}

static enum err email_changed_prepare(struct op *op, const struct mail *mail,
                                      struct secret *ret_link)
{
        if (mail->n_attempts == 1)
                TRY(quota_spend_email_mail(op, mail->kind, mail->recipient));
        return email_undo_link(op, mail, ret_link);
}

/* What a mail brings can also decide what it says. */
static enum err link_prepare(struct op *op, struct mail *mail, struct secret *ret_link)
{
        switch (mail->kind) {
        case MAIL_RESET:
                return reset_prepare(op, mail, ret_link);
        case MAIL_PASSWORD:
                return notice_prepare(op, mail, "/forgot", ret_link); /* needs no session */
        case MAIL_FACTOR_ADDED:
        case MAIL_FACTOR_REMOVED:
        case MAIL_RECOVERY_CODES:
        case MAIL_RECOVERY_CODE_USED:
        case MAIL_PASSKEY_ADDED:
        case MAIL_PASSKEY_REMOVED:
        case MAIL_PASSKEY_CLONED:
        case MAIL_FACTORS_RESET:
        case MAIL_NEW_BROWSER:
                return notice_prepare(op, mail, "/account", ret_link);
        case MAIL_CONNECTED:
                return notice_prepare(op, mail, "/apps", ret_link);
        case MAIL_CLIENT_SECRET:
                return notice_prepare(op, mail, "/console", ret_link);
        case MAIL_EMAIL_WISH:
                return email_wish_prepare(op, mail, ret_link);
        case MAIL_EMAIL_CHANGED:
                return email_changed_prepare(op, mail, ret_link);
        case MAIL_REGISTRATION:
                return registration_prepare(op, mail, ret_link);
        case MAIL_EMAIL_TAKEN:
        case MAIL_REGISTERED:
                break; /* are entered as the one before */
        }
        return ERR_NOT_FOUND;
}

static enum err mail_try(struct op *op, struct mail *mail)
{
        struct mail_message message;
        struct secret link = {0};

        TRY(link_prepare(op, mail, &link));
        TRY(mail_compose(op, mail, link, &message));
        return op->ports->mail.send(op->ports->mail.context, &message);
}

static int64_t pause_after(int64_t n_attempts)
{
        int64_t pause = PAUSE_FIRST;

        for (int64_t i = 1; i < n_attempts && pause < PAUSE_LONGEST; i++)
                pause *= 2;
        return pause < PAUSE_LONGEST ? pause : PAUSE_LONGEST;
}

static enum err mail_settle(struct op *op, const struct mail *mail, enum err outcome)
{
        struct instant next = instant_add_seconds(op_time(op), pause_after(mail->n_attempts));
        bool is_late = next.ms > instant_add_seconds(mail->made_at, PATIENCE).ms;

        if (outcome == ERR_MAIL_UNAVAILABLE && !is_late)
                return store_mail_put_off(op, &(struct mail_delay){mail->id, next});
        return store_mail_delete(op, &mail->id);
}

enum err mail_send_next(struct op *op, enum err *ret_outcome)
{
        struct instant until = instant_add_seconds(op->now, LEASE);
        struct mail mail;
        enum err outcome;

        TRY(store_mail_take(op, &until, &mail));
        outcome = mail_try(op, &mail);
        if (error_is_fault(outcome) && outcome != ERR_MAIL_UNAVAILABLE)
                return outcome; /* it is due again when the lease ends */
        TRY(mail_settle(op, &mail, outcome));
        *ret_outcome = outcome;
        return ERR_OK;
}
