/* SPDX-License-Identifier: Apache-2.0
 *
 * The client-secret JWT (docs/protocol/http.md 6): how an application authenticates without sending
 * its secret. Pure functions: time and secrets are parameters.
 *
 *      header   {"alg":"HS256","typ":"JWT"}
 *      payload  {"client_id":"<uuid>","exp":<unix seconds>[,"iat":<unix seconds>][,"jti":"<text>"]}
 *      key      the client secret as text: its 64 hex characters are the octets of the HMAC key
 */
#pragma once

#include "core/clients/client_assertion.h"

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

struct client_secrets {
        const struct secret *items;
        size_t n;      /* all are tried, so that timing reveals nothing */
        size_t n_real; /* the first ones; the rest are dummies and never match */
};

/* Checks the signature, in constant time. On success `ret_secret` is the index of the secret that
 * signed. Return: ERR_OK; ERR_CLIENT_UNKNOWN: none of them. */
enum err client_secret_verify(const struct client_assertion *assertion,
                              const struct client_secrets *secrets, size_t *ret_secret);
