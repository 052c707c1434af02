/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys and the signatures made with their private halves, by libcrypto. Only the server
 * needs them, so they are not in primitives.h.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

/* All but HS256 have public keys. */
enum jwt_algorithm {
        JWT_NO_ALGORITHM,
#define JWT_ALGORITHM(name, wire, least, most) JWT_##name,
#include "base/jwt_algorithms.def"
#undef JWT_ALGORITHM
        JWT_ALGORITHMS,
};

/* A set of algorithms. */
#define JWT_BIT(algorithm) (1U << (algorithm))

enum public_key_kind {
        PUBLIC_KEY_P256,
        PUBLIC_KEY_ED25519,
        PUBLIC_KEY_RSA,
};

enum {
        P256_SIZE = 32,    /* bytes of a coordinate, and of each half of a signature */
        ED25519_SIZE = 32, /* bytes of a key */
        RSA_LEAST = 2048,  /* bits */
        RSA_MOST = 4096,   /* bits; a check takes longer the more there are */
        RSA_EXPONENT_SIZE = 4,
};

/* Borrowed bytes, as in a JWK (RFC 7518 section 6, RFC 8037 section 2). */
struct public_key {
        enum public_key_kind kind;
        struct slice x; /* P-256: the point's coordinates; Ed25519: the key */
        struct slice y;
        struct slice modulus;  /* RSA: big-endian, without zeros in front */
        struct slice exponent; /* the same */
};

/* Whether keys of this kind make signatures of this algorithm. */
bool public_key_fits(enum public_key_kind kind, enum jwt_algorithm algorithm);

/* Whether the numbers are a key: sizes, then what libcrypto finds out about them, which takes
 * milliseconds. Return: ERR_OK; ERR_JWK_WEAK: the size of an RSA key or its exponent;
 * ERR_JWK_MALFORMED: no point of the curve, or one of a small order, no product of primes;
 * ERR_OUT_OF_MEMORY. */
enum err public_key_check(const struct public_key *key);

/* Whether `signature`, as RFC 7518 section 3 encodes it, is the key's over the message. The key's
 * sizes are checked, the rest of public_key_check() is not repeated.
 * Return: ERR_OK; ERR_NOT_AUTHENTIC: it is not, or the algorithm is another kind's;
 *         ERR_OUT_OF_MEMORY. */
enum err public_key_verify(const struct public_key *key, enum jwt_algorithm algorithm,
                           struct slice message, struct slice signature);

enum { SIGNATURE_SIZE = RSA_MOST / 8 }; /* bytes at most */

/* Signs with a private key, in DER. ECDSA draws randomness of libcrypto's own. The signature is
 * appended, as RFC 7518 section 3 encodes it.
 * Return: ERR_OK; ERR_INTERNAL: it is no key of this algorithm; ERR_OUT_OF_MEMORY. */
enum err private_key_sign(struct slice der, enum jwt_algorithm algorithm, struct slice message,
                          struct buf *out);
