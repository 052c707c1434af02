/* SPDX-License-Identifier: Apache-2.0
 *
 * From the header and the body to the proof that the core checks.
 */
#include "api/client_credentials.h"

#include "api/api.h"
#include "api/vocabulary.h"
#include "base/macros.h"
#include "http/auth_header.h"

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define TOKEN_PATH     "/oauth2/token"

/* The issuer, the token endpoint, and the endpoint that was called. */
static enum err audiences_of(const struct http_call *call, struct slice issuer, struct texts *ret)
{
        struct slice *items = arena_array(call->arena, 3, struct slice);

        if (!items)
                return ERR_OUT_OF_MEMORY;
        items[0] = issuer;
        items[1] = api_url(call->arena, issuer, SLICE(TOKEN_PATH));
        items[2] = api_url(call->arena, issuer, call->request.path);
        *ret = (struct texts){.items = items, .n = 3};
        return arena_check(call->arena);
}

/* A client_id beside other credentials only repeats who it is. */
static enum err basic_proof(const struct basic_credentials *basic,
                            const struct client_credentials *body, struct client_proof *ret)
{
        if (!secret_is_absent(body->secret) || !secret_is_absent(body->assertion) ||
            (body->client_id.data && !slice_equal(body->client_id, basic->client_id)))
                return ERR_CLIENT_AUTH_TWICE;
        *ret = (struct client_proof){.method = CLIENT_AUTH_SECRET_BASIC,
                                     .client_id = basic->client_id,
                                     .secret = basic->secret};
        return ERR_OK;
}

static enum err assertion_proof(struct http_call *call, struct slice issuer,
                                const struct client_credentials *body, struct client_proof *ret)
{
        struct client_proof proof = {.method = CLIENT_AUTH_SECRET_JWT,
                                     .client_id = body->client_id,
                                     .jwt = body->assertion};

        if (!secret_is_absent(body->secret))
                return ERR_CLIENT_AUTH_TWICE;
        if (!slice_equal(body->assertion_type, SLICE(ASSERTION_TYPE))) {
                call->problem_field = "client_assertion_type";
                return body->assertion_type.data ? ERR_FIELD_MALFORMED : ERR_FIELD_MISSING;
        }
        TRY(audiences_of(call, issuer, &proof.audiences));
        *ret = proof;
        return ERR_OK;
}

/* Our JWTs have dots, our secrets none. */
static bool is_jwt(struct secret secret)
{
        return slice_contains_byte(secret_reveal(secret), '.');
}

static struct client_proof body_proof(const struct client_credentials *body)
{
        struct client_proof proof = {.method = CLIENT_AUTH_NONE, .client_id = body->client_id};

        if (is_jwt(body->secret)) {
                proof.method = CLIENT_AUTH_SECRET_JWT;
                proof.jwt = body->secret;
        } else if (!secret_is_absent(body->secret)) {
                proof.method = CLIENT_AUTH_SECRET_POST;
                proof.secret = body->secret;
        }
        return proof;
}

enum err client_credentials_read(struct http_call *call, struct slice issuer,
                                 const struct client_credentials *body, struct client_proof *ret)
{
        struct basic_credentials basic;

        if (call->request.headers.authorization.data)
                call->vocabulary = &vocabulary_rfc6749_basic;
        TRY(basic_read(call, &basic));
        if (basic.client_id.data)
                return basic_proof(&basic, body, ret);
        if (!secret_is_absent(body->assertion))
                return assertion_proof(call, issuer, body, ret);
        if (!body->client_id.data)
                return ERR_CLIENT_AUTH_MISSING;
        *ret = body_proof(body);
        return ERR_OK;
}
