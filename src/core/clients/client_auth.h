/* SPDX-License-Identifier: Apache-2.0
 *
 * An application's server proves itself by the method that the client is registered with: a line of
 * auth/methods.def. Checking uses nothing up: that each JWT is accepted once is the claim's
 * business.
 */
#pragma once

#include "core/clients/auth/method.h"

/* An unknown client, or one of another method, costs the same as a known one. `ret->client` is
 * filled once the client is found, whatever follows, so that a refusal can name it. Return: ERR_OK;
 * ERR_CLIENT_ID_MALFORMED; ERR_JWT_*; ERR_CLIENT_UNKNOWN; ERR_CLIENT_DISABLED: it proved itself,
 * but is disabled or waits for approval; faults. */
enum err client_authenticate(struct op *op, const struct client_proof *proof,
                             struct client_identity *ret);
