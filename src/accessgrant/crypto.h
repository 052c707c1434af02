/* SPDX-License-Identifier: Apache-2.0
 *
 * The cryptography of access grants, over libcrypto. It is met nowhere else in the library.
 * Any function here may fail with AG_ERR_CRYPTO, which means that libcrypto is broken or out of
 * memory.
 */
#pragma once

#include <accessgrant.h>

enum {
        AG_SHA256_SIZE = 32,
        AG_SHA512_SIZE = 64,
        AG_GCM_NONCE_SIZE = 12,
        AG_GCM_TAG_SIZE = 16,
};

AG_MUST_USE enum ag_error ag_sha256(struct ag_bytes data, uint8_t ret_digest[AG_SHA256_SIZE]);

/* `key` may be empty, and of any size. */
AG_MUST_USE enum ag_error ag_hmac_sha256(struct ag_bytes key, struct ag_bytes data,
                                         uint8_t ret_mac[AG_SHA256_SIZE]);

AG_MUST_USE enum ag_error ag_hmac_sha512(struct ag_bytes key, struct ag_bytes data,
                                         uint8_t ret_mac[AG_SHA512_SIZE]);

/* AES-256-GCM without associated data. `ret_sealed` takes the ciphertext and the tag,
 * AG_GCM_TAG_SIZE bytes more than `plain`. */
AG_MUST_USE enum ag_error ag_gcm_seal(const uint8_t key[AG_KEY_SIZE],
                                      const uint8_t nonce[AG_GCM_NONCE_SIZE], struct ag_bytes plain,
                                      uint8_t *ret_sealed);

/* The reverse; `ret_plain` takes AG_GCM_TAG_SIZE bytes less than `sealed`, and holds nothing of
 * use on failure.
 * Return: AG_OK; AG_ERR_WRONG_KEY: too short, or not sealed with this key; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_gcm_open(const uint8_t key[AG_KEY_SIZE],
                                      const uint8_t nonce[AG_GCM_NONCE_SIZE],
                                      struct ag_bytes sealed, uint8_t *ret_plain);

/* Compares in a time that depends on the sizes alone. */
bool ag_crypto_equal(struct ag_bytes a, struct ag_bytes b);
