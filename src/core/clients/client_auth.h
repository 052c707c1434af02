/* SPDX-License-Identifier: Apache-2.0
 *
 * An application's server authenticates with the method that the client is registered with: a line
 * of auth/methods.def. Checking uses nothing up: the claim makes sure that each JWT is accepted
 * once.
 */
#pragma once

#include "core/clients/auth/method.h"
#include "core/clients/client_ref.h"

struct policy;

/* "client_secret_jwt": the token_endpoint_auth_method of RFC 7591 section 2; static. */
const char *client_auth_text(enum client_auth method);

/* Return: whether there is a method of this name; `ret` is untouched otherwise. */
bool client_auth_parse(struct slice text, enum client_auth *ret);

/* Whether the operator allows this method. */
bool client_auth_is_allowed(const struct policy *policy, enum client_auth method);

/* Whether a client of this method has a secret at all, and whether it has registered keys. */
bool client_auth_has_secret(enum client_auth method);
bool client_auth_has_keys(enum client_auth method);

/* Whether it proves nothing. */
bool client_auth_is_public(enum client_auth method);

/* JWT_BIT()s of what its JWTs may be signed with; 0: it has none. */
unsigned client_auth_algorithms(enum client_auth method);

/* Whether to authenticate the client may take a call to another server, for the keys that the JWT
 * is checked against. */
bool client_proof_may_wait(const struct policy *policy, const struct client_proof *proof);

/* Whom a proof is of, and what it takes to find them. */
struct client_seek {
        struct client_ref ref;
        bool has_jwt;    /* the keys matter */
        bool may_be_new; /* as in the proof */
};

/* How the client is looked up, perhaps with more that is read with it. Return: ERR_OK; ERR_NO_ROW;
 * those of client_find(). */
struct client_finder {
        enum err (*find)(struct op *op, void *context, const struct client_seek *seek,
                         struct client *ret);
        void *context;
};

/* An unknown client, or one with another method, takes the same time as a known one. `ret->client`
 * is filled as soon as the client is found, even if a later check fails, so that a refusal can name
 * it. Return: ERR_OK; ERR_CLIENT_ID_MALFORMED; ERR_JWT_*; ERR_ASSERTION_ALGORITHM;
 * ERR_CLIENT_UNKNOWN; ERR_CLIENT_AUTH_METHOD; ERR_CLIENT_AUTH_MISSING; ERR_CLIENT_SECRET_WRONG;
 * ERR_RAW_SECRETS_OFF; those of the finder; ERR_CLIENT_DISABLED: it is authenticated, but disabled
 * or awaiting approval; faults. */
enum err client_authenticate_by(struct op *op, const struct client_proof *proof,
                                const struct client_finder *finder, struct client_identity *ret);
