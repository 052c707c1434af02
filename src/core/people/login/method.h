/* SPDX-License-Identifier: Apache-2.0
 *
 * What every way to log in must offer.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* What somebody shows, to log in or to confirm who they are. */
struct credentials {
        const char *action; /* what they are for, in the audit trail */
        enum login_method method;
        struct slice email;
        struct secret password;
};

/* Finds the identity that these credentials are of and checks them, at the same cost whether it is
 * there or not. `given->email` is in its one form, or absent if what came is no address. Limits on
 * attempts are none of its business, nor whether the account is disabled.
 * Return: ERR_OK; ERR_INVALID_CREDENTIALS; ERR_BUSY; faults. */
typedef enum err login_method_check(struct op *op, const struct credentials *given,
                                    struct identity *ret);

#define LOGIN_METHOD(name, check, number) login_method_check check;
#include "core/people/login/methods.def"
#undef LOGIN_METHOD
