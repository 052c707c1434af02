/* SPDX-License-Identifier: Apache-2.0
 *
 * What a client's JWT says, whoever has signed it.
 */
#include "core/clients/client_assertion.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/json_number.h"
#include "base/limits.h"
#include "base/macros.h"
#include "core/clients/assertion_claims.h"

enum { RAW_SECRET_SIZE = 64 };

bool client_secret_is_ours(struct slice text)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(RAW_SECRET_SIZE);

        return text.size == RAW_SECRET_SIZE && hex_decode(text, &bytes);
}

static bool surrounds(uint8_t byte)
{
        return byte <= ' ' || byte == '"' || byte == '\'';
}

/* A secret of ours in upper case, in quotes or with a newline has travelled just the same. */
static bool is_raw_secret(struct slice text)
{
        struct buf lower CLEANUP(buf_deinit) = BUF_LOCAL(RAW_SECRET_SIZE);

        while (text.size && surrounds(text.data[0]))
                text = slice_from(text, 1);
        while (text.size && surrounds(text.data[text.size - 1]))
                text.size--;
        if (text.size != RAW_SECRET_SIZE)
                return false;
        for (size_t i = 0; i < text.size; i++)
                buf_put_byte(&lower, (uint8_t)tolower(text.data[i]));
        return client_secret_is_ours(buf_slice(&lower));
}

enum err client_assertion_parse(struct slice text, unsigned algorithms, struct arena *arena,
                                struct client_assertion *ret)
{
        struct client_assertion assertion = {0};

        if (text.size > LIMIT_JWT)
                return ERR_JWT_TOO_LONG;
        if (is_raw_secret(text))
                return ERR_JWT_RAW_SECRET;
        TRY(jwt_parse(text, algorithms, arena, &assertion.jwt));
        crypto_sha256(assertion.jwt.signing_input, &assertion.replay_digest);
        *ret = assertion;
        return ERR_OK;
}

enum err client_assertion_subject(struct arena *arena, const struct client_assertion *assertion,
                                  struct slice *ret)
{
        json_t *claims CLEANUP(json_decrefp) = NULL;
        enum err error = jwt_object_read(assertion->jwt.payload, &claims);
        const json_t *subject = json_object_get(claims, "sub");

        if (error != ERR_OK)
                return error == ERR_JWT_MALFORMED ? ERR_OK : error;
        if (json_is_string(subject))
                *ret = arena_copy(arena, json_slice(subject));
        return arena_check(arena);
}

/* Libraries that sign assertions let them live for an hour; `jti` tells two of them apart. */
static int64_t lifetime_of(const struct assertion_claims *claims,
                           const struct assertion_rules *rules)
{
        bool is_unique = rules->lives_an_hour && claims->of[ASSERTION_JTI].kind;

        return is_unique && rules->max_lifetime < LIMIT_ASSERTION_LIFETIME
                       ? LIMIT_ASSERTION_LIFETIME
                       : rules->max_lifetime;
}

#define EXP_MOST 1e15 /* seconds; far beyond what is accepted */

/* It may have a fraction (RFC 7519 section 2), which is cut off. */
static enum err exp_check(const struct assertion_claims *claims,
                          const struct assertion_rules *rules, int64_t *ret_exp)
{
        const struct assertion_value *value = &claims->of[ASSERTION_EXP];
        int64_t now = instant_seconds(rules->now);
        int64_t exp;

        if (value->kind != ASSERTION_NUMBER || value->number < 0)
                return ERR_JWT_EXP_MISSING;
        if (value->number > EXP_MOST)
                return ERR_JWT_EXP_TOO_FAR;
        exp = (int64_t)value->number;
        if (exp <= now - rules->leeway)
                return ERR_JWT_EXPIRED;
        if (exp > now + lifetime_of(claims, rules) + rules->leeway)
                return ERR_JWT_EXP_TOO_FAR;
        *ret_exp = exp;
        return ERR_OK;
}

static bool is_text(const struct assertion_value *value, struct slice expected)
{
        return value->kind == ASSERTION_TEXT && slice_equal(value->text, expected);
}

/* A claim that names a party must name the right one; it may be absent. */
static bool names(const struct assertion_value *value, struct slice expected)
{
        return !value->kind || is_text(value, expected);
}

static bool is_audience(struct slice text, struct texts audiences)
{
        for (size_t i = 0; i < audiences.n; i++)
                if (slice_equal(text, audiences.items[i]))
                        return true;
        return false;
}

/* Of an assertion: must be there, and one of it is us (RFC 7523 section 3). */
static bool names_us(const struct assertion_value *audience, struct texts audiences)
{
        const json_t *one;
        size_t i;

        if (audience->kind == ASSERTION_TEXT)
                return is_audience(audience->text, audiences);
        /* Nothing, unless it is a list. */
        json_array_foreach(audience->other, i,
                           one) if (json_is_string(one) &&
                                    is_audience(json_slice(one), audiences)) return true;
        return false;
}

/* Otherwise only the issuer, as a string or in a list of one (RFC 7519 section 4.1.3). */
static bool audience_is_right(const struct assertion_claims *claims,
                              const struct assertion_rules *rules)
{
        const struct assertion_value *audience = &claims->of[ASSERTION_AUD];

        if (rules->audiences.n)
                return names_us(audience, rules->audiences);
        if (json_array_size(audience->other) == 1)
                return jwt_is_text(json_array_get(audience->other, 0), rules->issuer);
        return names(audience, rules->issuer);
}

/* An assertion says who it is by `sub` and `iss`, our own JWT by `client_id`. */
static bool is_of_client(const struct assertion_claims *claims, const struct assertion_rules *rules)
{
        const struct assertion_value *client_id = &claims->of[ASSERTION_CLIENT_ID];

        if (rules->audiences.n && !client_id->kind)
                return is_text(&claims->of[ASSERTION_SUB], rules->client_id) &&
                       is_text(&claims->of[ASSERTION_ISS], rules->client_id);
        return is_text(client_id, rules->client_id);
}

static bool jti_is_right(const struct assertion_value *jti)
{
        return !jti->kind ||
               (jti->kind == ASSERTION_TEXT && jti->text.size > 0 && jti->text.size <= LIMIT_JTI);
}

/* Absent, or a number not later than now plus the leeway. */
static bool is_not_ahead(const struct assertion_value *value, const struct assertion_rules *rules)
{
        double latest = (double)(instant_seconds(rules->now) + rules->leeway);

        return !value->kind || (value->kind == ASSERTION_NUMBER &&
                                value->number > -JSON_NUMBER_HUGE && value->number <= latest);
}

enum err client_assertion_check(struct client_assertion *assertion,
                                const struct assertion_rules *rules)
{
        struct assertion_claims claims CLEANUP(assertion_claims_deinit) = {0};
        enum err error = assertion_claims_read(assertion->jwt.payload, &claims);

        if (error != ERR_OK)
                return error == ERR_JWT_MALFORMED ? ERR_JWT_CLAIMS : error;
        if (!is_of_client(&claims, rules))
                return ERR_JWT_CLIENT_MISMATCH;
        TRY(exp_check(&claims, rules, &assertion->exp));
        if (!names(&claims.of[ASSERTION_ISS], rules->client_id) ||
            !names(&claims.of[ASSERTION_SUB], rules->client_id) ||
            !audience_is_right(&claims, rules))
                return ERR_JWT_CLIENT_MISMATCH;
        if (!jti_is_right(&claims.of[ASSERTION_JTI]))
                return ERR_JWT_JTI;
        return is_not_ahead(&claims.of[ASSERTION_NBF], rules) &&
                               is_not_ahead(&claims.of[ASSERTION_IAT], rules)
                       ? ERR_OK
                       : ERR_JWT_NOT_YET;
}
