/* SPDX-License-Identifier: Apache-2.0
 *
 * How an application says who it is, at every endpoint of its own: RFC 6749 section 2.3, RFC 7521
 * section 4.2.
 */
#pragma once

#include "core/clients/client_auth.h"
#include "http/call.h"
#include "http/field.h"

/* Decoded from a body by CLIENT_CREDENTIALS_FIELDS. */
struct client_credentials {
        struct slice client_id;
        struct secret secret;
        struct secret assertion;
        struct slice assertion_type;
};

#define CLIENT_CREDENTIALS_FIELDS(type, member)                                                    \
        {.name = "client_id",                                                                      \
         .kind = FIELD_TEXT,                                                                       \
         .offset = offsetof(type, member.client_id),                                               \
         .maximum = LIMIT_BODY},                                                                   \
                {.name = "client_secret",                                                          \
                 .kind = FIELD_SECRET,                                                             \
                 .offset = offsetof(type, member.secret),                                          \
                 .maximum = LIMIT_BODY},                                                           \
                {.name = "client_assertion",                                                       \
                 .kind = FIELD_SECRET,                                                             \
                 .offset = offsetof(type, member.assertion),                                       \
                 .maximum = LIMIT_BODY},                                                           \
        {                                                                                          \
                .name = "client_assertion_type", .kind = FIELD_ASCII,                              \
                .offset = offsetof(type, member.assertion_type), .maximum = 128                    \
        }

/* Finds the one way in which the request authenticates its client: the Authorization header, an
 * assertion, a secret, a JWT in its place, or the client_id alone. `issuer` and the endpoint that
 * was called are what an assertion may name as its audience. From here on refusals of a client that
 * tried HTTP Basic are 401. Return: ERR_OK; ERR_CLIENT_AUTH_MISSING; ERR_CLIENT_AUTH_TWICE, also if
 * two different clients are named; ERR_CLIENT_AUTH_HEADER; ERR_FIELD_MISSING, ERR_FIELD_MALFORMED:
 * client_assertion_type; ERR_OUT_OF_MEMORY. */
enum err client_credentials_read(struct http_call *call, struct slice issuer,
                                 const struct client_credentials *body, struct client_proof *ret);
