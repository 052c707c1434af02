/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the claims of a client's JWT, with and without a tree.
 */
#include "core/clients/assertion_claims.h"

#include "base/json.h"
#include "base/jwt.h"
#include "base/macros.h"

/* An integer of so many digits is exact in a double. */
enum { DIGITS_MOST = 15 };

static const char *const names[] = {
        [ASSERTION_AUD] = "aud", [ASSERTION_CLIENT_ID] = "client_id",
        [ASSERTION_EXP] = "exp", [ASSERTION_IAT] = "iat",
        [ASSERTION_ISS] = "iss", [ASSERTION_JTI] = "jti",
        [ASSERTION_NBF] = "nbf", [ASSERTION_SUB] = "sub",
};

void assertion_claims_deinit(struct assertion_claims *claims)
{
        json_decref(claims->tree);
        *claims = (struct assertion_claims){0};
}

/* --- without a tree --- */

static bool take_byte(struct slice *rest, char byte)
{
        if (!rest->size || rest->data[0] != (uint8_t)byte)
                return false;
        *rest = slice_from(*rest, 1);
        return true;
}

/* A string of printable ASCII without escapes. */
static bool take_text(struct slice *rest, struct slice *ret_text)
{
        size_t n = 0;

        if (!take_byte(rest, '"'))
                return false;
        while (n < rest->size && rest->data[n] >= ' ' && rest->data[n] <= '~' &&
               rest->data[n] != '"' && rest->data[n] != '\\')
                n++;
        *ret_text = slice_to(*rest, n);
        *rest = slice_from(*rest, n);
        return take_byte(rest, '"');
}

/* A positive integer. What follows its digits, such as a fraction, is for the caller to refuse. */
static bool take_number(struct slice *rest, double *ret_number)
{
        int64_t number = 0;
        size_t n = 0;

        for (; n < rest->size && n < DIGITS_MOST && rest->data[n] >= '0' && rest->data[n] <= '9';
             n++)
                number = 10 * number + (rest->data[n] - '0');
        if (!n || rest->data[0] == '0')
                return false;
        *rest = slice_from(*rest, n);
        *ret_number = (double)number;
        return true;
}

static struct assertion_value *value_of(struct assertion_claims *claims, struct slice name)
{
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (slice_equal(name, slice_from_string(names[i])))
                        return &claims->of[i];
        return NULL;
}

/* A claim that is known and has not come before. */
static bool take_member(struct slice *rest, struct assertion_claims *claims)
{
        struct assertion_value *value;
        struct slice name;

        if (!take_text(rest, &name) || !take_byte(rest, ':'))
                return false;
        value = value_of(claims, name);
        if (!value || value->kind != ASSERTION_ABSENT)
                return false;
        if (take_text(rest, &value->text)) {
                value->kind = ASSERTION_TEXT;
                return true;
        }
        value->kind = ASSERTION_NUMBER;
        return take_number(rest, &value->number);
}

/* Return: whether the payload is that simple; if not, it may still be right. */
static bool flat_read(struct slice rest, struct assertion_claims *ret)
{
        if (!take_byte(&rest, '{'))
                return false;
        do {
                if (!take_member(&rest, ret))
                        return false;
        } while (take_byte(&rest, ','));
        return take_byte(&rest, '}') && rest.size == 0;
}

/* --- with a tree --- */

static struct assertion_value value_from(const json_t *json)
{
        if (!json)
                return (struct assertion_value){0};
        if (json_is_string(json))
                return (struct assertion_value){ASSERTION_TEXT, .text = json_slice(json)};
        if (json_is_number(json))
                return (struct assertion_value){ASSERTION_NUMBER,
                                                .number = json_number_value(json)};
        return (struct assertion_value){ASSERTION_OTHER, .other = json};
}

enum err assertion_claims_read(struct slice payload, struct assertion_claims *ret)
{
        *ret = (struct assertion_claims){0};
        if (flat_read(payload, ret))
                return ERR_OK;
        *ret = (struct assertion_claims){0};
        TRY(jwt_object_read(payload, &ret->tree));
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                ret->of[i] = value_from(json_object_get(ret->tree, names[i]));
        return ERR_OK;
}
