/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging a device_code for an access grant (RFC 8628 section 3.4): once somebody has allowed
 * it, the same as a code. docs/protocol/oauth.md 7.
 */
#pragma once

#include "core/token/exchange.h"

struct device_form {
        struct client_proof proof;
        struct secret device_code;
        struct secret passphrase; /* these as in struct exchange_form */
        struct slice credentials;
        const struct details *details;
};

/* Blocks. Ends: as exchange_code() for what concerns the client, the passphrase,
 * `details` and `credentials`;
 * ERR_DEVICE_FLOW_OFF; ERR_DEVICE_CODE_UNKNOWN; ERR_DEVICE_PENDING; ERR_DEVICE_SLOW_DOWN;
 * ERR_DEVICE_REFUSED; ERR_DEVICE_EXPIRED; ERR_CODE_*: it was exchanged before, or the access was
 * revoked. A JWT is used up with a grant only, as by a code. */
void device_exchange(struct op *op, const struct device_form *form, struct exchange_end end);
