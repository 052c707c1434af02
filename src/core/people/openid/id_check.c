/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking an ID token of a provider.
 */
#include "core/people/openid/id_check.h"

#include "base/json.h"
#include "base/jwk.h"
#include "base/macros.h"

const unsigned id_algorithms =
        JWT_BIT(JWT_ES256) | JWT_BIT(JWT_EDDSA) | JWT_BIT(JWT_PS256) | JWT_BIT(JWT_RS256);

static enum err refuse(struct op *op, const char *why)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(256);

        buf_put_string(&text, "The provider's ID token is not good for this log-in: ");
        buf_put_string(&text, why);
        return op_explain(op, ERR_PROVIDER_TOKEN, arena_copy_buf(op->arena, &text));
}

enum err id_token_parse(struct op *op, struct slice text, struct jwt *ret)
{
        enum err error = ERR_JWT_MALFORMED;

        if (text.size && text.size <= LIMIT_ID_TOKEN)
                error = jwt_parse(text, id_algorithms, op->arena, ret);
        if (error == ERR_JWT_ALGORITHM)
                return refuse(op, "it is signed with none of ES256, EdDSA, PS256 and RS256.");
        if (error == ERR_OK || error_is_fault(error))
                return error;
        return refuse(op, "it is not a JWT of at most 16 KiB.");
}

/* --- the signature --- */

/* Return: ERR_OK; ERR_NO_ROW: the key is not for this token; ERR_NOT_AUTHENTIC; faults. */
static enum err verify_with(struct op *op, const struct jwt *jwt, const json_t *json)
{
        struct jwk key;
        enum err error = jwk_read(op->arena, json, &key);

        if (error != ERR_OK)
                return error_is_fault(error) ? error : ERR_NO_ROW;
        if (!jwk_fits(&key, jwt->algorithm, jwt->key_id))
                return ERR_NO_ROW;
        return public_key_verify(&key.key, jwt->algorithm, jwt->signing_input, jwt->signature);
}

enum err id_token_verify(struct op *op, const struct jwt *jwt, struct slice jwks)
{
        json_t *set CLEANUP(json_decrefp) = NULL;
        enum err found = ERR_NO_ROW, error = json_read(jwks, &set);
        const json_t *keys = json_object_get(set, "keys");

        if (error != ERR_OK && error_is_fault(error))
                return error;
        for (size_t i = 0; i < json_array_size(keys) && i < LIMIT_PROVIDER_KEYS; i++) {
                error = verify_with(op, jwt, json_array_get(keys, i));
                if (error == ERR_NOT_AUTHENTIC)
                        found = error;
                else if (error != ERR_NO_ROW)
                        return error;
        }
        return found == ERR_NO_ROW ? found : refuse(op, "its signature is wrong.");
}

/* --- the claims --- */

/* One text, or a list of a few. */
static bool is_for(const json_t *claims, struct slice client_id)
{
        const json_t *audience = json_object_get(claims, "aud");
        const json_t *party = json_object_get(claims, "azp");
        size_t n = json_array_size(audience);

        if (n > LIMIT_PROVIDER_AUDIENCES || (n > 1 && !party))
                return false;
        return (jwt_is_text(audience, client_id) || jwt_lists(audience, client_id)) &&
               (!party || jwt_is_text(party, client_id));
}

/* Return: 0 if it is not there. */
static int64_t seconds_of(const json_t *claims, const char *name)
{
        return json_integer_value(json_object_get(claims, name));
}

static bool has_subject(const json_t *claims)
{
        const json_t *subject = json_object_get(claims, "sub");
        struct slice text = json_is_string(subject) ? json_slice(subject) : (struct slice){0};

        return text.size && text.size <= LIMIT_PROVIDER_SUBJECT && slice_is_plain_text(text);
}

enum err id_token_claims(struct op *op, const struct jwt *jwt, const struct id_expected *expected,
                         json_t **ret_claims)
{
        json_t *claims CLEANUP(json_decrefp) = NULL;
        int64_t now = instant_seconds(op->now);
        enum err error = json_read(jwt->payload, &claims);

        if (error != ERR_OK)
                return error_is_fault(error) ? error
                                             : refuse(op, "its claims are no JSON object, or one "
                                                          "is there twice.");
        if (!jwt_is_text(json_object_get(claims, "iss"), expected->issuer))
                return refuse(op, "its iss is another issuer.");
        if (!is_for(claims, expected->client_id))
                return refuse(op, "its aud or azp is not this server.");
        if (!jwt_is_text(json_object_get(claims, "nonce"), expected->nonce))
                return refuse(op, "its nonce is another log-in's.");
        if (seconds_of(claims, "exp") <= now - PROVIDER_LEEWAY)
                return refuse(op, "it has no exp, or has expired.");
        if (!seconds_of(claims, "iat") || seconds_of(claims, "iat") > now + PROVIDER_LEEWAY)
                return refuse(op, "it has no iat, or was made in the future.");
        if (!has_subject(claims))
                return refuse(op, "it has no sub, or one that is too long.");
        *ret_claims = take(&claims);
        return ERR_OK;
}
