/* SPDX-License-Identifier: Apache-2.0
 *
 * What the exchange of a code or a refresh token passes to the store.
 */
#pragma once

#include "core/model.h"

/* A refresh token to be stored; core/token/refresh_token.h. */
struct refresh_issue {
        struct digest family;
        struct digest token;
        struct slice salt;          /* it was derived with; absent: the first of its family */
        struct slice sealed_access; /* opened by its text only; absent: no key was given */
        struct instant expires_at;  /* if it is not used before */
        struct instant ends_at;     /* the whole family */
};

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
        struct slice sealed_caveat;          /* with the tail; see struct grant */
        int64_t lifetime;                    /* of the grant, seconds; 0: the authorization's */
        const struct refresh_issue *refresh; /* issued with the grant, if that is issued at once;
                                                NULL: none */
        int64_t replay_grace;                /* seconds */
        bool is_silent; /* a refusal that changes nothing is not written to the audit trail */
};

/* The use of a JWT for something else than a code. */
struct jwt_use {
        struct uuid attempt; /* random; the same when it is repeated */
        struct uuid client_row;
        int64_t exp;
        struct digest jwt;
};

/* Whose code is presented, by the client's public id and the number in the code. */
struct exchange_key {
        struct uuid client_id;
        int64_t no;
};

/* What an exchange looks at before it claims: a client that may authenticate, with its secrets that
 * are live; the row of the code, whosever it is; and its project, unless it is gone. */
struct exchange_rows {
        bool has_client, has_request, has_project; /* otherwise zeros */
        struct client client;
        struct request request;
        struct project project;
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
        int64_t authorization_no;
        const struct refresh_issue *refresh; /* issued with it; NULL: none */
};

/* One attempt to exchange a refresh token. The claim has a new grant and the token's successor, or
 * the id of the grant that the token was exchanged for already, and no successor. */
struct refresh {
        struct claim claim; /* without what concerns a code */
        struct digest family;
        struct digest token;
        struct slice scope; /* of the grant, stored form */
        int64_t grace;      /* seconds */
};

struct refreshed {
        struct grant grant;
        int64_t wait; /* seconds, with ERR_QUOTA_REFRESH */
};

/* What is stored of a family of refresh tokens. */
struct refresh_state {
        struct digest family;
        struct digest token;
        struct slice salt;
        struct slice sealed_access;
        struct digest previous;       /* the token before; zeros: none */
        struct slice previous_access; /* opened by that one */
        struct uuid grant_id;         /* issued for that one; zeros: none */
        struct instant replaced_at;
        struct instant last_used_at;
        struct instant expires_at;
        struct instant ends_at;
        bool is_alive; /* but for its client, which is not looked at */
};

/* Ends an authorization that a refresh token belongs to. */
struct refresh_end {
        int64_t authorization_no;
        struct digest family;
        struct uuid client_row;
};
