/* SPDX-License-Identifier: Apache-2.0
 *
 * The cryptographic primitives under the server and libaccessgrant. primitives.c takes them from
 * libcrypto and libargon2, and is the one file to replace on a system without those. Nothing here
 * logs, keeps state or ends the process. The server calls base/crypto.h.
 */
#pragma once

#include "base/slice.h"

/* Sizes in bytes. */
enum {
        SHA256_SIZE = 32,
        SHA512_SIZE = 64,
        GCM_KEY_SIZE = 32, /* AES-256 */
        GCM_NONCE_SIZE = 12,
        GCM_TAG_SIZE = 16,
        ARGON2ID_SIZE = 32,
};

enum [[nodiscard]] primitive{
        PRIMITIVE_OK = 0, PRIMITIVE_NOT_AUTHENTIC, /* only of primitive_open() */
        PRIMITIVE_NO_MEMORY,                       /* only of primitive_argon2id() */
        PRIMITIVE_FAILED, /* the crypto library is broken or out of memory */
};

/* Constant time in the content; different sizes are unequal at once. */
bool primitive_equal(struct slice a, struct slice b);

/* SHA-256 (FIPS 180-4). */
enum primitive primitive_sha256(struct slice data, uint8_t ret_digest[SHA256_SIZE]);

/* HMAC (RFC 2104). The key may be empty, and has INT_MAX bytes at most. */
enum primitive primitive_hmac_sha256(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA256_SIZE]);
enum primitive primitive_hmac_sha512(struct slice key, struct slice data,
                                     uint8_t ret_mac[SHA512_SIZE]);

/* AES-256-GCM. `ret_sealed` takes plain.size + GCM_TAG_SIZE bytes: ciphertext, then tag. One key
 * and nonce must never seal two different messages. */
enum primitive primitive_seal(const uint8_t key[GCM_KEY_SIZE], const uint8_t nonce[GCM_NONCE_SIZE],
                              struct slice associated, struct slice plain, uint8_t *ret_sealed);

/* The reverse; `ret_plain` takes sealed.size - GCM_TAG_SIZE bytes, which are wiped on failure.
 * Return: PRIMITIVE_OK; PRIMITIVE_NOT_AUTHENTIC: too short, or another key, nonce or associated
 *         data; PRIMITIVE_FAILED. */
enum primitive primitive_open(const uint8_t key[GCM_KEY_SIZE], const uint8_t nonce[GCM_NONCE_SIZE],
                              struct slice associated, struct slice sealed, uint8_t *ret_plain);

struct argon2id {
        struct slice password; /* UINT32_MAX bytes at most */
        struct slice salt;     /* 8 bytes to UINT32_MAX */
        uint32_t memory_kib;
        uint32_t passes;
        uint32_t lanes; /* all computed by the calling thread */
        void *memory;   /* the caller's `memory_kib` KiB, aligned as malloc() does */
};

/* Argon2id of version 1.3 (RFC 9106). The memory holds nothing secret afterwards.
 * Return: PRIMITIVE_OK; PRIMITIVE_NO_MEMORY: `memory` is too small; PRIMITIVE_FAILED. */
enum primitive primitive_argon2id(const struct argon2id *input, uint8_t ret_hash[ARGON2ID_SIZE]);
