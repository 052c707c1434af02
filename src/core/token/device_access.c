/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealing to a public key: an ephemeral key agrees with it on a secret (as in RFC 9180), and under
 * that the access is sealed as under a code. A sealed access begins with the ephemeral public key.
 */
#include "core/token/device_access.h"

#include "base/crypto.h"
#include "base/limits.h"
#include "base/macros.h"
#include "core/token/sealed_access.h"

static const struct slice private_info = {(const uint8_t *)"grantd device key", 17};
static const struct slice shared_info = {(const uint8_t *)"grantd device access", 20};

/* The two public keys, of which the device's comes first. */
struct ends {
        struct slice device, ephemeral;
};

/* What the access is sealed under. It depends on both public keys; on the number too, which
 * access_seal() binds it to. */
static enum err shared_secret(const uint8_t private_key[X25519_SIZE], struct slice other,
                              const struct ends *ends, struct crypto_key *ret)
{
        struct buf info CLEANUP(buf_deinit) = BUF_LOCAL(128);
        uint8_t shared[X25519_SIZE];

        TRY(x25519_agree(private_key, other, shared));
        buf_put(&info, shared_info);
        buf_put(&info, ends->device);
        buf_put(&info, ends->ephemeral);
        crypto_hkdf(SLICE_ARRAY(shared), (struct slice){0}, buf_slice(&info), ret);
        wipe(shared, sizeof(shared));
        return ERR_OK;
}

static struct secret key_secret(const struct crypto_key *key)
{
        return (struct secret){.hidden = SLICE_ARRAY(key->bytes)};
}

static void private_key_of(struct secret device_code, struct crypto_key *ret)
{
        crypto_hkdf(secret_reveal(device_code), (struct slice){0}, private_info, ret);
}

enum err device_public_key(struct secret device_code, uint8_t ret_public[X25519_SIZE])
{
        struct crypto_key key;
        enum err error;

        private_key_of(device_code, &key);
        error = x25519_public(key.bytes, ret_public);
        wipe(&key, sizeof(key));
        return error;
}

enum err device_access_seal(struct op *op, struct slice public_key, int64_t no,
                            struct secret access, struct slice *ret_sealed)
{
        uint8_t ephemeral[X25519_SIZE], own[X25519_SIZE];
        struct ends ends = {public_key, SLICE_ARRAY(own)};
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_BODY);
        struct crypto_key key;
        struct slice sealed;
        enum err error;

        op->ports->entropy.fill(op->ports->entropy.context, ephemeral, sizeof(ephemeral));
        error = x25519_public(ephemeral, own);
        if (error == ERR_OK)
                error = shared_secret(ephemeral, public_key, &ends, &key);
        wipe(ephemeral, sizeof(ephemeral));
        TRY(error);
        error = access_seal(op, key_secret(&key), no, access, &sealed);
        wipe(&key, sizeof(key));
        TRY(error);
        buf_put(&text, ends.ephemeral);
        buf_put(&text, sealed);
        *ret_sealed = arena_copy_buf(op->arena, &text);
        return arena_check(op->arena);
}

enum err device_access_open(struct arena *arena, struct secret device_code, int64_t no,
                            struct slice sealed, struct secret *ret_access)
{
        uint8_t public_key[X25519_SIZE];
        struct ends ends = {SLICE_ARRAY(public_key), slice_to(sealed, X25519_SIZE)};
        struct crypto_key private_key, key;
        enum err error;

        private_key_of(device_code, &private_key);
        error = x25519_public(private_key.bytes, public_key);
        if (error == ERR_OK)
                error = shared_secret(private_key.bytes, ends.ephemeral, &ends, &key);
        wipe(&private_key, sizeof(private_key));
        TRY(error);
        error = access_open(arena, key_secret(&key), no, slice_from(sealed, ends.ephemeral.size),
                            ret_access);
        wipe(&key, sizeof(key));
        return error;
}
