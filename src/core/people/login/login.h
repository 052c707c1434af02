/* SPDX-License-Identifier: Apache-2.0
 *
 * Authenticating a person, wherever that is needed, by one of the ways of login/methods.def.
 */
#pragma once

#include "core/people/login/method.h"

/* What somebody who is logged in shows that they are still the same with. */
struct confirmation {
        struct secret password; /* absent: the proxy says who it is */
        struct secret code;     /* of the second factor; absent: none */
};

/* Checks the credentials, and the second factor of an account that has one. An unknown account
 * takes the same time as a known one. Failures are rate-limited and written to the audit trail.
 * Return: ERR_OK; ERR_PASSWORDS_OFF; ERR_INVALID_CREDENTIALS; of who knows the password:
 * ERR_ACCOUNT_DISABLED, ERR_FACTOR_REQUIRED, ERR_FACTOR_WRONG; ERR_TOO_MANY_REQUESTS, with
 * `caller->wait`; ERR_BUSY; faults. */
enum err login_check(struct op *op, const struct credentials *credentials, struct identity *ret);

/* The same for somebody who is logged in. Without a password the proxy must name the owner of the
 * account, who has logged in by it before. */
enum err login_confirm(struct op *op, const struct account *account, const char *action,
                       const struct confirmation *given, struct identity *ret);

/* Whether a session that began in this way may go on: the policy has the way still, and what says
 * with each request who somebody is says the same. */
bool login_holds(struct op *op, const struct session *session);
