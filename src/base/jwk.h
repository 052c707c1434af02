/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of public keys, RFC 7517: EC P-256, OKP Ed25519, and RSA of 2,048 to 4,096 bits.
 *
 *      {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "...", "kid": "2026", "alg": "EdDSA"}]}
 */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/signature.h"

enum { JWK_ID_SIZE = 128 }; /* bytes of a kid at most */

struct jwk {
        struct public_key key;
        struct slice id;              /* `kid`; absent if there is none */
        enum jwt_algorithm algorithm; /* the only one it is for; JWT_NO_ALGORITHM: all that fit */
};

/* Each of several keys has an id of its own. */
struct jwks {
        struct jwk keys[LIMIT_CLIENT_KEYS];
        size_t n;
};

/* Reads a set; the result is in the arena. Members that are not needed are ignored.
 * Return: ERR_OK; ERR_JWKS_MALFORMED; ERR_JWK_PRIVATE; ERR_JWK_KIND; ERR_JWK_MALFORMED;
 *         ERR_JWK_USE; ERR_JWK_ID; faults. */
enum err jwks_read(struct arena *arena, struct slice text, struct jwks *ret);

/* public_key_check() of each key, before the set is kept. Return: as that. */
enum err jwks_check(const struct jwks *keys);

/* The set with only the members that are read: what is kept of it. In the arena. */
struct slice jwks_text(struct arena *arena, const struct jwks *keys);

/* One key, as it is in a set; without memory members are missing. */
json_t *jwk_json(const struct jwk *jwk);

/* The reverse, with the members that jwks_read() reads, in the arena. Return: as that. */
enum err jwk_read(struct arena *arena, const json_t *json, struct jwk *ret);

/* Whether a JWT of this algorithm and `kid` may be signed by this key. A key without an id is good
 * for any. */
bool jwk_fits(const struct jwk *jwk, enum jwt_algorithm algorithm, struct slice key_id);
