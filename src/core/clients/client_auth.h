/* SPDX-License-Identifier: Apache-2.0
 *
 * An application's server authenticates with the method that the client is registered with: a line
 * of auth/methods.def. Checking uses nothing up: the claim makes sure that each JWT is accepted
 * once.
 */
#pragma once

#include "core/clients/auth/method.h"

/* An unknown client, or one with another method, takes the same time as a known one. `ret->client`
 * is filled as soon as the client is found, even if a later check fails, so that a refusal can name
 * it. Return: ERR_OK; ERR_CLIENT_ID_MALFORMED; ERR_JWT_*; ERR_CLIENT_UNKNOWN; ERR_CLIENT_DISABLED:
 * it is authenticated, but disabled or awaiting approval; faults. */
enum err client_authenticate(struct op *op, const struct client_proof *proof,
                             struct client_identity *ret);
