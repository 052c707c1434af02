/* SPDX-License-Identifier: Apache-2.0
 *
 * X25519 through libcrypto's EVP: no arithmetic of our own.
 */
#include "base/agreement.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/macros.h"

static void key_freep(EVP_PKEY **key)
{
        EVP_PKEY_free(*key);
}

static void context_freep(EVP_PKEY_CTX **context)
{
        EVP_PKEY_CTX_free(*context);
}

/* What libcrypto did not do, and forgets about. */
static enum err failed(enum err error)
{
        ERR_clear_error();
        return error;
}

enum err x25519_public(const uint8_t private_key[X25519_SIZE], uint8_t ret_public[X25519_SIZE])
{
        EVP_PKEY *key CLEANUP(key_freep) =
                EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, X25519_SIZE);
        size_t size = X25519_SIZE;

        if (!key)
                return failed(ERR_OUT_OF_MEMORY);
        return EVP_PKEY_get_raw_public_key(key, ret_public, &size) == 1 ? ERR_OK
                                                                        : failed(ERR_INTERNAL);
}

enum err x25519_agree(const uint8_t private_key[X25519_SIZE], struct slice public_key,
                      uint8_t ret_shared[X25519_SIZE])
{
        EVP_PKEY *own CLEANUP(key_freep) = NULL;
        EVP_PKEY *other CLEANUP(key_freep) = NULL;
        EVP_PKEY_CTX *context CLEANUP(context_freep) = NULL;
        size_t size = X25519_SIZE;

        if (public_key.size != X25519_SIZE)
                return ERR_NOT_AUTHENTIC;
        own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, X25519_SIZE);
        other = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, public_key.data, X25519_SIZE);
        context = own && other ? EVP_PKEY_CTX_new(own, NULL) : NULL;
        if (!context)
                return failed(ERR_OUT_OF_MEMORY);
        if (EVP_PKEY_derive_init(context) != 1)
                return failed(ERR_INTERNAL);
        if (EVP_PKEY_derive_set_peer(context, other) != 1 ||
            EVP_PKEY_derive(context, ret_shared, &size) != 1 || size != X25519_SIZE)
                return failed(ERR_NOT_AUTHENTIC);
        return ERR_OK;
}
