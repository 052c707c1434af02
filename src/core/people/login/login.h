/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking who somebody is, wherever that is asked, by one of the ways of login/methods.def.
 */
#pragma once

#include "core/people/login/method.h"

/* An unknown account costs the same as a known one. Who fails too often waits; a failure is written
 * to the audit trail.
 * Return: ERR_OK; ERR_INVALID_CREDENTIALS; ERR_ACCOUNT_DISABLED: the credentials are right;
 * ERR_TOO_MANY_REQUESTS, with `caller->wait`; ERR_BUSY; faults. */
enum err login_check(struct op *op, const struct credentials *credentials, struct identity *ret);
