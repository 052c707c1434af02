/* SPDX-License-Identifier: Apache-2.0
 *
 * An access grant as a token that somebody presents: what it is (RFC 7662), and revoking it
 * (RFC 7009). Only a grant exactly as it was issued is one; a key that somebody has narrowed
 * further is unknown, as it says less than its grant.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

struct issued {
        bool is_active;
        struct grant grant; /* if so, with its account, client, scope and times */
};

/* `client` is whoever asks, and learns only of its own; NULL: a storage service, which learns of
 * all. Return: ERR_OK; faults. */
enum err issued_look(struct op *op, const struct client *client, struct secret token,
                     struct issued *ret);

/* Revokes the client's own; anything else is left alone, as if it were revoked already. Return:
 * ERR_OK; faults. */
enum err issued_revoke(struct op *op, const struct client *client, struct secret token);
