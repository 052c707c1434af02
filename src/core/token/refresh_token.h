/* SPDX-License-Identifier: Apache-2.0
 *
 * Refresh tokens: base64url(8-byte authorization number || 16 random bytes that all tokens of a
 * family share || 32 bytes of each token). Only digests are stored: of the family, by which the
 * reuse of any of its tokens is noticed, and of the text.
 *
 * A successor is derived from the token before it with a random salt. So while the salt is stored,
 * whoever has the token before it, and nobody else, gets the same successor again.
 */
#pragma once

#include "core/op.h"

enum { REFRESH_SALT_SIZE = 32 };

/* What is known of a text. */
struct refresh_token_parts {
        int64_t no; /* the authorization's; 0, which none has: it is no refresh token */
        struct digest family;
        struct digest token;
};

struct refresh_token_parts refresh_token_read(struct slice text);

/* The first of a new family. */
struct secret refresh_token_make(const struct entropy_port *entropy, struct arena *arena,
                                 int64_t no);

/* The successor of a token; absent if `text` is none. */
struct secret refresh_token_next(struct arena *arena, struct secret token, struct slice salt);
