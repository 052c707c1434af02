/* SPDX-License-Identifier: Apache-2.0
 *
 * A sealed use, time and 32 random bytes.
 */
#include "core/people/passkey/challenge.h"

#include "base/macros.h"
#include "core/upkeep/seal.h"

enum {
        RANDOM_SIZE = 32,
        PLAIN_SIZE = 1 + INT64_SIZE + RANDOM_SIZE,
        SEALED_SIZE = PLAIN_SIZE + 64,
};

enum err challenge_make(struct op *op, enum challenge_use use, const struct uuid *account_id,
                        struct slice *ret_text)
{
        struct buf plain CLEANUP(buf_deinit) = BUF_LOCAL(PLAIN_SIZE);
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * SEALED_SIZE);
        uint8_t random[RANDOM_SIZE];
        struct slice sealed;

        op->ports->entropy.fill(op->ports->entropy.context, random, sizeof(random));
        buf_put_byte(&plain, (uint8_t)use);
        int64_encode(&plain, op->now.ms);
        buf_put(&plain, SLICE_ARRAY(random));
        TRY(seal_close(op, SEAL_PASSKEY, account_id, (struct secret){.hidden = buf_slice(&plain)},
                       &sealed));
        base64url_encode(&text, sealed);
        *ret_text = arena_copy_buf(op->arena, &text);
        return arena_check(op->arena);
}

enum err challenge_read(struct op *op, enum challenge_use use, const struct uuid *account_id,
                        struct slice text, struct instant *ret_made_at)
{
        struct buf sealed CLEANUP(buf_deinit) = BUF_LOCAL(SEALED_SIZE);
        struct instant made_at;
        struct secret plain;
        struct slice bytes;
        enum err error;

        if (!base64url_decode(text, &sealed))
                return ERR_PASSKEY_STATE;
        error = seal_open(op, SEAL_PASSKEY, account_id, buf_slice(&sealed), &plain);
        if (error == ERR_NOT_AUTHENTIC)
                return ERR_PASSKEY_STATE;
        TRY(error);
        bytes = secret_reveal(plain);
        if (bytes.size != PLAIN_SIZE || bytes.data[0] != (uint8_t)use ||
            !int64_decode(bytes.data + 1, &made_at.ms) ||
            instant_add_seconds(made_at, CHALLENGE_LIFETIME).ms < op->now.ms)
                return ERR_PASSKEY_STATE;
        *ret_made_at = made_at;
        return ERR_OK;
}
