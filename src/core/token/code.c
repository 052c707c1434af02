/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of codes.
 */
#include "core/token/code.h"

#include "base/macros.h"

enum { RANDOM_SIZE = 32 };

struct secret code_make(const struct entropy_port *entropy, struct arena *arena, int64_t no)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(INT64_SIZE + RANDOM_SIZE);
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        uint8_t *random;

        int64_encode(&bytes, no);
        random = buf_extend(&bytes, RANDOM_SIZE);
        if (random)
                entropy->fill(entropy->context, random, RANDOM_SIZE);
        base64url_encode(&text, buf_slice(&bytes));
        return secret_copy(arena, buf_slice(&text));
}

int64_t code_row(struct slice text)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(INT64_SIZE + RANDOM_SIZE);
        int64_t no = 0;

        if (!base64url_decode(text, &bytes) || bytes.size != INT64_SIZE + RANDOM_SIZE ||
            !int64_decode(bytes.data, &no))
                return 0;
        return no;
}

struct slice code_text_fault(struct slice text)
{
        struct uuid id;

        if (slice_contains_byte(text, ':') || slice_contains_byte(text, '='))
                return SLICE("This is not the code but the URL with it; send the value of its "
                             "parameter code alone.");
        if (uuid_decode(text, &id))
                return SLICE(
                        "This is an id, not a code: the code comes to the redirect_uri once the "
                        "user has consented.");
        if (slice_has_white_space(text))
                return SLICE("There is white space in or around the code; send the code alone.");
        return (struct slice){0};
}

struct slice code_challenge_of(struct arena *arena, struct secret verifier)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct digest digest;

        if (secret_is_absent(verifier))
                return (struct slice){0};
        crypto_sha256(secret_reveal(verifier), &digest);
        base64url_encode(&text, SLICE_ARRAY(digest.bytes));
        return arena_copy(arena, buf_slice(&text));
}
