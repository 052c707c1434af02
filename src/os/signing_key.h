/* SPDX-License-Identifier: Apache-2.0
 *
 * Making key pairs, which needs libcrypto's own randomness and, for RSA, a good part of a second.
 */
#pragma once

#include "base/arena.h"
#include "base/signature.h"

/* A new key pair of JWT_RS256 (2,048 bits) or JWT_ES256: the private key as DER, and its public
 * half, both in the arena. Return: ERR_OK; ERR_INTERNAL: libcrypto failed; ERR_OUT_OF_MEMORY. */
enum err signing_key_make(enum jwt_algorithm algorithm, struct arena *arena, struct slice *ret_der,
                          struct public_key *ret_public);
