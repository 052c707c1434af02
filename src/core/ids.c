/* SPDX-License-Identifier: Apache-2.0
 *
 * UUIDs of RFC 9562 and random tokens.
 */
#include "core/ids.h"

#include "base/macros.h"

static void uuid_mark(struct uuid *uuid, uint8_t version)
{
        uuid->bytes[6] = (uint8_t)(version << 4 | (uuid->bytes[6] & 0x0f));
        uuid->bytes[8] = (uint8_t)(0x80 | (uuid->bytes[8] & 0x3f));
}

struct uuid uuid_random(const struct entropy_port *entropy)
{
        struct uuid uuid;

        entropy->fill(entropy->context, uuid.bytes, sizeof(uuid.bytes));
        uuid_mark(&uuid, 4);
        return uuid;
}

struct uuid uuid_ordered(const struct entropy_port *entropy, struct instant now)
{
        struct uuid uuid = uuid_random(entropy);

        for (size_t i = 0; i < 6; i++)
                uuid.bytes[i] = (uint8_t)((uint64_t)now.ms >> (40 - 8 * i));
        uuid_mark(&uuid, 7);
        return uuid;
}

struct secret token_random(const struct entropy_port *entropy, struct arena *arena)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        uint8_t bytes[32];

        entropy->fill(entropy->context, bytes, sizeof(bytes));
        base64url_encode(&text, SLICE_ARRAY(bytes));
        wipe(bytes, sizeof(bytes));
        return secret_copy(arena, buf_slice(&text));
}

struct digest token_digest(struct slice text)
{
        struct digest digest;

        crypto_sha256(text, &digest);
        return digest;
}
