/* SPDX-License-Identifier: Apache-2.0
 *
 * An application proves itself by a JWT signed with one of its secrets. Checking uses nothing up:
 * that each JWT is accepted once is the claim's business.
 */
#pragma once

#include "oauth/client_secret.h"
#include "oauth/ports.h"
#include "oauth/store_port.h"

struct client_proof {
        struct slice client_id; /* as it came */
        struct secret jwt;
        struct instant now;
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
enum err client_authenticate(const struct ports *ports, struct arena *arena,
                             const struct client_proof *proof, struct client_identity *ret);
