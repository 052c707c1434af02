/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding words for what is wrong with a client's JWT.
 */
#include "core/clients/assertion_refusal.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/macros.h"

struct slice assertion_text_fault(struct slice text)
{
        struct slice rest = text, scheme;

        if (slice_cut(&rest, ' ', &scheme) && slice_equal_in_any_case(scheme, SLICE("bearer")))
                return SLICE("The word Bearer is before the JWT; send the JWT alone.");
        if (slice_has_white_space(text))
                return SLICE("There is white space in or around the JWT; send the JWT alone.");
        if (slice_contains_byte(text, '"') || slice_contains_byte(text, '\''))
                return SLICE("There are quotes around the JWT; send the JWT alone.");
        if (slice_contains_byte(text, '=') || slice_contains_byte(text, '+') ||
            slice_contains_byte(text, '/'))
                return SLICE("The JWT is in base64; encode its segments as base64url, without "
                             "padding.");
        return (struct slice){0};
}

/* --- claims --- */

enum { MILLISECONDS = 100000000000 }; /* seconds until the year 5138: larger times are no seconds */

static bool is_milliseconds(const json_t *time)
{
        return json_is_number(time) && json_number_value(time) > (double)MILLISECONDS;
}

static struct slice client_id_fault(const json_t *claims, const struct assertion_rules *rules)
{
        static const char *const spellings[] = {"clientId", "clientID", "client-id", "clientid"};

        for (size_t i = 0; i < ARRAY_SIZE(spellings); i++)
                if (json_object_get(claims, spellings[i]))
                        return SLICE("The claim with the client_id must be spelled client_id.");
        if (rules->audiences.n)
                return SLICE("The assertion must name the client_id as iss and as sub.");
        return SLICE("The JWT has no claim client_id; it is the client_id of the request.");
}

static struct slice mismatch_fault(const json_t *claims, const struct assertion_rules *rules)
{
        static const char *const parties[] = {"client_id", "iss", "sub"};
        static const char *const texts[] = {
                "The claim client_id of the JWT is not the client_id of the request.",
                "The claim iss of the JWT is not the client_id of the request.",
                "The claim sub of the JWT is not the client_id of the request.",
        };

        for (size_t i = 0; i < ARRAY_SIZE(parties); i++) {
                const json_t *party = json_object_get(claims, parties[i]);

                if (party && !jwt_is_text(party, rules->client_id))
                        return slice_from_string(texts[i]);
        }
        if (!json_object_get(claims, "client_id") &&
            !(rules->audiences.n && json_object_get(claims, "iss") &&
              json_object_get(claims, "sub")))
                return client_id_fault(claims, rules);
        return rules->audiences.n
                       ? SLICE("The claim aud of the assertion must be the issuer, or the URL of "
                               "this endpoint.")
                       : SLICE("The claim aud of the JWT is not the issuer of this server; leave "
                               "it "
                               "out.");
}

static struct slice time_fault(const json_t *claims, enum err error)
{
        const json_t *exp = json_object_get(claims, "exp");

        if (error == ERR_JWT_EXP_TOO_FAR && is_milliseconds(exp))
                return SLICE("The exp of the JWT is in milliseconds; it must be in seconds.");
        if (error == ERR_JWT_EXP_MISSING && json_is_string(exp))
                return SLICE("The exp of the JWT is text; it must be a number.");
        if (error == ERR_JWT_NOT_YET && (is_milliseconds(json_object_get(claims, "iat")) ||
                                         is_milliseconds(json_object_get(claims, "nbf"))))
                return SLICE(
                        "The iat or nbf of the JWT is in milliseconds; it must be in seconds.");
        return (struct slice){0};
}

struct slice assertion_claims_fault(const struct client_assertion *assertion,
                                    const struct assertion_rules *rules, enum err error)
{
        json_t *claims CLEANUP(json_decrefp) = NULL;

        if (jwt_object_read(assertion->jwt.payload, &claims) != ERR_OK)
                return (struct slice){0};
        return error == ERR_JWT_CLIENT_MISMATCH ? mismatch_fault(claims, rules)
                                                : time_fault(claims, error);
}

/* --- the key --- */

enum { KEY_SIZE = 128 }; /* bytes; more than a secret of ours has in any form */

static void put_decoded(struct slice secret, struct buf *ret)
{
        if (!hex_decode(secret, ret))
                buf_reset(ret);
}

static void put_line(struct slice secret, struct buf *ret)
{
        buf_put(ret, secret);
        buf_put_byte(ret, '\n');
}

static void put_upper(struct slice secret, struct buf *ret)
{
        for (size_t i = 0; i < secret.size; i++) {
                uint8_t byte = secret.data[i];

                buf_put_byte(ret, byte >= 'a' && byte <= 'f' ? byte - 'a' + 'A' : byte);
        }
}

static const struct form {
        void (*put)(struct slice secret, struct buf *ret);
        const char *fault;
} forms[] = {
        {put_decoded, "The JWT is signed with the 32 bytes that the secret stands for; the key is "
                      "the secret as text, its 64 characters."},
        {put_line, "The JWT is signed with the secret and a newline; the key ends without one."},
        {put_upper, "The JWT is signed with the secret in upper case; the key is in lower case."},
};

static bool is_signed_with(const struct client_assertion *assertion, struct slice key)
{
        struct digest mac;

        crypto_hmac_sha256(key, assertion->jwt.signing_input, &mac);
        return crypto_equal(SLICE_ARRAY(mac.bytes), assertion->jwt.signature);
}

struct slice assertion_key_fault(const struct client_assertion *assertion,
                                 const struct client_secrets *secrets)
{
        const char *fault = NULL;

        for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
                for (size_t k = 0; k < secrets->n; k++) {
                        struct buf key CLEANUP(buf_deinit) = BUF_LOCAL(KEY_SIZE);

                        forms[i].put(secret_reveal(secrets->items[k]), &key);
                        if (is_signed_with(assertion, buf_slice(&key)) && k < secrets->n_real)
                                fault = forms[i].fault;
                }
        return fault ? slice_from_string(fault) : (struct slice){0};
}
