/* SPDX-License-Identifier: Apache-2.0
 *
 * The cryptographic primitives over a libcrypto that fails on command. A program that includes this
 * last defines them itself, so the linker uses these.
 */
#pragma once

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

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

#define FAILING(SHA, state_type)                                                                   \
        static int failing_##SHA##_Init(state_type *state)                                         \
        {                                                                                          \
                return crypto_fails() ? 0 : SHA##_Init(state);                                     \
        }                                                                                          \
        static int failing_##SHA##_Update(state_type *state, const void *data, size_t size)        \
        {                                                                                          \
                return crypto_fails() ? 0 : SHA##_Update(state, data, size);                       \
        }                                                                                          \
        static int failing_##SHA##_Final(unsigned char *digest, state_type *state)                 \
        {                                                                                          \
                return crypto_fails() ? 0 : SHA##_Final(digest, state);                            \
        }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

FAILING(SHA1, SHA_CTX)
FAILING(SHA256, SHA256_CTX)
FAILING(SHA512, SHA512_CTX)

#pragma GCC diagnostic pop

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

#define SHA1_Init           failing_SHA1_Init
#define SHA1_Update         failing_SHA1_Update
#define SHA1_Final          failing_SHA1_Final
#define SHA256_Init         failing_SHA256_Init
#define SHA256_Update       failing_SHA256_Update
#define SHA256_Final        failing_SHA256_Final
#define SHA512_Init         failing_SHA512_Init
#define SHA512_Update       failing_SHA512_Update
#define SHA512_Final        failing_SHA512_Final
#define EVP_CIPHER_CTX_new  failing_new
#define EVP_EncryptInit_ex  failing_encrypt_init
#define EVP_EncryptUpdate   failing_encrypt
#define EVP_EncryptFinal_ex failing_encrypt_final
#define EVP_CIPHER_CTX_ctrl failing_control
#define EVP_DecryptInit_ex  failing_decrypt_init
#define EVP_DecryptUpdate   failing_decrypt
#include "base/primitives.c"
