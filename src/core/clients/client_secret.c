/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing and checking the client-secret JWT.
 */
#include "core/clients/client_secret.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/json_number.h"
#include "base/limits.h"
#include "base/macros.h"

enum { RAW_SECRET_SIZE = 64 };

static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

/* --- signing --- */

/* JSON text of a jti: quotes, backslashes and control characters are escaped. */
static void jti_put(struct buf *out, struct slice jti)
{
        json_t *text = json_stringn((const char *)jti.data, jti.size);
        char *encoded = text ? json_dumps(text, JSON_ENCODE_ANY) : NULL;

        if (encoded)
                buf_put_string(out, encoded);
        else
                out->failed = true;
        free(encoded);
        json_decref(text);
}

struct slice client_secret_payload(struct arena *arena, const struct client_secret_claims *claims)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_JWT);

        buf_put_string(&text, "{\"client_id\":\"");
        buf_put(&text, claims->client_id);
        buf_put_string(&text, "\",\"exp\":");
        buf_put_int64(&text, claims->exp);
        if (claims->iat) {
                buf_put_string(&text, ",\"iat\":");
                buf_put_int64(&text, claims->iat);
        }
        if (claims->jti.size) {
                buf_put_string(&text, ",\"jti\":");
                jti_put(&text, claims->jti);
        }
        buf_put_byte(&text, '}');
        return arena_copy(arena, buf_slice(&text));
}

struct secret client_secret_sign(struct arena *arena, struct secret key,
                                 const struct client_secret_claims *claims)
{
        struct buf token CLEANUP(buf_deinit) = BUF_LOCAL(2 * LIMIT_JWT);
        struct digest mac;

        base64url_encode(&token, slice_from_string(header));
        buf_put_byte(&token, '.');
        base64url_encode(&token, client_secret_payload(arena, claims));
        crypto_hmac_sha256(secret_reveal(key), buf_slice(&token), &mac);
        buf_put_byte(&token, '.');
        base64url_encode(&token, SLICE_ARRAY(mac.bytes));
        return secret_copy(arena, buf_slice(&token));
}

/* --- parsing --- */

/* Parses one JSON object in strict UTF-8, without duplicate keys; a claim that is not read may be
 * any number. Return: ERR_OK; ERR_JWT_MALFORMED; ERR_OUT_OF_MEMORY. */
static enum err object_parse(struct slice text, json_t **ret)
{
        struct buf bounded CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_JWT);
        json_t *json CLEANUP(json_decrefp) = NULL;

        if (!slice_is_utf8(text))
                return ERR_JWT_MALFORMED;
        if (json_numbers_bound(text, &bounded))
                text = buf_slice(&bounded);
        if (bounded.failed)
                return ERR_OUT_OF_MEMORY;
        (void)json_ran_out();
        json = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
        if (!json && json_ran_out())
                return ERR_OUT_OF_MEMORY;
        if (!json_is_object(json))
                return ERR_JWT_MALFORMED;
        *ret = take(&json);
        return ERR_OK;
}

/* Return: whether the member is text equal to `expected`. */
static bool is_text(const json_t *json, struct slice expected)
{
        return json_is_string(json) &&
               slice_equal(slice_new(json_string_value(json), json_string_length(json)), expected);
}

/* RFC 8725 section 3.1: the algorithm is ours to choose; RFC 7515 section 4.1.11: crit. */
static enum err header_check(struct slice text)
{
        static const char *const refused[] = {"crit", "jwk", "jku", "x5u", "x5c", "b64"};
        json_t *json CLEANUP(json_decrefp) = NULL;
        const json_t *type, *key_id;

        TRY(object_parse(text, &json));
        type = json_object_get(json, "typ");
        key_id = json_object_get(json, "kid");
        if (!is_text(json_object_get(json, "alg"), SLICE("HS256")) ||
            (type && !is_text(type, SLICE("JWT"))))
                return ERR_JWT_ALGORITHM;
        for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
                if (json_object_get(json, refused[i]))
                        return ERR_JWT_HEADER;
        /* Text, if present: RFC 7515 section 4.1.4. Its value does not matter. */
        return !key_id || json_is_string(key_id) ? ERR_OK : ERR_JWT_HEADER;
}

static bool is_raw_secret(struct slice text)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(RAW_SECRET_SIZE);

        return text.size == RAW_SECRET_SIZE && hex_decode(text, &bytes);
}

/* Splits the three segments and decodes them. */
static bool segments_decode(struct slice text, struct buf *head, struct buf *payload,
                            struct buf *signature)
{
        struct slice rest = text, segment;

        return slice_cut(&rest, '.', &segment) && base64url_decode(segment, head) &&
               slice_cut(&rest, '.', &segment) && base64url_decode(segment, payload) &&
               !slice_contains_byte(rest, '.') && base64url_decode(rest, signature) &&
               signature->size == sizeof(struct digest);
}

enum err client_secret_parse(struct slice text, struct arena *arena, struct client_assertion *ret)
{
        struct buf head CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_JWT);
        struct buf payload CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_JWT);
        struct buf signature CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_JWT);
        struct client_assertion assertion = {0};
        size_t signature_size;

        if (text.size > LIMIT_JWT)
                return ERR_JWT_TOO_LONG;
        if (is_raw_secret(text))
                return ERR_JWT_RAW_SECRET;
        if (!segments_decode(text, &head, &payload, &signature)) {
                /* An unusual header is reported even if there is no signature. */
                if (head.size && header_check(buf_slice(&head)) == ERR_JWT_ALGORITHM)
                        return ERR_JWT_ALGORITHM;
                return ERR_JWT_MALFORMED;
        }
        TRY(header_check(buf_slice(&head)));
        signature_size = 43; /* base64url of the 32 decoded bytes */
        assertion.signing_input = arena_copy(arena, slice_to(text, text.size - signature_size - 1));
        assertion.payload = arena_copy(arena, buf_slice(&payload));
        TRY(arena_check(arena));
        memcpy(assertion.signature.bytes, signature.data, sizeof(assertion.signature.bytes));
        crypto_sha256(assertion.signing_input, &assertion.replay_digest);
        *ret = assertion;
        return ERR_OK;
}

enum err client_secret_subject(struct arena *arena, const struct client_assertion *assertion,
                               struct slice *ret)
{
        json_t *claims CLEANUP(json_decrefp) = NULL;
        enum err error = object_parse(assertion->payload, &claims);
        const json_t *subject = json_object_get(claims, "sub");

        if (error != ERR_OK)
                return error == ERR_JWT_MALFORMED ? ERR_OK : error;
        if (json_is_string(subject))
                *ret = arena_copy(arena, json_slice(subject));
        return arena_check(arena);
}

/* --- checking --- */

/* Tries all secrets, even after one has matched. */
static enum err signature_check(const struct client_assertion *assertion,
                                const struct client_secret_rules *rules, size_t *ret_secret)
{
        bool found = false;

        for (size_t i = 0; i < rules->n_secrets; i++) {
                struct digest mac;
                bool is_equal;

                crypto_hmac_sha256(secret_reveal(rules->secrets[i]), assertion->signing_input,
                                   &mac);
                is_equal = digest_equal(&mac, &assertion->signature);
                if (is_equal && i < rules->n_real && !found) {
                        *ret_secret = i;
                        found = true;
                }
        }
        return found ? ERR_OK : ERR_CLIENT_UNKNOWN;
}

/* Libraries that sign assertions let them live for an hour; `jti` tells two of them apart. */
static int64_t lifetime_of(const json_t *claims, const struct client_secret_rules *rules)
{
        bool is_unique = rules->lives_an_hour && json_object_get(claims, "jti");

        return is_unique && rules->max_lifetime < LIMIT_ASSERTION_LIFETIME
                       ? LIMIT_ASSERTION_LIFETIME
                       : rules->max_lifetime;
}

static enum err exp_check(const json_t *claims, const struct client_secret_rules *rules,
                          int64_t *ret_exp)
{
        const json_t *json = json_object_get(claims, "exp");
        int64_t now = instant_seconds(rules->now);
        int64_t exp;

        if (!json_is_integer(json) || json_integer_value(json) < 0)
                return ERR_JWT_EXP_MISSING;
        exp = json_integer_value(json);
        if (exp <= now - rules->leeway)
                return ERR_JWT_EXPIRED;
        if (exp > now + lifetime_of(claims, rules) + rules->leeway)
                return ERR_JWT_EXP_TOO_FAR;
        *ret_exp = exp;
        return ERR_OK;
}

/* A claim that names a party must name the right one; it may be absent. */
static bool names(const json_t *claims, const char *claim, struct slice expected)
{
        const json_t *json = json_object_get(claims, claim);

        return !json || is_text(json, expected);
}

static bool is_audience(const json_t *json, struct texts audiences)
{
        for (size_t i = 0; i < audiences.n; i++)
                if (is_text(json, audiences.items[i]))
                        return true;
        return false;
}

/* Of an assertion: must be there, and one of it is us (RFC 7523 section 3). */
static bool names_us(const json_t *audience, struct texts audiences)
{
        const json_t *one;
        size_t i;

        if (!json_is_array(audience))
                return is_audience(audience, audiences);
        json_array_foreach(audience, i, one) if (is_audience(one, audiences)) return true;
        return false;
}

/* Otherwise only the issuer, as a string or in a list of one (RFC 7519 section 4.1.3). */
static bool audience_is_right(const json_t *claims, const struct client_secret_rules *rules)
{
        const json_t *json = json_object_get(claims, "aud");

        if (rules->audiences.n)
                return names_us(json, rules->audiences);
        if (json_is_array(json) && json_array_size(json) == 1)
                json = json_array_get(json, 0);
        return !json || is_text(json, rules->issuer);
}

/* An assertion says who it is by `sub` and `iss`, our own JWT by `client_id`. */
static bool is_of_client(const json_t *claims, const struct client_secret_rules *rules)
{
        const json_t *client_id = json_object_get(claims, "client_id");

        if (rules->audiences.n && !client_id)
                return is_text(json_object_get(claims, "sub"), rules->client_id) &&
                       is_text(json_object_get(claims, "iss"), rules->client_id);
        return is_text(client_id, rules->client_id);
}

static bool jti_is_right(const json_t *claims)
{
        const json_t *json = json_object_get(claims, "jti");

        return !json || (json_is_string(json) && json_string_length(json) > 0 &&
                         json_string_length(json) <= LIMIT_JTI);
}

/* Absent, or a number not later than now plus the leeway. */
static bool is_not_ahead(const json_t *claims, const char *claim,
                         const struct client_secret_rules *rules)
{
        const json_t *json = json_object_get(claims, claim);
        double latest = (double)(instant_seconds(rules->now) + rules->leeway);

        return !json || (json_is_number(json) && json_number_value(json) > -JSON_NUMBER_HUGE &&
                         json_number_value(json) <= latest);
}

enum err client_secret_verify(struct client_assertion *assertion,
                              const struct client_secret_rules *rules, size_t *ret_secret)
{
        json_t *claims CLEANUP(json_decrefp) = NULL;
        enum err error;

        TRY(signature_check(assertion, rules, ret_secret));
        error = object_parse(assertion->payload, &claims);
        if (error != ERR_OK)
                return error == ERR_JWT_MALFORMED ? ERR_JWT_CLAIMS : error;
        if (!is_of_client(claims, rules))
                return ERR_JWT_CLIENT_MISMATCH;
        TRY(exp_check(claims, rules, &assertion->exp));
        if (!names(claims, "iss", rules->client_id) || !names(claims, "sub", rules->client_id) ||
            !audience_is_right(claims, rules))
                return ERR_JWT_CLIENT_MISMATCH;
        if (!jti_is_right(claims))
                return ERR_JWT_JTI;
        return is_not_ahead(claims, "nbf", rules) && is_not_ahead(claims, "iat", rules)
                       ? ERR_OK
                       : ERR_JWT_NOT_YET;
}
