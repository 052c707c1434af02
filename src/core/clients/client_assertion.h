/* SPDX-License-Identifier: Apache-2.0
 *
 * The JWT by which an application authenticates, signed with a secret or with a key: what it says
 * (docs/protocol/http.md 6.2; RFC 7523, RFC 8725). Pure functions: time is a parameter.
 */
#pragma once

#include "base/clock.h"
#include "base/jwt.h"
#include "base/secret.h"

/* Whether a text has the form of the secrets that grantd makes: 64 lower-case hex characters. */
bool client_secret_is_ours(struct slice text);

/* A parsed token; nothing in it is verified yet. */
struct client_assertion {
        struct jwt jwt;
        struct digest replay_digest; /* SHA-256 of the signing input */
        int64_t exp;                 /* set by client_assertion_check() */
};

/* Checks the size, and what jwt_parse() does.
 * Return: ERR_OK; ERR_JWT_TOO_LONG; ERR_JWT_RAW_SECRET; ERR_JWT_MALFORMED; ERR_JWT_ALGORITHM;
 *         ERR_JWT_HEADER; ERR_OUT_OF_MEMORY. */
enum err client_assertion_parse(struct slice text, unsigned algorithms, struct arena *arena,
                                struct client_assertion *ret);

/* The `sub` of a token that nobody has verified yet; absent if it has none that can be read.
 * Return: ERR_OK; ERR_OUT_OF_MEMORY. */
enum err client_assertion_subject(struct arena *arena, const struct client_assertion *assertion,
                                  struct slice *ret);

/* What its claims are checked against. */
struct assertion_rules {
        struct slice client_id; /* of the request */
        struct slice issuer;
        struct texts audiences; /* of an assertion (RFC 7523 section 3), whose `sub` says who it is
                                   if `client_id` does not; none: the issuer alone */
        struct instant now;
        int64_t leeway;       /* seconds */
        int64_t max_lifetime; /* seconds */
        bool lives_an_hour;   /* an assertion with `jti` may, since the client has no own maximum */
};

/* Checks the claims, in the order of docs/protocol/http.md 6.2; only after the signature.
 * Return: ERR_OK; ERR_JWT_CLAIMS; ERR_JWT_CLIENT_MISMATCH; ERR_JWT_EXP_MISSING; ERR_JWT_EXPIRED;
 *         ERR_JWT_EXP_TOO_FAR; ERR_JWT_JTI; ERR_JWT_NOT_YET; ERR_OUT_OF_MEMORY. */
enum err client_assertion_check(struct client_assertion *assertion,
                                const struct assertion_rules *rules);
