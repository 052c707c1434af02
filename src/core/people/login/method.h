/* SPDX-License-Identifier: Apache-2.0
 *
 * The interface of a way to log in.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

struct passkey_proof; /* core/people/passkey/proof.h */

/* What a person presents, to log in or to confirm who they are. */
struct credentials {
        const char *action; /* what they are for, for the audit trail */
        enum login_method method;
        struct slice email;
        struct slice subject; /* whom a provider has logged in; absent: nobody */
        struct secret password;
        struct secret code;                  /* of the second factor; absent: none */
        const struct passkey_proof *passkey; /* NULL: none */
        struct secret browser; /* by which a browser is known again; absent: a program */
};

/* Finds the identity of these credentials and checks them, taking the same time whether it exists
 * or not. `given->email` is in its normal form, or absent if it is not a valid address. The caller
 * handles rate limits and disabled accounts.
 * Return: ERR_OK; ERR_INVALID_CREDENTIALS; ERR_BUSY; faults. */
typedef enum err login_method_check(struct op *op, const struct credentials *given,
                                    struct identity *ret);

#define LOGIN_METHOD(name, check, number) login_method_check check;
#include "core/people/login/methods.def"
#undef LOGIN_METHOD
