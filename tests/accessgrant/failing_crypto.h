/* SPDX-License-Identifier: Apache-2.0
 *
 * The cryptographic primitives over a libcrypto that fails on command. A program that includes this
 * last defines them itself, so the linker uses these.
 */
#pragma once

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

static size_t n_calls_left = SIZE_MAX; /* calls that still succeed */
static size_t n_calls_failed;
static bool is_spared; /* calls now neither fail nor count */

static bool crypto_fails(void)
{
        if (is_spared)
                return false;
        if (n_calls_left == 0) {
                n_calls_failed++;
                return true;
        }
        n_calls_left--;
        return false;
}

static int failing_digest(const void *data, size_t size, unsigned char *digest,
                          unsigned *digest_size, const EVP_MD *type, ENGINE *engine)
{
        return crypto_fails() ? 0 : EVP_Digest(data, size, digest, digest_size, type, engine);
}

static EVP_MD_CTX *failing_digest_new(void)
{
        return crypto_fails() ? NULL : EVP_MD_CTX_new();
}

static int failing_digest_init(EVP_MD_CTX *context, const EVP_MD *type, ENGINE *engine)
{
        return crypto_fails() ? 0 : EVP_DigestInit_ex(context, type, engine);
}

static int failing_digest_update(EVP_MD_CTX *context, const void *data, size_t size)
{
        return crypto_fails() ? 0 : EVP_DigestUpdate(context, data, size);
}

static int failing_digest_final(EVP_MD_CTX *context, unsigned char *digest, unsigned *size)
{
        return crypto_fails() ? 0 : EVP_DigestFinal_ex(context, digest, size);
}

static EVP_CIPHER_CTX *failing_new(void)
{
        return crypto_fails() ? NULL : EVP_CIPHER_CTX_new();
}

static int failing_encrypt_init(EVP_CIPHER_CTX *cipher, const EVP_CIPHER *type, ENGINE *engine,
                                const unsigned char *key, const unsigned char *nonce)
{
        return crypto_fails() ? 0 : EVP_EncryptInit_ex(cipher, type, engine, key, nonce);
}

static int failing_encrypt(EVP_CIPHER_CTX *cipher, unsigned char *out, int *out_size,
                           const unsigned char *in, int size)
{
        return crypto_fails() ? 0 : EVP_EncryptUpdate(cipher, out, out_size, in, size);
}

static int failing_encrypt_final(EVP_CIPHER_CTX *cipher, unsigned char *out, int *size)
{
        return crypto_fails() ? 0 : EVP_EncryptFinal_ex(cipher, out, size);
}

static int failing_control(EVP_CIPHER_CTX *cipher, int type, int size, void *data)
{
        return crypto_fails() ? 0 : EVP_CIPHER_CTX_ctrl(cipher, type, size, data);
}

static int failing_decrypt_init(EVP_CIPHER_CTX *cipher, const EVP_CIPHER *type, ENGINE *engine,
                                const unsigned char *key, const unsigned char *nonce)
{
        return crypto_fails() ? 0 : EVP_DecryptInit_ex(cipher, type, engine, key, nonce);
}

static int failing_decrypt(EVP_CIPHER_CTX *cipher, unsigned char *out, int *out_size,
                           const unsigned char *in, int size)
{
        return crypto_fails() ? 0 : EVP_DecryptUpdate(cipher, out, out_size, in, size);
}

#define EVP_Digest          failing_digest
#define EVP_MD_CTX_new      failing_digest_new
#define EVP_DigestInit_ex   failing_digest_init
#define EVP_DigestUpdate    failing_digest_update
#define EVP_DigestFinal_ex  failing_digest_final
#define EVP_CIPHER_CTX_new  failing_new
#define EVP_EncryptInit_ex  failing_encrypt_init
#define EVP_EncryptUpdate   failing_encrypt
#define EVP_EncryptFinal_ex failing_encrypt_final
#define EVP_CIPHER_CTX_ctrl failing_control
#define EVP_DecryptInit_ex  failing_decrypt_init
#define EVP_DecryptUpdate   failing_decrypt
#include "base/primitives.c"
