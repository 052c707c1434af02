/* SPDX-License-Identifier: Apache-2.0
 *
 * The operator's policy: the part of the configuration that the core sees. Durations are in
 * seconds.
 */
#pragma once

#include "base/slice.h"

struct openid_provider; /* core/people/openid/provider.h */

struct policy {
        struct slice issuer;            /* http.public_url */
        struct slice satellite_address; /* of self-issued projects */
        struct slice known_satellites;  /* "NAME ADDRESS, ...": offered to people */
        struct slice proxy_logout;      /* where a browser goes that has logged out; may be empty */
        struct slice resources;         /* that RFC 8707 requests may name, beside the issuer */
        const struct openid_provider *providers; /* that people may log in with */
        size_t n_providers;
        bool open_registration;
        bool invited_developers;   /* only they register applications */
        bool factor_of_operators;  /* whether they must have a second factor */
        bool factor_of_developers; /* the same; then operators too */
        bool factor_of_everybody;  /* the same; then both of them too */
        bool passwords_off;        /* whether nobody logs in with one */
        bool proxy_login;          /* whether a trusted proxy names people */
        bool proxy_accounts;       /* whether such a person gets an account */
        bool self_made_projects;   /* whether a new account gets one */
        bool require_approval;
        bool raw_secrets;          /* whether an application may send its secret itself */
        bool dynamic_registration; /* whether applications may register themselves */
        bool metadata_documents;   /* whether they may be known by a document instead */
        int64_t dynamic_limit;     /* how many such applications there may be */
        int64_t session_idle;
        int64_t session_lifetime;
        int64_t session_proof; /* how old an authentication may be for what is worth asking again */
        int64_t consent_lifetime;
        int64_t code_lifetime;
        int64_t code_replay_grace;
        int64_t code_memory;            /* how long a used code is remembered */
        int64_t refresh_grant_lifetime; /* of a grant that can be renewed */
        int64_t refresh_max_lifetime;   /* for which it can be renewed */
        int64_t refresh_idle;           /* after which an unused refresh token ends */
        int64_t refresh_grace;          /* for which a replaced one may be repeated */
        int64_t client_secret_max_lifetime;
        int64_t client_secret_leeway;
        int64_t grant_default_lifetime;
        int64_t grant_max_lifetime;         /* 0: none */
        int64_t grant_unrevocable_lifetime; /* default and maximum if nothing can be revoked
                                             */
        int64_t audit_retention;
        int64_t request_retention; /* of requests that never became a grant, and of deleted rows */
        int64_t grant_retention;   /* after a grant's expiry, with its request */
        int64_t login_failures;    /* that an address may have in ten minutes */
        int64_t account_requests;  /* in a day, like the next ones; 0: no limit */
        int64_t client_requests;
        int64_t client_authorizations; /* live ones of an account; the oldest gives way */
        int64_t account_logins;
        int64_t account_changes;
        int64_t failures_per_address; /* in a minute */
        int64_t failures_per_client;
        int64_t registrations_per_address;   /* in an hour, like the next */
        int64_t audited_failures;            /* of an address, and of an account's applications */
        int64_t public_requests_per_address; /* in ten minutes */
};
