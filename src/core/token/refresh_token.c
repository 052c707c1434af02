/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of refresh tokens.
 */
#include "core/token/refresh_token.h"

#include "base/macros.h"
#include "core/ids.h"

enum {
        FAMILY_SIZE = INT64_SIZE + 16, /* what all tokens of a family begin with */
        OWN_SIZE = 32,
        TOKEN_SIZE = FAMILY_SIZE + OWN_SIZE,
        TEXT_SIZE = 75,
};

static const struct slice next_info = {(const uint8_t *)"grantd refresh token", 20};

static struct secret text_of(struct arena *arena, const uint8_t bytes[TOKEN_SIZE])
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(TEXT_SIZE + 1);

        base64url_encode(&text, slice_new(bytes, TOKEN_SIZE));
        return secret_copy(arena, buf_slice(&text));
}

static bool is_token(struct slice text, struct buf *bytes)
{
        return text.size == TEXT_SIZE && base64url_decode(text, bytes) && bytes->size == TOKEN_SIZE;
}

struct refresh_token_parts refresh_token_read(struct slice text)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(TOKEN_SIZE + 4);
        struct refresh_token_parts parts = {0};

        if (!is_token(text, &bytes) || !int64_decode(bytes.data, &parts.no))
                return parts;
        parts.family = token_digest(slice_new(bytes.data, FAMILY_SIZE));
        parts.token = token_digest(text);
        return parts;
}

struct secret refresh_token_make(const struct entropy_port *entropy, struct arena *arena,
                                 int64_t no)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(TOKEN_SIZE);
        uint8_t *random;

        int64_encode(&bytes, no);
        random = buf_extend(&bytes, TOKEN_SIZE - INT64_SIZE);
        if (random)
                entropy->fill(entropy->context, random, TOKEN_SIZE - INT64_SIZE);
        return text_of(arena, bytes.data);
}

struct secret refresh_token_next(struct arena *arena, struct secret token, struct slice salt)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(TOKEN_SIZE + 4);
        struct crypto_key own;

        if (!is_token(secret_reveal(token), &bytes))
                return (struct secret){0};
        crypto_hkdf(secret_reveal(token), salt, next_info, &own);
        memcpy(bytes.data + FAMILY_SIZE, own.bytes, OWN_SIZE);
        wipe(&own, sizeof(own));
        return text_of(arena, bytes.data);
}
