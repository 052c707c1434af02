/* SPDX-License-Identifier: Apache-2.0
 *
 * An access grant or refresh token that somebody presents: what it is (RFC 7662), and revoking it
 * (RFC 7009). Only a grant exactly as it was issued is one; a key that somebody has narrowed
 * further is unknown, as it says less than its grant.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

struct issued {
        bool is_active;
        bool is_refresh; /* a refresh token: the grant is as one of it would be, but its scope has
                            the words that are not about storage, and its end is the token's */
        struct slice client_url; /* what its client calls itself, if that is no UUID */
        struct grant grant;      /* if so, with its account, client, scope and times */
};

/* `client` is whoever asks, and learns only of its own; NULL: a storage service, which learns of
 * all. Return: ERR_OK; faults. */
enum err issued_look(struct op *op, const struct client *client, struct secret token,
                     struct issued *ret);

/* What an active one allows as authorization_details, in JSON, if the application asked by them;
 * otherwise absent. Return: ERR_OK; faults. */
enum err issued_details(struct op *op, const struct issued *issued, struct slice *ret);

/* Revokes the client's own, with a refresh token all that came with it; anything else is left
 * alone, as if it were revoked already. Return: ERR_OK; faults. */
enum err issued_revoke(struct op *op, const struct client *client, struct secret token);
