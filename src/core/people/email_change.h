/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing the e-mail address of an account (docs/protocol/http.md 2.8): the new address gets a
 * link by which it is confirmed, the one before gets a link by which the change is undone.
 */
#pragma once

#include "core/people/login/login.h"
#include "core/store.h"

enum {
        EMAIL_CHANGE_LIFETIME = 1800,    /* seconds, of the link to the new address */
        EMAIL_UNDO_LIFETIME = 7 * 86400, /* and of that to the one before */
};

struct email_form {
        struct slice email;
        struct confirmation given;
};

/* Asks for another address. Whether it is another account's is looked up when the mail is sent, and
 * told there alone. Return: ERR_OK; ERR_NO_MAIL; ERR_FIELD_MALFORMED (the address); as
 * login_confirm(); ERR_EMAIL_ELSEWHERE; ERR_EMAIL_CHANGES; ERR_TOO_MANY_MAILS,
 * with `caller->wait`; ERR_BUSY: too many mails wait; faults. */
enum err email_change_request(struct op *op, const struct session *session,
                              const struct email_form *form);

/* The links that these mails are to bring. Return: ERR_OK; ERR_NO_ROW: there is nothing to confirm
 * or undo any more; faults. */
enum err email_change_link(struct op *op, const struct mail *mail, struct secret *ret_link);
enum err email_undo_link(struct op *op, const struct mail *mail, struct secret *ret_link);

/* Changes the address by the link, which is used up. Return: ERR_OK; ERR_LINK_INVALID;
 * ERR_EMAIL_TAKEN: by somebody else meanwhile; ERR_EMAIL_CHANGES; ERR_BUSY; faults. */
enum err email_change_confirm(struct op *op, struct secret token);

/* Gives the account its former address back, by the link that was sent there, and ends all
 * sessions, the password and passkeys, since somebody else may know it. `ret_reset` is the token of
 * a link for another password. Later changes are undone with it; links of earlier ones still work.
 * Access that was granted stays. Return: ERR_OK; ERR_LINK_INVALID; faults. */
enum err email_change_undo(struct op *op, struct secret token, struct secret *ret_reset);

/* Changes the address at once. If the server sends mail, the one before gets a link all the same.
 * `account` is as it was read. Return: ERR_OK; ERR_FIELD_MALFORMED (the address); ERR_EMAIL_TAKEN;
 * ERR_EMAIL_CHANGES; ERR_BUSY; faults. */
enum err email_change_by_operator(struct op *op, const struct account *account, struct slice email);
