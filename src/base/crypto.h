/* SPDX-License-Identifier: Apache-2.0
 *
 * The cryptography the server uses, over base/primitives.h. No function here draws randomness; see
 * os/entropy.
 */
#pragma once

#include "base/error.h"
#include "base/primitives.h"
#include "base/secret.h"
#include "base/slice.h"

enum {
        CRYPTO_KEY_SIZE = GCM_KEY_SIZE, /* and HKDF output */
        CRYPTO_NONCE_SIZE = GCM_NONCE_SIZE,
        CRYPTO_TAG_SIZE = GCM_TAG_SIZE,
};

struct crypto_key {
        uint8_t bytes[CRYPTO_KEY_SIZE];
};

/* Constant time in the content; different sizes are unequal at once. */
bool crypto_equal(struct slice a, struct slice b);

/* SHA-256 (FIPS 180-4). */
void crypto_sha256(struct slice data, struct digest *ret_digest);

/* HMAC-SHA256 (RFC 2104). The key may be empty. */
void crypto_hmac_sha256(struct slice key, struct slice data, struct digest *ret_mac);

/* HMAC-SHA1, for RFC 6238 alone. */
void crypto_hmac_sha1(struct slice key, struct slice data, uint8_t ret_mac[SHA1_SIZE]);

/* HKDF-SHA256 (RFC 5869), extract and expand, 32 bytes out. An absent salt is "no salt". */
void crypto_hkdf(struct slice input, struct slice salt, struct slice info,
                 struct crypto_key *ret_key);

/* AES-256-GCM. `ret_sealed` takes plaintext.size + CRYPTO_TAG_SIZE bytes: ciphertext, then tag.
 * A (key, nonce) pair must never be used twice. Return: ERR_OK; ERR_INTERNAL. */
enum err crypto_seal(const struct crypto_key *key, const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct slice associated, struct slice plaintext, uint8_t *ret_sealed);

/* The reverse; `ret_plaintext` takes sealed.size - CRYPTO_TAG_SIZE bytes and is wiped on failure.
 * Return: ERR_OK; ERR_NOT_AUTHENTIC: too short, another key, nonce or associated data;
 *         ERR_INTERNAL: libcrypto failed. */
enum err crypto_open(const struct crypto_key *key, const uint8_t nonce[CRYPTO_NONCE_SIZE],
                     struct slice associated, struct slice sealed, uint8_t *ret_plaintext);
