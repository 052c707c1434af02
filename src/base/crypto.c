/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests, MACs, key derivation and sealing for the server. A failure of a digest or MAC can only
 * mean that the library is broken or memory is gone; continuing would be unsafe, so the process
 * aborts.
 */
#include "base/crypto.h"

#include <stdio.h>
#include <stdlib.h>

static void crypto_must(enum primitive result)
{
        if (result == PRIMITIVE_OK)
                return;
        fputs("grantd: libcrypto failed\n", stderr);
        abort();
}

bool crypto_equal(struct slice a, struct slice b)
{
        return primitive_equal(a, b);
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
        return crypto_equal(SLICE_ARRAY(a->bytes), SLICE_ARRAY(b->bytes));
}

void crypto_sha256(struct slice data, struct digest *ret_digest)
{
        crypto_must(primitive_sha256(data, ret_digest->bytes));
}

void crypto_hmac_sha256(struct slice key, struct slice data, struct digest *ret_mac)
{
        crypto_must(primitive_hmac_sha256(key, data, ret_mac->bytes));
}

void crypto_hmac_sha1(struct slice key, struct slice data, uint8_t ret_mac[SHA1_SIZE])
{
        crypto_must(primitive_hmac_sha1(key, data, ret_mac));
}

void crypto_hkdf(struct slice input, struct slice salt, struct slice info,
                 struct crypto_key *ret_key)
{
        static const uint8_t zeros[sizeof(struct digest)];
        struct digest prk, okm;
        uint8_t expand[256];

        crypto_must(info.size < sizeof(expand) ? PRIMITIVE_OK : PRIMITIVE_FAILED);
        crypto_hmac_sha256(salt.size ? salt : slice_new(zeros, sizeof(zeros)), input, &prk);
        if (info.size)
                memcpy(expand, info.data, info.size);
        expand[info.size] = 1;
        crypto_hmac_sha256(SLICE_ARRAY(prk.bytes), slice_new(expand, info.size + 1), &okm);
        memcpy(ret_key->bytes, okm.bytes, sizeof(ret_key->bytes));
        wipe(&prk, sizeof(prk));
        wipe(&okm, sizeof(okm));
}

enum err crypto_seal(const struct crypto_key *key, const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct slice associated, struct slice plaintext, uint8_t *ret_sealed)
{
        return primitive_seal(key->bytes, nonce, associated, plaintext, ret_sealed) == PRIMITIVE_OK
                       ? ERR_OK
                       : ERR_INTERNAL;
}

enum err crypto_open(const struct crypto_key *key, const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct slice associated, struct slice sealed, uint8_t *ret_plaintext)
{
        switch (primitive_open(key->bytes, nonce, associated, sealed, ret_plaintext)) {
        case PRIMITIVE_OK:
                return ERR_OK;
        case PRIMITIVE_NOT_AUTHENTIC:
                return ERR_NOT_AUTHENTIC;
        case PRIMITIVE_FAILED:
                break;
        }
        return ERR_INTERNAL;
}
