/* SPDX-License-Identifier: Apache-2.0
 *
 * Authenticating a person, wherever that is needed, by one of the ways of login/methods.def.
 */
#pragma once

#include "core/people/login/method.h"

/* An unknown account takes the same time as a known one. Failures are rate-limited and written to
 * the audit trail.
 * Return: ERR_OK; ERR_PASSWORDS_OFF; ERR_INVALID_CREDENTIALS; ERR_ACCOUNT_DISABLED: the credentials
 * are right; ERR_TOO_MANY_REQUESTS, with `caller->wait`; ERR_BUSY; faults. */
enum err login_check(struct op *op, const struct credentials *credentials, struct identity *ret);

/* Whether a session that began in this way may go on: the policy has the way still, and what says
 * with each request who somebody is says the same. */
bool login_holds(struct op *op, const struct session *session);
