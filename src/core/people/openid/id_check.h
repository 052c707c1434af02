/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether an ID token of a provider is good for the log-in that asked for it: OpenID Connect Core,
 * "ID Token Validation".
 */
#pragma once

#include <jansson.h>

#include "base/jwt.h"
#include "core/op.h"

enum {
        LIMIT_ID_TOKEN = 16 * 1024,   /* bytes of its text */
        LIMIT_PROVIDER_SUBJECT = 255, /* of `sub`, as the specification says */
        LIMIT_PROVIDER_KEYS = 32,     /* of a set; further ones are not looked at */
        PROVIDER_LEEWAY = 60,         /* seconds that its clock may differ */
        LIMIT_PROVIDER_AUDIENCES = 16,
};

struct id_expected {
        struct slice issuer;
        struct slice client_id;
        struct slice nonce;
};

/* ES256, EdDSA, PS256 and RS256: those with public keys. */
extern const unsigned id_algorithms;

/* Reads the token's text. Return: ERR_OK; ERR_PROVIDER_TOKEN, explained; faults. */
enum err id_token_parse(struct op *op, struct slice text, struct jwt *ret);

/* Checks the signature with a provider's set of keys, of which those for other purposes are left
 * out. Return: ERR_OK; ERR_NO_ROW: no key has the token's `kid` and algorithm; ERR_PROVIDER_TOKEN,
 * explained; faults. */
enum err id_token_verify(struct op *op, const struct jwt *jwt, struct slice jwks);

/* Checks what a token claims whose signature is right. The claims are the caller's.
 * Return: ERR_OK; ERR_PROVIDER_TOKEN, explained; faults. */
enum err id_token_claims(struct op *op, const struct jwt *jwt, const struct id_expected *expected,
                         json_t **ret_claims);
