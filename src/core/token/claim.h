/* SPDX-License-Identifier: Apache-2.0
 *
 * What the exchange of a code passes to the store.
 */
#pragma once

#include "core/model.h"

/* One attempt to exchange a code. */
struct claim {
        struct uuid attempt; /* random; the same when the attempt is repeated */
        int64_t jwt_exp;     /* 0: the client proved itself without a JWT */
        struct digest jwt;
        struct uuid secret_row;   /* the client secret that signed, for its "last used" */
        int64_t authorization_no; /* also the code's */
        struct digest code;
        struct uuid client_row;
        struct slice redirect_uri;
        struct slice challenge; /* S256 of the verifier; absent if none was sent */
        bool has_passphrase;
        struct uuid grant_id;
        struct slice sealed_tail; /* present: no key had to be derived, and the grant is issued with
                                     the claim */
        struct slice sealed_caveat; /* with the tail; see struct grant */
        int64_t replay_grace;       /* seconds */
        bool is_silent; /* a refusal that changes nothing is not written to the audit trail */
};

/* The use of a JWT for something else than a code. */
struct jwt_use {
        struct uuid attempt; /* random; the same when it is repeated */
        struct uuid client_row;
        int64_t exp;
        struct digest jwt;
};

/* What is stored of a grant's key. */
struct grant_key {
        struct slice sealed_tail;
        struct slice sealed_caveat; /* absent for a self-issued project: see struct grant */
};

/* A grant that was minted after its claim. */
struct issued_grant {
        struct uuid grant_id;
        struct uuid attempt; /* the claim's */
        struct grant_key key;
};
