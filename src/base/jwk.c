/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing sets of public keys.
 */
#include "base/jwk.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/jwt.h"
#include "base/macros.h"

enum { NUMBER_SIZE = RSA_MOST / 8, NUMBER_TEXT = (NUMBER_SIZE * 4 + 2) / 3 }; /* bytes */

static const struct kind {
        const char *type, *curve;
        enum public_key_kind kind;
} kinds[] = {
        {"EC", "P-256", PUBLIC_KEY_P256},
        {"OKP", "Ed25519", PUBLIC_KEY_ED25519},
        {"RSA", NULL, PUBLIC_KEY_RSA},
};

/* The member's text; absent if it has none. */
static struct slice text_of(const json_t *jwk, const char *member)
{
        const json_t *json = json_object_get(jwk, member);

        return json_is_string(json) ? json_slice(json) : (struct slice){0};
}

/* --- reading --- */

/* RFC 7518 sections 6.2.2, 6.3.2 and 6.4. */
static bool is_private(const json_t *jwk)
{
        static const char *const members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

        for (size_t i = 0; i < ARRAY_SIZE(members); i++)
                if (json_object_get(jwk, members[i]))
                        return true;
        return false;
}

static enum err kind_read(const json_t *jwk, enum public_key_kind *ret)
{
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                if (slice_equal(text_of(jwk, "kty"), slice_from_string(kinds[i].type)) &&
                    (!kinds[i].curve ||
                     slice_equal(text_of(jwk, "crv"), slice_from_string(kinds[i].curve)))) {
                        *ret = kinds[i].kind;
                        return ERR_OK;
                }
        return ERR_JWK_KIND;
}

static enum err number_read(struct arena *arena, const json_t *jwk, const char *member,
                            struct slice *ret)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(NUMBER_SIZE);
        struct slice text = text_of(jwk, member);

        if (!text.size || !base64url_decode(text, &bytes))
                return ERR_JWK_MALFORMED;
        *ret = arena_copy(arena, buf_slice(&bytes));
        return arena_check(arena);
}

static enum err numbers_read(struct arena *arena, const json_t *jwk, struct public_key *key)
{
        if (key->kind == PUBLIC_KEY_RSA) {
                if (text_of(jwk, "n").size > NUMBER_TEXT)
                        return ERR_JWK_WEAK;
                TRY(number_read(arena, jwk, "n", &key->modulus));
                return number_read(arena, jwk, "e", &key->exponent);
        }
        TRY(number_read(arena, jwk, "x", &key->x));
        return key->kind == PUBLIC_KEY_P256 ? number_read(arena, jwk, "y", &key->y) : ERR_OK;
}

static bool lists(const json_t *array, struct slice expected)
{
        const json_t *one;
        size_t i;

        json_array_foreach(array, i, one) if (jwt_is_text(one, expected)) return true;
        return false;
}

/* RFC 7517 sections 4.2 to 4.4: what is there must be about checking signatures. */
static enum err use_read(const json_t *jwk, struct jwk *ret)
{
        const json_t *use = json_object_get(jwk, "use");
        const json_t *operations = json_object_get(jwk, "key_ops");
        const json_t *algorithm = json_object_get(jwk, "alg");

        if ((use && !jwt_is_text(use, SLICE("sig"))) ||
            (operations && !lists(operations, SLICE("verify"))))
                return ERR_JWK_USE;
        ret->algorithm = jwt_algorithm_of(text_of(jwk, "alg"));
        return !algorithm || public_key_fits(ret->key.kind, ret->algorithm) ? ERR_OK : ERR_JWK_USE;
}

static enum err id_read(struct arena *arena, const json_t *jwk, struct slice *ret)
{
        const json_t *id = json_object_get(jwk, "kid");
        struct slice text = text_of(jwk, "kid");

        if (!id)
                return ERR_OK;
        if (!text.size || text.size > JWK_ID_SIZE || !slice_is_plain_text(text))
                return ERR_JWK_ID;
        *ret = arena_copy(arena, text);
        return arena_check(arena);
}

enum err jwk_read(struct arena *arena, const json_t *json, struct jwk *ret)
{
        struct jwk jwk = {0};

        if (!json_is_object(json))
                return ERR_JWKS_MALFORMED;
        if (is_private(json))
                return ERR_JWK_PRIVATE;
        TRY(kind_read(json, &jwk.key.kind));
        TRY(numbers_read(arena, json, &jwk.key));
        TRY(use_read(json, &jwk));
        TRY(id_read(arena, json, &jwk.id));
        *ret = jwk;
        return ERR_OK;
}

static enum err ids_check(const struct jwks *keys)
{
        for (size_t i = 0; i < keys->n; i++) {
                if (keys->n > 1 && !keys->keys[i].id.size)
                        return ERR_JWK_ID;
                for (size_t j = 0; j < i; j++)
                        if (slice_equal(keys->keys[i].id, keys->keys[j].id))
                                return ERR_JWK_ID;
        }
        return ERR_OK;
}

static enum err object_read(struct slice text, json_t **ret)
{
        enum err error = json_read(text, ret);

        return error == ERR_OK || error_is_fault(error) ? error : ERR_JWKS_MALFORMED;
}

enum err jwks_read(struct arena *arena, struct slice text, struct jwks *ret)
{
        json_t *object CLEANUP(json_decrefp) = NULL;
        struct jwks keys = {0};
        const json_t *array;

        TRY(object_read(text, &object));
        array = json_object_get(object, "keys");
        if (!json_is_array(array) || !json_array_size(array) ||
            json_array_size(array) > LIMIT_CLIENT_KEYS)
                return ERR_JWKS_MALFORMED;
        for (; keys.n < json_array_size(array); keys.n++)
                TRY(jwk_read(arena, json_array_get(array, keys.n), &keys.keys[keys.n]));
        TRY(ids_check(&keys));
        *ret = keys;
        return ERR_OK;
}

enum err jwks_check(const struct jwks *keys)
{
        for (size_t i = 0; i < keys->n; i++)
                TRY(public_key_check(&keys->keys[i].key));
        return ERR_OK;
}

/* --- writing --- */

static void number_put(json_t *object, const char *member, struct slice number)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(NUMBER_TEXT);

        if (!number.size)
                return;
        base64url_encode(&text, number);
        json_put(object, member, json_from_slice(buf_slice(&text)));
}

json_t *jwk_json(const struct jwk *jwk)
{
        const struct kind *kind = kinds;
        json_t *object = json_object();

        while (kind->kind != jwk->key.kind)
                kind++;
        json_put(object, "kty", json_string(kind->type));
        if (kind->curve)
                json_put(object, "crv", json_string(kind->curve));
        number_put(object, "x", jwk->key.x);
        number_put(object, "y", jwk->key.y);
        number_put(object, "n", jwk->key.modulus);
        number_put(object, "e", jwk->key.exponent);
        if (jwk->id.size)
                json_put(object, "kid", json_from_slice(jwk->id));
        if (jwk->algorithm)
                json_put(object, "alg", json_string(jwt_algorithm_text(jwk->algorithm)));
        return object;
}

struct slice jwks_text(struct arena *arena, const struct jwks *keys)
{
        json_t *object CLEANUP(json_decrefp) = json_object();
        json_t *array = json_array();

        (void)json_ran_out();
        for (size_t i = 0; i < keys->n; i++)
                json_append(array, jwk_json(&keys->keys[i]));
        json_put(object, "keys", array);
        return json_text(arena, json_ran_out() ? NULL : object);
}

bool jwk_fits(const struct jwk *jwk, enum jwt_algorithm algorithm, struct slice key_id)
{
        return public_key_fits(jwk->key.kind, algorithm) &&
               (!jwk->algorithm || jwk->algorithm == algorithm) &&
               (!jwk->id.size || !key_id.data || slice_equal(jwk->id, key_id));
}
