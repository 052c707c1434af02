/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking a password, wherever one is asked for.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

struct credentials {
        const char *action; /* what they are for, in the audit trail */
        struct slice email;
        struct secret password;
};

/* Looks the account up and checks the password, at the same cost whether it is there or not. Who
 * fails too often waits; a failure is written to the audit trail.
 * Return: ERR_OK; ERR_INVALID_CREDENTIALS; ERR_ACCOUNT_DISABLED: the password is right;
 * ERR_TOO_MANY_REQUESTS, with `caller->wait`; ERR_BUSY; faults. */
enum err credentials_check(struct op *op, const struct credentials *credentials,
                           struct account *ret);
