/* SPDX-License-Identifier: Apache-2.0
 *
 * Authenticating a person, wherever that is needed, by one of the ways of login/methods.def.
 */
#pragma once

#include "core/people/login/method.h"

/* What somebody who is logged in shows that they are still the same with. */
struct confirmation {
        struct secret
                password;     /* absent: a provider has just said who it is, or the proxy says it */
        struct secret code;   /* of the second factor; absent: none */
        struct slice subject; /* whom the provider has logged in; absent: nobody */
};

/* Checks the credentials, and the second factor of an account that has one. An unknown account
 * takes the same time as a known one. Failures are rate-limited and written to the audit trail.
 * Return: ERR_OK; ERR_PASSWORDS_OFF; ERR_INVALID_CREDENTIALS; of who knows the password:
 * ERR_ACCOUNT_DISABLED, ERR_FACTOR_REQUIRED, ERR_FACTOR_WRONG; ERR_TOO_MANY_REQUESTS, with
 * `caller->wait`; ERR_BUSY; faults. Of a passkey, which needs no second factor: ERR_PASSKEYS_OFF;
 * as passkey_prove(). */
enum err login_check(struct op *op, const struct credentials *credentials, struct identity *ret);

/* The same for somebody who is logged in. Without a password a provider must have logged in the
 * owner of the account within the last ten minutes, or the proxy must name them, and they must have
 * logged in by it before. Return: also ERR_PROVIDER_AGAIN: no provider has. */
enum err login_confirm(struct op *op, const struct account *account, const char *action,
                       const struct confirmation *given, struct identity *ret);

/* Whether a session that began in this way may go on: the policy has the way still, and what says
 * with each request who somebody is says the same. */
bool login_holds(struct op *op, const struct session *session);
