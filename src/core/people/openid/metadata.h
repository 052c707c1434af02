/* SPDX-License-Identifier: Apache-2.0
 *
 * A provider's discovery document: OpenID Connect Discovery, "Provider Metadata".
 */
#pragma once

#include "core/op.h"
#include "core/people/openid/provider.h"

enum {
        PROVIDER_FRESH = 3600, /* seconds that its documents are good for */
        PROVIDER_AGAIN = 60,   /* seconds between two looks for a key that is not there */
};

struct openid_metadata {
        struct slice authorization_endpoint;
        struct slice token_endpoint;
        struct slice userinfo_endpoint; /* absent: there is none */
        struct slice jwks_uri;
        bool sends_issuer;    /* RFC 9207 */
        bool wants_body_auth; /* client_secret_post, and not client_secret_basic */
};

/* Whether a provider may be called at this URL: https, or http on this machine. */
bool provider_url_is_good(struct slice url);

/* Fetches it if it is not remembered. Return: ERR_OK; ERR_PROVIDER_AWAY, perhaps explained;
 * ERR_BUSY; faults. */
enum err openid_metadata(struct op *op, const struct openid_provider *provider,
                         struct openid_metadata *ret);
