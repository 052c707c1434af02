/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a request comes from the client that it names, at endpoints without a code: like an
 * exchange, it uses up its JWT, is audited if it fails, and counts against the rate limits.
 */
#pragma once

#include "core/clients/client_auth.h"

/* As client_authenticate_by(), with nothing else to read. */
enum err client_authenticate(struct op *op, const struct client_proof *proof,
                             struct client_identity *ret);

/* Return: ERR_OK; the refusals of client_authenticate(); ERR_JWT_REUSED; ERR_QUOTA_PROOFS: it is
 * authenticated, and `ret` is set, but it does too much; or, instead of a refusal,
 * ERR_TOO_MANY_REQUESTS or ERR_CLIENT_FAILURES, with `caller->wait`; faults. */
enum err client_prove(struct op *op, const struct client_proof *proof, struct client *ret);
