/* SPDX-License-Identifier: Apache-2.0
 *
 * What every way for a client to authenticate must offer.
 */
#pragma once

#include "core/clients/client_secret.h"
#include "core/op.h"
#include "core/store.h"

/* What came with a request. */
struct client_proof {
        enum client_auth method; /* that it is of */
        struct slice client_id;  /* as it came */
        struct secret jwt;
};

struct client_identity {
        struct client client;
        struct client_assertion assertion;
        struct uuid secret_row; /* of the secret that signed */
};

struct client_auth_method {
        /* Takes apart what came, before anybody is looked for.
         * Return: ERR_OK; the refusal of what is malformed; ERR_OUT_OF_MEMORY. */
        enum err (*parse)(struct op *op, const struct client_proof *proof,
                          struct client_assertion *ret);
        /* Checks that against the client, which has no secrets if it is not known by this method;
         * that must cost the same. Fills in `secret_row`.
         * Return: ERR_OK; ERR_CLIENT_UNKNOWN; the refusal of what is not right; faults. */
        enum err (*check)(struct op *op, const struct client_proof *proof,
                          struct client_identity *identity);
};

#define CLIENT_AUTH(name, method, number)                                                          \
        extern const struct client_auth_method client_auth_##method;
#include "core/clients/auth/methods.def"
#undef CLIENT_AUTH
