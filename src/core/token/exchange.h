/* SPDX-License-Identifier: Apache-2.0
 *
 * The token request: exchanges a client-secret JWT and a code for an access grant
 * (docs/protocol/http.md 5.4).
 */
#pragma once

#include "core/clients/client_auth.h"
#include "core/op.h"
#include "core/store.h"

struct exchange_form {
        struct client_proof proof;
        struct slice redirect_uri; /* absent: the only one that is registered */
        struct secret code;
        struct secret passphrase;    /* absent: none */
        struct secret code_verifier; /* absent: none */
        struct slice credentials;    /* "s3": these as well; absent: only the grant */
};

struct exchange_result {
        struct secret access_grant;
        struct texts scopes; /* canonical */
        struct slice scope;  /* the same as one text, in the application's own words if it got what
                                it asked for: some libraries compare the two (RFC 6749 5.1) */
        struct texts notes;  /* caveats about them */
        int64_t expires_in;  /* seconds; 0: no end */
        bool wants_s3;
        enum err s3_error; /* why there are none, if they were requested */
        struct s3_credentials s3;
};

/* Called once when an exchange ends, with ERR_OK and its result, or another outcome. It runs on the
 * thread that commits, so it must not block, and in particular not wait for the store. */
struct exchange_end {
        void (*run)(void *context, enum err error, const struct exchange_result *result);
        void *context;
};

/* Whether the exchange may block, for a root key or for S3 credentials; otherwise it never blocks.
 */
bool exchange_may_wait(const struct exchange_form *form);

/* May return before the exchange has ended; the arguments must stay valid until then. Ends: ERR_OK;
 * ERR_CLIENT_*, ERR_RAW_SECRETS_OFF and ERR_JWT_*; ERR_CODE_*; ERR_REDIRECT_URI_DIFFERS;
 * ERR_REDIRECT_URI_MISSING; ERR_VERIFIER_*; ERR_PASSPHRASE_REQUIRED; ERR_CREDENTIALS_*: nothing was
 * used up; ERR_BUSY; ERR_STORE_UNAVAILABLE (nothing was used up); ERR_COMMIT_UNKNOWN; faults;
 * instead of a refusal ERR_TOO_MANY_REQUESTS or ERR_CLIENT_FAILURES, if the rate limit of the
 * address or, once it is authenticated, the client is exceeded. What each uses up:
 * docs/protocol/http.md 5.4. */
void exchange_code(struct op *op, const struct exchange_form *form, struct exchange_end end);
