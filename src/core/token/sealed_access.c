/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealing under a key that is derived from the token, for the authorization of this number.
 */
#include "core/token/sealed_access.h"

#include "base/macros.h"

static const struct slice access_info = {(const uint8_t *)"grantd encryption access", 24};

static void access_key(struct secret token, struct crypto_key *ret)
{
        crypto_hkdf(secret_reveal(token), (struct slice){0}, access_info, ret);
}

static void access_associated(struct buf *out, int64_t no)
{
        buf_put(out, access_info);
        int64_encode(out, no);
}

enum err access_seal(struct op *op, struct secret token, int64_t no, struct secret access,
                     struct slice *ret_sealed)
{
        struct buf associated CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct slice plain = secret_reveal(access);
        size_t size = CRYPTO_NONCE_SIZE + plain.size + CRYPTO_TAG_SIZE;
        uint8_t *sealed = arena_alloc(op->arena, size);
        struct crypto_key key;
        enum err error;

        if (!sealed)
                return ERR_OUT_OF_MEMORY;
        access_key(token, &key);
        access_associated(&associated, no);
        op->ports->entropy.fill(op->ports->entropy.context, sealed, CRYPTO_NONCE_SIZE);
        error = crypto_seal(&key, sealed, buf_slice(&associated), plain,
                            sealed + CRYPTO_NONCE_SIZE);
        wipe(&key, sizeof(key));
        TRY(error);
        *ret_sealed = slice_new(sealed, size);
        return ERR_OK;
}

enum err access_open(struct arena *arena, struct secret token, int64_t no, struct slice sealed,
                     struct secret *ret_access)
{
        struct buf associated CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct crypto_key key;
        uint8_t *plain;
        size_t size;
        enum err error;

        if (sealed.size < CRYPTO_NONCE_SIZE + CRYPTO_TAG_SIZE)
                return ERR_NOT_AUTHENTIC;
        size = sealed.size - CRYPTO_NONCE_SIZE - CRYPTO_TAG_SIZE;
        plain = arena_alloc(arena, size);
        if (!plain)
                return ERR_OUT_OF_MEMORY;
        access_key(token, &key);
        access_associated(&associated, no);
        error = crypto_open(&key, sealed.data, buf_slice(&associated),
                            slice_from(sealed, CRYPTO_NONCE_SIZE), plain);
        wipe(&key, sizeof(key));
        TRY(error);
        *ret_access = (struct secret){.hidden = slice_new(plain, size)};
        return ERR_OK;
}
