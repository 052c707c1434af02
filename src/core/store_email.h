/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the store for changes of e-mail addresses. They keep the promises at the head
 * of core/store.h, which includes this.
 */
#pragma once

#include "core/model.h"
#include "core/op.h"
#include "core/people/mail_model.h"
#include "core/upkeep/audit_entry.h"

/* Another address that the call's account is to have. */
struct email_wish {
        const struct mail *mail; /* to that address: it is to bring the link */
        struct instant ends_at;
};

/* It takes the place of the account's earlier one, and its mail is entered. Return: ERR_OK;
 * ERR_EMAIL_ELSEWHERE: a proxy or a provider says who the person is; ERR_EMAIL_CHANGES:
 * LIMIT_EMAIL_UNDOS changes can be undone; ERR_BUSY: too many mails wait. */
enum err store_email_change_put(struct op *op, const struct email_wish *wish,
                                const struct audit_entry *audit);

/* A link that a mail is about to bring. */
struct email_link {
        struct uuid mail_id;
        struct digest token; /* of its text */
        struct instant ends_at;
};

/* To an address that an account is to have. Return: ERR_OK; ERR_NO_ROW: it is not to any more. */
enum err store_email_change_link(struct op *op, const struct email_link *link);
/* To an address that an account has had; its end stays. Return: ERR_OK; ERR_NO_ROW: there is
 * nothing to undo any more. */
enum err store_email_undo_link(struct op *op, const struct email_link *link);

/* What a link is for: the account as it is now, and the address that it is to get. */
struct email_change {
        struct account account;
        struct slice email;
};

/* By a link that has not expired. Return: ERR_OK; ERR_NO_ROW. */
enum err store_email_change_find(struct op *op, const struct digest *token,
                                 struct email_change *ret);
enum err store_email_undo_find(struct op *op, const struct digest *token, struct email_change *ret);

struct new_email {
        const struct email_change *change;
        const struct digest *token; /* of the link, which is used up; NULL: without one */
        const struct mail *notice;  /* to the address before; without a kind: none, and the change
                                     * cannot be undone */
        struct instant undo_until;
};

/* Changes an account's address. Wishes and links for another password end. Return: ERR_OK;
 * ERR_NO_ROW: the link is not valid any more, or the account has another address; ERR_EMAIL_TAKEN;
 * ERR_EMAIL_CHANGES: as above; ERR_BUSY: the notice finds no room. */
enum err store_email_set(struct op *op, const struct new_email *email,
                         const struct audit_entry *audit);

/* Undoing a change. */
struct email_restoration {
        const struct email_change *change;
        const struct digest *token;   /* of its link */
        struct digest reset;          /* of a link for another password */
        struct instant reset_ends_at; /* of that */
};

/* Gives an account an address that it had, by a link to that address, and forgets this change and
 * those after it. All sessions end, and nobody can log in with the password or the passkeys that
 * there were. Return: ERR_OK; ERR_NO_ROW: the link is not valid any more. */
enum err store_email_restore(struct op *op, const struct email_restoration *restoration,
                             const struct audit_entry *audit);
