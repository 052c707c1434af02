/* SPDX-License-Identifier: Apache-2.0
 *
 * An application asks that its user be logged out here (OpenID Connect RP-Initiated Logout 1.0):
 * docs/protocol/openid.md 7. Only an ID token for whoever is logged in does so without asking.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

struct logout_form {
        struct slice hint;            /* id_token_hint; absent: none */
        const struct uuid *client_id; /* NULL: that of the hint */
        struct slice redirect_uri;    /* post_logout_redirect_uri; absent: none */
};

struct logout {
        bool is_meant;        /* the hint is of the session's account */
        bool has_client;      /* it is known who asks; */
        struct client client; /* its redirect URI is one that is registered */
};

/* `session`: who is logged in; NULL: nobody. A hint that is not an ID token of ours counts as none;
 * it may have expired. Return: ERR_OK; ERR_INVALID_CLIENT_ID: there is no such client, or the hint
 * is for another; ERR_LOGOUT_URI: the redirect URI is not registered, or it is not known of whom;
 * faults. */
enum err logout_check(struct op *op, const struct logout_form *form, const struct session *session,
                      struct logout *ret);
