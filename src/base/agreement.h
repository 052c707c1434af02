/* SPDX-License-Identifier: Apache-2.0
 *
 * X25519 (RFC 7748): two parties agree on a secret, each with its private key and the other's
 * public one.
 */
#pragma once

#include "base/error.h"
#include "base/slice.h"

enum { X25519_SIZE = 32 }; /* of private keys, public keys and what comes of them */

/* Any 32 bytes are a private key; they must be random. Return: ERR_OK; ERR_INTERNAL;
 * ERR_OUT_OF_MEMORY. */
enum err x25519_public(const uint8_t private_key[X25519_SIZE], uint8_t ret_public[X25519_SIZE]);

/* What both agree on, which is no key yet: crypto_hkdf() makes one of it. Return: ERR_OK;
 * ERR_NOT_AUTHENTIC: the public key is none, or one of the few that give the same with any private
 * key; ERR_INTERNAL; ERR_OUT_OF_MEMORY. */
enum err x25519_agree(const uint8_t private_key[X25519_SIZE], struct slice public_key,
                      uint8_t ret_shared[X25519_SIZE]);
