/* SPDX-License-Identifier: Apache-2.0
 *
 * An application proves itself by a JWT signed with one of its secrets. Checking uses nothing up:
 * that each JWT is accepted once is the claim's business.
 */
#pragma once

#include "core/clients/client_secret.h"
#include "core/op.h"
#include "core/store.h"

struct client_proof {
        struct slice client_id; /* as it came */
        struct secret jwt;
};

struct client_identity {
        struct client client;
        struct client_assertion assertion;
        struct uuid secret_row; /* of the secret that signed */
};

/* An unknown client costs the same as a known one. `ret->client` is filled once the client is
 * found, whatever follows, so that a refusal can name it.
 * Return: ERR_OK; ERR_CLIENT_ID_MALFORMED; ERR_JWT_*; ERR_CLIENT_UNKNOWN; ERR_CLIENT_DISABLED: it
 * proved itself, but is disabled or waits for approval; faults. */
enum err client_authenticate(struct op *op, const struct client_proof *proof,
                             struct client_identity *ret);
