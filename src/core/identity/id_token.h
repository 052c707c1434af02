/* SPDX-License-Identifier: Apache-2.0
 *
 * Saying who a user is: ID tokens (OpenID Connect Core), and the names by which applications know
 * users.
 */
#pragma once

#include "core/identity/signing_keys.h"

/* What a token says; texts are borrowed. */
struct id_token {
        const struct client *client;
        struct uuid account_id;
        struct slice nonce;                   /* absent: none was sent */
        struct authentication authentication; /* of the user */
        struct secret access_token;           /* that it comes with */
};

/* `sub`: for a client with pairwise subjects, which is the default, a text that no other client
 * gets for this account; otherwise the account's id. */
struct slice subject_of(struct arena *arena, const struct signing_keys *keys,
                        const struct client *client, const struct uuid *account_id);

/* Signs it with the client's algorithm; valid for ID_TOKEN_LIFETIME. In the arena.
 * Return: ERR_OK; faults. */
enum err id_token_sign(struct op *op, const struct signing_keys *keys, const struct id_token *token,
                       struct secret *ret);
