/* SPDX-License-Identifier: Apache-2.0
 *
 * Making and reading recovery codes.
 */
#include "core/people/factor/recovery_code.h"

#include "base/crypto.h"
#include "base/macros.h"
#include "core/ids.h"
#include "core/typed_code.h"

enum { CODE_SIZE = 12 };

static struct digest digest_of(struct secret key, struct slice code)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct digest digest;

        buf_put_string(&text, "recovery code ");
        buf_put(&text, code);
        crypto_hmac_sha256(secret_reveal(key), buf_slice(&text), &digest);
        return digest;
}

enum err recovery_codes_make(struct op *op, struct secret key, struct recovery_codes *ret,
                             struct secret ret_texts[N_RECOVERY_CODES])
{
        for (size_t i = 0; i < N_RECOVERY_CODES; i++) {
                struct buf code CLEANUP(buf_deinit) = BUF_LOCAL(TYPED_CODE_MOST);

                typed_code_random(&op->ports->entropy, CODE_SIZE, &code);
                ret->items[i].id = uuid_ordered(&op->ports->entropy, op->now);
                ret->items[i].digest = digest_of(key, buf_slice(&code));
                ret_texts[i].hidden = typed_code_shown(op->arena, buf_slice(&code));
        }
        return arena_check(op->arena);
}

bool recovery_code_digest(struct secret key, struct slice typed, struct digest *ret)
{
        struct buf code CLEANUP(buf_deinit) = BUF_LOCAL(TYPED_CODE_MOST);

        if (!typed_code_read(typed, CODE_SIZE, &code))
                return false;
        *ret = digest_of(key, buf_slice(&code));
        return true;
}
