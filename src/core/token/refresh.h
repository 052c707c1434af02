/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging a refresh token for another grant of its authorization, and its successor
 * (RFC 6749 section 6, RFC 9700 section 4.14); docs/protocol/oauth.md 2.1.
 */
#pragma once

#include "core/authorize/details.h"
#include "core/clients/client_auth.h"
#include "core/op.h"
#include "core/store.h"
#include "core/token/exchange_result.h"

struct refresh_form {
        struct client_proof proof;
        struct secret token;
        struct slice scope;            /* as it was sent, */
        const struct details *details; /* or these; neither: all that was granted */
        struct slice credentials;      /* as in struct exchange_form */
};

/* Blocks. Ends: as exchange_code() for what concerns the client and `credentials`;
 * ERR_REFRESH_UNKNOWN; ERR_REFRESH_ENDED; ERR_REFRESH_REUSED: the authorization has ended;
 * ERR_SCOPE_*, ERR_DETAILS_*, ERR_SCOPE_NEEDS_KEY, ERR_GRANT_TOO_LONG, ERR_QUOTA_REFRESH: the token
 * stays good; ERR_BUSY; ERR_STORE_UNAVAILABLE; ERR_COMMIT_UNKNOWN: it may be repeated for
 * refresh.grace; faults.
 */
void refresh_exchange(struct op *op, const struct refresh_form *form, struct exchange_end end);
