/* SPDX-License-Identifier: Apache-2.0
 *
 * Forgotten passwords (docs/protocol/http.md 2.4): a link by which another one is chosen, once.
 */
#pragma once

#include "core/store.h"

enum { RESET_LIFETIME = 1800 }; /* seconds */

/* Makes the link of an account; earlier ones end. Its token is in the fragment, which browsers send
 * to nobody.
 * Return: ERR_OK; ERR_PASSWORDS_OFF; ERR_ACCOUNT_DISABLED; ERR_NOT_FOUND: it is deleted, or has no
 * password; faults.
 */
enum err reset_link_make(struct op *op, const struct account *account, struct secret *ret_link);

/* Enters the mail that brings such a link to whoever has this address, whose language it is
 * in, if there is one. That is not looked up before it is sent, so it makes no difference here.
 * Return: ERR_OK; ERR_PASSWORDS_OFF; ERR_NO_MAIL: this server sends none; ERR_FIELD_MALFORMED (the
 * address); ERR_TOO_MANY_MAILS, with `caller->wait`; ERR_BUSY: too many wait; faults. */
enum err reset_request(struct op *op, struct slice email);

struct reset_form {
        struct secret token, password;
};

/* Sets the password by a link's token, which is used up then, and ends all sessions. What was
 * granted stays. A password that is refused leaves the link as it is.
 * Return: ERR_OK; ERR_PASSWORDS_OFF; ERR_LINK_INVALID; as password_choose(); ERR_PASSWORD_LEAKED;
 * ERR_QUOTA_LOGINS, with `caller->wait`; ERR_BUSY; faults. */
enum err reset_password(struct op *op, const struct reset_form *form);
