/* SPDX-License-Identifier: Apache-2.0
 *
 * The client-secret JWT (docs/protocol/http.md 6; RFC 7515, RFC 7519, RFC 8725): how an application
 * authenticates without sending its secret. Pure functions: time and secrets are parameters.
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

/* The claims of a token; 0 or absent: omitted. */
struct client_secret_claims {
        struct slice client_id;
        int64_t exp; /* unix seconds */
        int64_t iat; /* unix seconds; 0: none */
        struct slice jti;
};

/* The bytes of the payload, in the arena. */
struct slice client_secret_payload(struct arena *arena, const struct client_secret_claims *claims);

/* Signs the claims; equal claims and keys give equal bytes. In the arena. */
struct secret client_secret_sign(struct arena *arena, struct secret key,
                                 const struct client_secret_claims *claims);

/* A parsed token; nothing in it is verified yet. */
struct client_assertion {
        struct slice signing_input; /* header.payload, as sent */
        struct slice payload;       /* decoded */
        struct digest signature;
        struct digest replay_digest; /* SHA-256 of the signing input */
        int64_t exp;                 /* set by client_secret_verify() */
};

/* Checks size, segments, strict base64url and header.
 * Return: ERR_OK; ERR_JWT_TOO_LONG; ERR_JWT_RAW_SECRET; ERR_JWT_MALFORMED; ERR_JWT_ALGORITHM;
 *         ERR_JWT_HEADER. */
enum err client_secret_parse(struct slice text, struct arena *arena, struct client_assertion *ret);

/* The `sub` of a token that nobody has verified yet; absent if it has none that can be read.
 * Return: ERR_OK; ERR_OUT_OF_MEMORY. */
enum err client_secret_subject(struct arena *arena, const struct client_assertion *assertion,
                               struct slice *ret);

/* What a token is checked against. */
struct client_secret_rules {
        struct slice client_id; /* of the request */
        const struct secret *secrets;
        size_t n_secrets; /* all are tried, so that timing reveals nothing */
        size_t n_real;    /* the first ones; the rest are dummies and never match */
        struct slice issuer;
        struct texts audiences; /* of an assertion (RFC 7523 section 3), whose `sub` says who it is
                                   if `client_id` does not; none: the issuer alone */
        struct instant now;
        int64_t leeway;       /* seconds */
        int64_t max_lifetime; /* seconds */
        bool lives_an_hour;   /* an assertion with `jti` may, since the client has no own maximum */
};

/* Checks the signature first, in constant time; then the claims, in the order of
 * docs/protocol/http.md 6.2. On success `ret_secret` is the index of the secret that signed.
 * Return: ERR_OK; ERR_CLIENT_UNKNOWN: no secret signed this; ERR_JWT_CLAIMS;
 *         ERR_JWT_CLIENT_MISMATCH; ERR_JWT_EXP_MISSING; ERR_JWT_EXPIRED; ERR_JWT_EXP_TOO_FAR;
 *         ERR_JWT_JTI; ERR_JWT_NOT_YET. */
enum err client_secret_verify(struct client_assertion *assertion,
                              const struct client_secret_rules *rules, size_t *ret_secret);
