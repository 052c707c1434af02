/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications that register themselves (RFC 7591; docs/protocol/oauth.md 6). Nobody vouches for
 * them: they belong to account_of_nobody(), and go after a day unless somebody approves one.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* What an application says about itself; what is absent or 0 it leaves to the server. */
struct registration_form {
        struct texts redirect_uris;
        struct texts logout_uris;
        struct slice name;
        struct texts scope; /* with protocol scopes among them */
        struct slice jwks;  /* JSON text */
        enum client_auth auth_method;
        const enum application_type *type;
        bool refresh_tokens; /* of its grant types, refresh_token is one */
};

/* What is registered. */
struct client_registration {
        struct client client;
        struct secret secret; /* absent if its method has none */
        struct slice scope;   /* canonical, with protocol scopes; empty: none was named */
};

/* What the application says it is; otherwise native if all its redirect URIs lead to the user's
 * device, since its ports then change (RFC 8252 section 7.3). */
enum application_type registration_type(const struct registration_form *form);

/* Return: ERR_OK; those of client_prepare(); ERR_TOO_MANY_REGISTRATIONS, with `caller->wait`;
 * ERR_CLIENTS_FULL; faults. */
enum err client_register(struct op *op, const struct registration_form *form,
                         struct client_registration *ret);
