/* SPDX-License-Identifier: Apache-2.0
 *
 * The interface of a way for a client to authenticate.
 */
#pragma once

#include "core/clients/client_secret.h"
#include "core/op.h"
#include "core/store.h"

/* The credentials in a request. */
struct client_proof {
        enum client_auth method; /* the method they belong to; of a JWT its algorithm decides */
        struct slice client_id;  /* as sent; absent: the JWT says it */
        struct secret jwt;
        struct secret secret;   /* itself, for the methods that send it */
        struct texts audiences; /* that a JWT may name: RFC 7523 section 3; none:
                                   docs/protocol/http.md 6 */
        bool may_be_new;        /* a client that is known by its metadata document only */
};

struct client_identity {
        struct client client;
        struct client_assertion assertion; /* zeros for a method without one */
        struct uuid secret_row;            /* of the secret that signed or was sent */
        bool is_proven; /* it signed or sent one of its own, whatever else was wrong */
};

struct client_auth_method {
        /* Checks the credentials against the client. A client that is unknown, or has another
         * method, is passed without secrets and keys, and must take the same time. Fills in
         * `secret_row`. Return: ERR_OK; ERR_CLIENT_UNKNOWN; a refusal of what is wrong; faults. */
        enum err (*check)(struct op *op, const struct client_proof *proof,
                          struct client_identity *identity);
        unsigned algorithms; /* JWT_BIT()s of its JWTs; 0: it has none */
        bool has_secret;
        bool sends_secret; /* the secret itself travels: only where the operator allows it */
        bool has_keys;     /* that the client has registered */
};

/* Opens the secrets to check against. An unknown client, or one with a single secret, is checked
 * against stand-ins as well, so that it takes the same time. Return: ERR_OK; faults. */
enum err client_secrets_open(struct op *op, const struct client *client,
                             struct secret ret_secrets[LIMIT_CLIENT_SECRETS]);

/* Checks what a JWT claims, once its signature was right, which proves the client. Return: as
 * client_assertion_check(). */
enum err client_claims_check(struct op *op, const struct client_proof *proof,
                             struct client_identity *identity);

#define CLIENT_AUTH(name, method, number, wire)                                                    \
        extern const struct client_auth_method client_auth_##method;
#include "core/clients/auth/methods.def"
#undef CLIENT_AUTH
