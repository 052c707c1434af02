/* SPDX-License-Identifier: Apache-2.0
 *
 * What a passkey signs, so that nobody can have it signed before. It is sealed, so nothing is
 * stored until it comes back; the account then keeps when the last one was made that it has
 * accepted, and accepts none from before.
 */
#pragma once

#include "core/op.h"

enum { CHALLENGE_LIFETIME = 300 /* seconds */ };

/* What it is good for. */
enum challenge_use {
        CHALLENGE_ADD,    /* a new passkey of one account, whose person has confirmed that */
        CHALLENGE_LOG_IN, /* of whoever has the passkey */
};

/* In base64url, for `account_id`; zeros: for nobody in particular.
 * Return: ERR_OK; ERR_INTERNAL; ERR_OUT_OF_MEMORY. */
enum err challenge_make(struct op *op, enum challenge_use use, const struct uuid *account_id,
                        struct slice *ret_text);

/* When it was made. Return: ERR_OK; ERR_PASSKEY_STATE: it was not, was for another use or account,
 * or is too old; faults. */
enum err challenge_read(struct op *op, enum challenge_use use, const struct uuid *account_id,
                        struct slice text, struct instant *ret_made_at);
