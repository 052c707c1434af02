/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeping the signing keys:
 *
 *      {"subject": "<base64url>", "keys": [{"der": "<base64url>", "public": {JWK}, "signs_at":
 * ms}]}
 */
#include "core/identity/signing_keys.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/macros.h"
#include "core/ids.h"
#include "core/upkeep/seal.h"

enum { SUBJECT_SIZE = 32, DER_MOST = 2048 /* bytes; of an RSA key of 2,048 bits 1,200 */ };

/* --- reading --- */

static enum err bytes_read(struct arena *arena, const json_t *object, const char *name,
                           struct secret *ret)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(DER_MOST);
        const json_t *text = json_object_get(object, name);

        if (!json_is_string(text) || !base64url_decode(json_slice(text), &bytes))
                return ERR_INTERNAL;
        *ret = secret_copy(arena, buf_slice(&bytes));
        return arena_check(arena);
}

static enum err key_read(struct arena *arena, const json_t *object, struct signing_key *ret)
{
        const json_t *signs_at = json_object_get(object, "signs_at");
        enum err error = jwk_read(arena, json_object_get(object, "public"), &ret->public);

        if (error != ERR_OK)
                return error_is_fault(error) ? error : ERR_INTERNAL;
        ret->signs_at.ms = json_integer_value(signs_at);
        return bytes_read(arena, object, "der", &ret->der);
}

static enum err keys_parse(struct arena *arena, struct slice text, struct signing_keys *ret)
{
        json_t *object CLEANUP(json_decrefp) = NULL;
        enum err error = json_read(text, &object);
        const json_t *keys = json_object_get(object, "keys");

        if (error != ERR_OK)
                return error_is_fault(error) ? error : ERR_INTERNAL;
        if (json_array_size(keys) > SIGNING_KEYS)
                return ERR_INTERNAL;
        TRY(bytes_read(arena, object, "subject", &ret->subject));
        for (ret->n = 0; ret->n < json_array_size(keys); ret->n++)
                TRY(key_read(arena, json_array_get(keys, ret->n), &ret->keys[ret->n]));
        return ERR_OK;
}

static enum err sealed_open(struct op *op, struct slice sealed, struct signing_keys *ret)
{
        struct signing_keys keys = {0};
        struct secret text;

        TRY(seal_open(op, SEAL_SIGNING_KEYS, &seal_no_row, sealed, &text));
        TRY(keys_parse(op->arena, secret_reveal(text), &keys));
        *ret = keys;
        return ERR_OK;
}

enum err signing_keys_read(struct op *op, struct signing_keys *ret)
{
        struct slice sealed;
        enum err error = store_meta_get(op, SIGNING_KEYS_NAME, &sealed);

        if (error == ERR_OK)
                error = sealed_open(op, sealed, ret);
        return error == ERR_NO_ROW || error == ERR_NOT_AUTHENTIC ? ERR_INTERNAL : error;
}

enum err signing_keys_exist(struct op *op, bool *ret)
{
        struct slice sealed;
        enum err error = store_meta_get(op, SIGNING_KEYS_NAME, &sealed);

        *ret = error == ERR_OK;
        return error == ERR_NO_ROW ? ERR_OK : error;
}

/* --- writing --- */

static void bytes_put(json_t *object, const char *name, struct secret bytes)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(DER_MOST * 2);

        base64url_encode(&text, secret_reveal(bytes));
        json_put(object, name, json_from_slice(buf_slice(&text)));
}

static json_t *key_json(const struct signing_key *key)
{
        json_t *object = json_object();

        bytes_put(object, "der", key->der);
        json_put(object, "public", jwk_json(&key->public));
        json_put(object, "signs_at", json_integer(key->signs_at.ms));
        return object;
}

static enum err keys_seal(struct op *op, const struct signing_keys *keys, struct slice *ret)
{
        json_t *object CLEANUP(json_decrefp) = json_object();
        json_t *array = json_array();
        struct secret text;

        (void)json_ran_out();
        bytes_put(object, "subject", keys->subject);
        for (size_t i = 0; i < keys->n; i++)
                json_append(array, key_json(&keys->keys[i]));
        json_put(object, "keys", array);
        text = (struct secret){.hidden = json_text(op->arena, json_ran_out() ? NULL : object)};
        TRY(arena_check(op->arena));
        return seal_close(op, SEAL_SIGNING_KEYS, &seal_no_row, text, ret);
}

/* Adds them with an id each. */
static enum err keys_add(struct op *op, const struct new_signing_keys *made,
                         struct instant signs_at, struct signing_keys *keys)
{
        for (size_t i = 0; i < made->n; i++) {
                struct uuid id = uuid_random(&op->ports->entropy);
                struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(UUID_TEXT_SIZE);

                uuid_encode(&text, &id);
                keys->keys[keys->n] = made->keys[i];
                keys->keys[keys->n].public.id = arena_copy(op->arena, buf_slice(&text));
                keys->keys[keys->n++].signs_at = signs_at;
        }
        return arena_check(op->arena);
}

enum err signing_keys_begin(struct op *op, const struct new_signing_keys *made)
{
        const struct entropy_port *entropy = &op->ports->entropy;
        struct signing_keys keys = {0};
        uint8_t subject[SUBJECT_SIZE];
        struct slice sealed;

        entropy->fill(entropy->context, subject, sizeof(subject));
        keys.subject = secret_copy(op->arena, SLICE_ARRAY(subject));
        wipe(subject, sizeof(subject));
        TRY(keys_add(op, made, op->now, &keys));
        TRY(keys_seal(op, &keys, &sealed));
        return store_meta_put(op, &(struct named_value){SIGNING_KEYS_NAME, sealed}, &sealed);
}

/* --- time --- */

const struct signing_key *signing_key_now(const struct signing_keys *keys,
                                          enum jwt_algorithm algorithm, struct instant now)
{
        const struct signing_key *found = NULL;

        for (size_t i = 0; i < keys->n; i++)
                if (keys->keys[i].public.algorithm == algorithm &&
                    keys->keys[i].signs_at.ms <= now.ms)
                        found = &keys->keys[i];
        return found;
}

bool signing_key_is_published(const struct signing_keys *keys, const struct signing_key *key,
                              struct instant now)
{
        struct instant needed = instant_add_seconds(now, -2 * ID_TOKEN_LIFETIME); /* with slack */

        for (size_t i = 0; i < keys->n; i++)
                if (&keys->keys[i] > key &&
                    keys->keys[i].public.algorithm == key->public.algorithm &&
                    keys->keys[i].signs_at.ms <= needed.ms)
                        return false;
        return true;
}

static bool one_waits(const struct signing_keys *keys, struct instant now)
{
        for (size_t i = 0; i < keys->n; i++)
                if (keys->keys[i].signs_at.ms > now.ms)
                        return true;
        return false;
}

/* Without those that nobody needs. */
static struct signing_keys keys_needed(const struct signing_keys *keys, struct instant now)
{
        struct signing_keys needed = {.subject = keys->subject};

        for (size_t i = 0; i < keys->n; i++)
                if (signing_key_is_published(keys, &keys->keys[i], now))
                        needed.keys[needed.n++] = keys->keys[i];
        return needed;
}

enum err signing_keys_rotate(struct op *op, const struct new_signing_keys *made, bool at_once)
{
        struct named_change change = {.name = SIGNING_KEYS_NAME};
        struct signing_keys was, keys = {0};
        enum err error;

        TRY(store_meta_get(op, SIGNING_KEYS_NAME, &change.was));
        TRY(sealed_open(op, change.was, &was));
        if (at_once)
                keys.subject = was.subject;
        else if (one_waits(&was, op->now))
                return ERR_CONFLICT;
        else
                keys = keys_needed(&was, op->now);
        if (keys.n + made->n > SIGNING_KEYS)
                return ERR_CONFLICT;
        TRY(keys_add(op, made, at_once ? op->now : instant_add_seconds(op->now, SIGNING_KEY_LEAD),
                     &keys));
        TRY(keys_seal(op, &keys, &change.value));
        error = store_meta_replace(op, &change);
        return error == ERR_NO_ROW ? ERR_CONFLICT : error;
}
