/* SPDX-License-Identifier: Apache-2.0
 *
 * Key pairs by libcrypto.
 */
#include "os/signing_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/macros.h"
#include "base/secret.h"

enum { RSA_BITS = 2048 };

static void key_freep(EVP_PKEY **key)
{
        EVP_PKEY_free(*key);
}

static void number_freep(BIGNUM **number)
{
        BN_free(*number);
}

static enum err der_of(EVP_PKEY *key, struct arena *arena, struct slice *ret)
{
        unsigned char *der = NULL;
        int size = i2d_PrivateKey(key, &der);

        if (size <= 0)
                return ERR_INTERNAL;
        *ret = arena_copy(arena, slice_new(der, (size_t)size));
        wipe(der, (size_t)size);
        OPENSSL_free(der);
        return arena_check(arena);
}

/* A number of the public key, big-endian; `size` 0: as short as it can be. */
static enum err number_of(EVP_PKEY *key, const char *name, size_t size, struct arena *arena,
                          struct slice *ret)
{
        BIGNUM *number CLEANUP(number_freep) = NULL;
        uint8_t *bytes;

        if (EVP_PKEY_get_bn_param(key, name, &number) != 1)
                return ERR_INTERNAL;
        if (!size)
                size = (size_t)BN_num_bytes(number);
        bytes = arena_alloc(arena, size);
        if (!bytes)
                return ERR_OUT_OF_MEMORY;
        if (BN_bn2binpad(number, bytes, (int)size) != (int)size)
                return ERR_INTERNAL;
        *ret = slice_new(bytes, size);
        return ERR_OK;
}

static enum err public_of(EVP_PKEY *key, enum jwt_algorithm algorithm, struct arena *arena,
                          struct public_key *ret)
{
        *ret = (struct public_key){.kind = PUBLIC_KEY_RSA};
        if (algorithm == JWT_ES256) {
                ret->kind = PUBLIC_KEY_P256;
                TRY(number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, P256_SIZE, arena, &ret->x));
                return number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, P256_SIZE, arena, &ret->y);
        }
        TRY(number_of(key, OSSL_PKEY_PARAM_RSA_N, 0, arena, &ret->modulus));
        return number_of(key, OSSL_PKEY_PARAM_RSA_E, 0, arena, &ret->exponent);
}

enum err signing_key_make(enum jwt_algorithm algorithm, struct arena *arena, struct slice *ret_der,
                          struct public_key *ret_public)
{
        EVP_PKEY *key CLEANUP(key_freep) =
                algorithm == JWT_ES256 ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")
                                       : EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS);

        if (!key)
                return ERR_INTERNAL;
        TRY(der_of(key, arena, ret_der));
        return public_of(key, algorithm, arena, ret_public);
}
