/* SPDX-License-Identifier: Apache-2.0
 *
 * The cryptographic primitives over a libcrypto that fails on command. A program that includes this
 * last defines them itself, so the linker uses these.
 */
#pragma once

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

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

static unsigned char *failing_hmac(const EVP_MD *type, const void *key, int key_size,
                                   const unsigned char *data, size_t size, unsigned char *mac,
                                   unsigned *mac_size)
{
        return crypto_fails() ? NULL : HMAC(type, key, key_size, data, size, mac, mac_size);
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
#define HMAC                failing_hmac
#define EVP_CIPHER_CTX_new  failing_new
#define EVP_EncryptInit_ex  failing_encrypt_init
#define EVP_EncryptUpdate   failing_encrypt
#define EVP_EncryptFinal_ex failing_encrypt_final
#define EVP_CIPHER_CTX_ctrl failing_control
#define EVP_DecryptInit_ex  failing_decrypt_init
#define EVP_DecryptUpdate   failing_decrypt
#include "base/primitives.c"
