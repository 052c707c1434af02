/* SPDX-License-Identifier: Apache-2.0
 *
 * An OpenID Connect provider that the operator lets people log in with.
 */
#pragma once

#include "base/secret.h"

struct openid_provider {
        struct slice name;  /* in paths and settings */
        struct slice label; /* what people call it */
        struct slice issuer;
        struct slice client_id;
        struct secret client_secret; /* absent: none */
        struct slice scopes;
        struct slice domains;     /* of e-mail addresses, with commas between; empty: all */
        struct slice group_claim; /* the claim that lists a person's groups */
        struct slice groups;      /* one of which is needed, with commas between; empty: none */
        bool trust_email;         /* whether it may say whose an existing account is */
        bool accounts;            /* whether its people get accounts */
};

/* A person, as a provider describes them. Texts are absent where it says nothing. */
struct openid_person {
        struct slice subject; /* issuer, a space, and `sub`: an identity's */
        struct slice email;   /* in its normal form; only if the provider has verified it */
        struct slice name;
        bool is_in_group; /* one of `groups`, or those are empty */
};
