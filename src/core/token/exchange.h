/* SPDX-License-Identifier: Apache-2.0
 *
 * The token request: exchanges a client-secret JWT and a code for an access grant
 * (docs/protocol/http.md 5.4).
 */
#pragma once

#include "core/authorize/details.h"
#include "core/clients/client_auth.h"
#include "core/op.h"
#include "core/store.h"
#include "core/token/exchange_result.h"

/* A page that made the code itself, and now exchanges it for the person who consented. */
struct exchange_page {
        const struct client *client; /* was authenticated when the page was opened */
        struct uuid account_id;      /* whose code it must be */
};

struct exchange_form {
        struct client_proof proof;
        const struct exchange_page *page;    /* instead of `proof`; NULL: none */
        const struct device_request *device; /* whose device_code is in `code`; NULL: none */
        struct slice redirect_uri;           /* absent: the only one that is registered */
        struct secret code;
        struct secret passphrase;      /* absent: none */
        struct secret code_verifier;   /* absent: none */
        const struct details *details; /* which the code was granted for; NULL: whatever that is */
        struct slice credentials;      /* "s3": these as well; absent: only the grant */
        bool may_refresh;              /* the client can do something with a refresh token */
};

/* Whether the exchange may block, for a root key or for S3 credentials; otherwise it never blocks.
 */
bool exchange_may_wait(const struct exchange_form *form);

/* May return before the exchange has ended; the arguments must stay valid until then. Ends: ERR_OK;
 * ERR_CLIENT_*, ERR_RAW_SECRETS_OFF and ERR_JWT_*; ERR_CODE_*; ERR_REDIRECT_URI_DIFFERS;
 * ERR_REDIRECT_URI_MISSING; ERR_VERIFIER_*; ERR_PASSPHRASE_REQUIRED; ERR_CREDENTIALS_*;
 * ERR_DETAILS_NOT_WITHIN; ERR_DETAILS_DIFFER: nothing was used up; ERR_BUSY; ERR_STORE_UNAVAILABLE
 * (nothing was used up); ERR_COMMIT_UNKNOWN; faults; instead of a refusal ERR_TOO_MANY_REQUESTS or
 * ERR_CLIENT_FAILURES, if the rate limit of the address or, once it is authenticated, the client is
 * exceeded. What each uses up: docs/protocol/http.md 5.4. */
void exchange_code(struct op *op, const struct exchange_form *form, struct exchange_end end);
