/* SPDX-License-Identifier: Apache-2.0
 *
 * A JWT signed with a private key, whose public half the client has registered (RFC 7523).
 * Nothing that is stored here can sign one.
 */
#include "base/macros.h"
#include "core/clients/auth/method.h"
#include "core/clients/client_keys.h"

/* A key of each kind, whose private halves nobody has kept: what the signature is checked against
 * where there is no other key. */
static const char stand_ins[] =
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"1\","
        "\"x\":\"F1VJeKfgEIs0azXuRoYIv7UNHbP_XDA5LQcvdjG6mpg\","
        "\"y\":\"iWTjRA3nrSZJgD-3FBkaTWWVAtGGay2JoJGdqLoFMpU\"},"
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"2\","
        "\"x\":\"bm7yZh4WIEDByU8z1zOKWx3pwy-cN4RvzVSurM5IUhI\"},"
        "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"kid\":\"3\",\"n\":\""
        "2jFVsXH3Jjn6WfYELY-doasLg0GYznqas5vOlwDo7CxxQznqmxKnTcJo3KCD92O05hBwCn"
        "3bqwnFihYFjAakXjoQTs5qogoQry47wpOIOTMSREgCwNq6We0E-f6ZDM2qNz09yPlZY0JD"
        "gxd4Wd3r5zdgGL77FZOv2rLXP4FkAGFJ1p9WvtMRkVe_z0vuNK-jmA2a7css-LSEtaNw6H"
        "zCLA_O7gvkt4v2daBdZdxDWT_o9ElmAQxtVGYWxYeW-J9lFyA87Za9L0F--Y2wS5dVDWcs"
        "eEvueR3DWj6QKi2RHneKaufuY8fh3BZ8Mn-YE5xef3WHv7_PlKcVwU1kzMSTaw"
        "\"}]}";

/* A client without keys is read as the stand-ins, in the same time. */
static enum err keys_of(struct op *op, const struct client *client, struct jwks *ret)
{
        if (client->jwks.size)
                return client_keys_read(op->arena, client->jwks, ret);
        return client_keys_read(op->arena, slice_from_string(stand_ins), ret);
}

/* The client's keys that the JWT may be signed with, filled up with stand-ins. Return: how many are
 * the client's; one at most if the JWT names its key. */
static size_t candidates_find(const struct jwks *keys, const struct jwks *others,
                              const struct jwt *jwt,
                              const struct public_key *ret_keys[LIMIT_CLIENT_KEYS])
{
        size_t n = 0;

        for (size_t i = 0; i < keys->n; i++)
                if (jwk_fits(&keys->keys[i], jwt->algorithm, jwt->key_id))
                        ret_keys[n++] = &keys->keys[i].key;
        for (size_t i = n; i < LIMIT_CLIENT_KEYS; i++)
                for (size_t j = 0; j < others->n; j++)
                        if (public_key_fits(others->keys[j].key.kind, jwt->algorithm))
                                ret_keys[i] = &others->keys[j].key;
        return n;
}

/* Tries all, even after one has matched. */
static enum err signature_check(const struct jwt *jwt, const struct jwks *keys,
                                const struct jwks *others)
{
        const struct public_key *candidates[LIMIT_CLIENT_KEYS] = {0};
        size_t n_real = candidates_find(keys, others, jwt, candidates);
        size_t n = jwt->key_id.data ? 1 : LIMIT_CLIENT_KEYS;
        bool found = false;

        for (size_t i = 0; i < n; i++) {
                enum err error = public_key_verify(candidates[i], jwt->algorithm,
                                                   jwt->signing_input, jwt->signature);

                if (error != ERR_NOT_AUTHENTIC)
                        TRY(error);
                found |= error == ERR_OK && i < n_real;
        }
        return found ? ERR_OK : ERR_CLIENT_UNKNOWN;
}

static enum err private_key_jwt_check(struct op *op, const struct client_proof *proof,
                                      struct client_identity *identity)
{
        const struct client *client = &identity->client;
        struct jwks keys, others;

        TRY(keys_of(op, client, &keys));
        TRY(client_keys_read(op->arena, slice_from_string(stand_ins), &others));
        if (!client->jwks.size)
                keys.n = 0;
        TRY(signature_check(&identity->assertion.jwt, &keys, &others));
        return client_claims_check(op, proof, identity);
}

const struct client_auth_method client_auth_private_key_jwt = {
        .check = private_key_jwt_check,
        .algorithms =
                JWT_BIT(JWT_ES256) | JWT_BIT(JWT_PS256) | JWT_BIT(JWT_RS256) | JWT_BIT(JWT_EDDSA),
        .has_keys = true,
};
