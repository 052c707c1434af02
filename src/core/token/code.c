/* SPDX-License-Identifier: Apache-2.0
 *
 * Codes, and the encryption access sealed under them.
 */
#include "core/token/code.h"

#include "base/macros.h"

enum { ROW_SIZE = 8, RANDOM_SIZE = 32 };

static const struct slice access_info = {(const uint8_t *)"grantd encryption access", 24};

static void row_put(struct buf *out, int64_t no)
{
        for (int i = ROW_SIZE - 1; i >= 0; i--)
                buf_put_byte(out, (uint8_t)((uint64_t)no >> (8 * i)));
}

struct secret code_make(const struct entropy_port *entropy, struct arena *arena, int64_t no)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(ROW_SIZE + RANDOM_SIZE);
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        uint8_t *random;

        row_put(&bytes, no);
        random = buf_extend(&bytes, RANDOM_SIZE);
        if (random)
                entropy->fill(entropy->context, random, RANDOM_SIZE);
        base64url_encode(&text, buf_slice(&bytes));
        return secret_copy(arena, buf_slice(&text));
}

int64_t code_row(struct slice text)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(ROW_SIZE + RANDOM_SIZE);
        uint64_t no = 0;

        if (!base64url_decode(text, &bytes) || bytes.size != ROW_SIZE + RANDOM_SIZE)
                return 0;
        for (size_t i = 0; i < ROW_SIZE; i++)
                no = no << 8 | bytes.data[i];
        return no > INT64_MAX ? 0 : (int64_t)no;
}

static void access_key(struct secret code, struct crypto_key *ret)
{
        crypto_hkdf(secret_reveal(code), (struct slice){0}, access_info, ret);
}

static void access_associated(struct buf *out, int64_t no)
{
        buf_put(out, access_info);
        row_put(out, no);
}

enum err code_seal_access(struct op *op, struct secret code, int64_t no, struct secret access,
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
        access_key(code, &key);
        access_associated(&associated, no);
        op->ports->entropy.fill(op->ports->entropy.context, sealed, CRYPTO_NONCE_SIZE);
        error = crypto_seal(&key, sealed, buf_slice(&associated), plain,
                            sealed + CRYPTO_NONCE_SIZE);
        wipe(&key, sizeof(key));
        TRY(error);
        *ret_sealed = slice_new(sealed, size);
        return ERR_OK;
}

enum err code_open_access(struct arena *arena, struct secret code, int64_t no, struct slice sealed,
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
        access_key(code, &key);
        access_associated(&associated, no);
        error = crypto_open(&key, sealed.data, buf_slice(&associated),
                            slice_from(sealed, CRYPTO_NONCE_SIZE), plain);
        wipe(&key, sizeof(key));
        TRY(error);
        *ret_access = (struct secret){.hidden = slice_new(plain, size)};
        return ERR_OK;
}
