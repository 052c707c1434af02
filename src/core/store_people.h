/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the store for passwords, invitations, mail
 * and preferences. They keep the promises
 * at the head of core/store.h, which includes this.
 */
#pragma once

#include "core/model.h"
#include "core/op.h"
#include "core/people/mail_model.h"
#include "core/store_email.h"
#include "core/store_factor.h"
#include "core/store_passkey.h"
#include "core/upkeep/audit_entry.h"

struct new_password {
        struct slice password;      /* encoded */
        struct uuid spared;         /* the session that stays valid; zeros: none */
        const struct digest *reset; /* by this link, which is used up; NULL: without one */
};

/* Ends all sessions except the one to keep, and the link to reset it. Return: ERR_OK; ERR_NO_ROW.
 */
enum err store_account_set_password(struct op *op, const struct new_password *password,
                                    const struct audit_entry *audit);

/* A link by which somebody who has forgotten the password chooses another. */
struct password_reset {
        struct uuid account_id;
        struct digest token; /* of its text */
        struct instant ends_at;
};

/* From now on a session has this authentication. Return: ERR_OK; ERR_NO_ROW: it has ended. */
enum err store_session_prove(struct op *op, const struct session *session,
                             const struct audit_entry *audit);

/* Another way to log in to an account; one that it has stays as it is. Return: ERR_OK; ERR_NO_ROW:
 * the account is gone, or another person of the same provider logs in to it. */
enum err store_identity_insert(struct op *op, const struct identity *identity,
                               const struct audit_entry *audit);
/* Ends an account's ways to log in by providers, and all its sessions. Return: ERR_OK; ERR_NO_ROW:
 * there is none. */
enum err store_identities_forget(struct op *op, const struct uuid *account_id,
                                 const struct audit_entry *audit);

/* The one by which a provider's person logs in. Return: ERR_OK; ERR_NO_ROW. */
enum err store_identity_of_subject(struct op *op, const struct slice *subject,
                                   struct identity *ret);

/* It takes the place of the account's earlier one. Return: ERR_OK; ERR_NO_ROW: the account is
 * deleted or disabled, or has no password. */
enum err store_reset_insert(struct op *op, const struct password_reset *reset,
                            const struct audit_entry *audit);
/* Whose link it is that has not expired. Return: ERR_OK; ERR_NO_ROW. */
enum err store_reset_find(struct op *op, const struct digest *token, struct account *ret);

/* Lets somebody make an account with this address, once. */
struct invitation {
        struct uuid id;
        struct digest token;
        struct slice email; /* lower case */
        bool is_asked;      /* by whoever reads its mail, not given by an operator */
        unsigned roles;     /* that the account gets: enum account_role */
        struct instant created_at;
        struct instant expires_at;
};

struct invitation_list LIST_OF(struct invitation);

/* Replaces the one like it that the address has. */
enum err store_invitation_put(struct op *op, const struct invitation *invitation,
                              const struct audit_entry *audit);
/* One that has not expired. Return: ERR_OK; ERR_NO_ROW. */
enum err store_invitation_find(struct op *op, const struct digest *token, struct invitation *ret);
/* Those of operators that have not expired, the first to expire first. */
enum err store_invitation_list(struct op *op, const struct list_page *page,
                               struct invitation_list *ret);
/* That of an operator for an address. Return: ERR_OK; ERR_NO_ROW: it has none, or it has expired.
 */
enum err store_invitation_delete(struct op *op, const struct slice *email,
                                 const struct audit_entry *audit);
/* Enters a mail that is due now. Does nothing if LIMIT_MAILS_OF_RECIPIENT of its kind wait for its
 * recipient. Return: ERR_OK; ERR_BUSY: LIMIT_MAILS wait. */
enum err store_mail_insert(struct op *op, const struct mail *mail);
/* The mail that has been due longest, which is due again at `until`. Return: ERR_OK; ERR_NO_ROW:
 * none is, or another node takes it. */
enum err store_mail_take(struct op *op, const struct instant *until, struct mail *ret);
enum err store_mail_put_off(struct op *op, const struct mail_delay *delay);
enum err store_mail_delete(struct op *op, const struct uuid *id);
enum err store_mail_waiting(struct op *op, struct mail_waiting *ret);

/* --- roles --- */

struct account_roles {
        struct uuid id;
        unsigned roles; /* all of them: enum account_role */
};

/* Return: ERR_OK; ERR_NO_ROW. */
enum err store_account_set_roles(struct op *op, const struct account_roles *roles,
                                 const struct audit_entry *audit);

/* --- preferences --- */

struct account_preferences {
        enum language language; /* LANGUAGE_NONE: it stays */
        bool changes_notices;
        unsigned notices_off; /* all of them: enum account_notice */
};

/* Of the call's account. Return: ERR_OK; ERR_NO_ROW. */
enum err store_account_prefer(struct op *op, const struct account_preferences *wanted,
                              const struct audit_entry *audit);
