/* SPDX-License-Identifier: Apache-2.0
 *
 * An application's server authenticates with the method that the client is registered with: a line
 * of auth/methods.def. Checking uses nothing up: the claim makes sure that each JWT is accepted
 * once.
 */
#pragma once

#include "core/clients/auth/method.h"

struct policy;

/* "client_secret_jwt": the token_endpoint_auth_method of RFC 7591 section 2; static. */
const char *client_auth_text(enum client_auth method);

/* Return: whether there is a method of this name; `ret` is untouched otherwise. */
bool client_auth_parse(struct slice text, enum client_auth *ret);

/* Whether the operator allows this method. */
bool client_auth_is_allowed(const struct policy *policy, enum client_auth method);

/* Whether a client of this method has a secret at all. */
bool client_auth_has_secret(enum client_auth method);

/* An unknown client, or one with another method, takes the same time as a known one. `ret->client`
 * is filled as soon as the client is found, even if a later check fails, so that a refusal can name
 * it. Return: ERR_OK; ERR_CLIENT_ID_MALFORMED; ERR_JWT_*; ERR_CLIENT_UNKNOWN;
 * ERR_CLIENT_AUTH_METHOD; ERR_CLIENT_AUTH_MISSING; ERR_CLIENT_SECRET_WRONG; ERR_RAW_SECRETS_OFF;
 * ERR_CLIENT_DISABLED: it is authenticated, but disabled or awaiting approval; faults. */
enum err client_authenticate(struct op *op, const struct client_proof *proof,
                             struct client_identity *ret);
