/* SPDX-License-Identifier: Apache-2.0
 *
 * The client-secret JWT (docs/protocol/http.md 6; RFC 7515, RFC 7519, RFC 8725): how an application
 * proves itself without its secret travelling. Pure: the time and the secrets are handed in.
 *
 *      header   {"alg":"HS256","typ":"JWT"}
 *      payload  {"client_id":"<uuid>","exp":<unix seconds>[,"iat":<unix seconds>][,"jti":"<text>"]}
 *      key      the client secret as text: its 64 hex characters are the octets of the HMAC key
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"

/* What goes into a token; 0 or absent: left out. */
struct client_secret_claims {
        struct slice client_id;
        int64_t exp; /* unix seconds */
        int64_t iat; /* unix seconds; 0: none */
        struct slice jti;
};

/* The payload's bytes, in the arena. */
struct slice client_secret_payload(struct arena *arena, const struct client_secret_claims *claims);

/* The same bytes for the same claims and key, whoever signs. In the arena. */
struct secret client_secret_sign(struct arena *arena, struct secret key,
                                 const struct client_secret_claims *claims);

/* A token taken apart; nothing of it is believed yet. */
struct client_assertion {
        struct slice signing_input; /* header.payload, as it came */
        struct slice payload;       /* decoded */
        struct digest signature;
        struct digest replay_digest; /* SHA-256 of the signing input */
        int64_t exp;                 /* set by client_secret_verify() */
};

/* Size, segments, strict base64url, header.
 * Return: ERR_OK; ERR_JWT_TOO_LONG; ERR_JWT_RAW_SECRET; ERR_JWT_MALFORMED; ERR_JWT_ALGORITHM;
 * ERR_JWT_HEADER. */
enum err client_secret_parse(struct slice text, struct arena *arena, struct client_assertion *ret);

/* What a token is held against. */
struct client_secret_rules {
        struct slice client_id; /* of the request */
        const struct secret *secrets;
        size_t n_secrets; /* all are tried, so that the time does not tell */
        size_t n_real;    /* the first ones; the rest are stand-ins and never match */
        struct slice issuer;
        struct instant now;
        int64_t leeway;       /* seconds */
        int64_t max_lifetime; /* seconds */
};

/* The signature first, in constant time; then the claims, in the order of
 * docs/protocol/http.md 6.2. On success `ret_secret` is the index of the secret that signed.
 * Return: ERR_OK; ERR_CLIENT_UNKNOWN: no secret signed this; ERR_JWT_CLAIMS;
 * ERR_JWT_CLIENT_MISMATCH; ERR_JWT_EXP_MISSING; ERR_JWT_EXPIRED; ERR_JWT_EXP_TOO_FAR; ERR_JWT_JTI;
 * ERR_JWT_NOT_YET. */
enum err client_secret_verify(struct client_assertion *assertion,
                              const struct client_secret_rules *rules, size_t *ret_secret);
