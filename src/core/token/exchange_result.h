/* SPDX-License-Identifier: Apache-2.0
 *
 * What an exchange returns, of a code or of a refresh token.
 */
#pragma once

#include "base/error.h"
#include "base/secret.h"
#include "core/ports.h"

struct exchange_result {
        struct secret access_grant;
        struct secret refresh_token; /* absent: none */
        struct secret id_token;      /* absent: not asked for */
        struct texts scopes;         /* canonical */
        struct slice scope;   /* the same as one text, in the application's own words if it got what
                                 it asked for: some libraries compare the two (RFC 6749 5.1) */
        struct slice details; /* the same as authorization_details, in JSON; absent: the application
                                 did not use them */
        struct texts notes;   /* caveats about them */
        int64_t expires_in;   /* seconds; 0: no end */
        bool lacks_key;       /* the grant decrypts nothing */
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
