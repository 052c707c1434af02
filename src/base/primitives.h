/* SPDX-License-Identifier: Apache-2.0
 *
 * The cryptographic primitives under the server and libaccessgrant. primitives.c takes them from
 * libcrypto, and is the one file to replace on a system without it. Nothing here
 * logs, keeps state or ends the process. The server calls base/crypto.h.
 */
#pragma once

#include "base/slice.h"

/* Sizes in bytes. */
enum {
        SHA1_SIZE = 20,
        SHA256_SIZE = 32,
        SHA512_SIZE = 64,
        GCM_KEY_SIZE = 32, /* AES-256 */
        GCM_NONCE_SIZE = 12,
        GCM_TAG_SIZE = 16,
};

enum [[nodiscard]] primitive{
        PRIMITIVE_OK = 0, PRIMITIVE_NOT_AUTHENTIC, /* only of primitive_open() */
        PRIMITIVE_FAILED, /* the crypto library is broken or out of memory */
};

/* Constant time in the content; different sizes are unequal at once. */
bool primitive_equal(struct slice a, struct slice b);

/* SHA-256 (FIPS 180-4). */
enum primitive primitive_sha256(struct slice data, uint8_t ret_digest[SHA256_SIZE]);

/* HMAC (RFC 2104). The key may be empty; `ret_mac` may be where the key or the data is. */
enum primitive primitive_hmac_sha256(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA256_SIZE]);
enum primitive primitive_hmac_sha512(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA512_SIZE]);

/* The same with SHA-1, for RFC 6238 alone. */
enum primitive primitive_hmac_sha1(struct slice key, struct slice data, uint8_t ret_mac[SHA1_SIZE]);

/* AES-256-GCM. `ret_sealed` takes plain.size + GCM_TAG_SIZE bytes: ciphertext, then tag. One key
 * and nonce must never seal two different messages. */
enum primitive primitive_seal(const uint8_t key[GCM_KEY_SIZE], const uint8_t nonce[GCM_NONCE_SIZE],
                              struct slice associated, struct slice plain, uint8_t *ret_sealed);

/* The reverse; `ret_plain` takes sealed.size - GCM_TAG_SIZE bytes, which are wiped on failure.
 * Return: PRIMITIVE_OK; PRIMITIVE_NOT_AUTHENTIC: too short, or another key, nonce or associated
 *         data; PRIMITIVE_FAILED. */
enum primitive primitive_open(const uint8_t key[GCM_KEY_SIZE], const uint8_t nonce[GCM_NONCE_SIZE],
                              struct slice associated, struct slice sealed, uint8_t *ret_plain);
