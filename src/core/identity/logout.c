/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether an application may log its user out.
 */
#include "core/identity/logout.h"

#include "base/json.h"
#include "base/jwt.h"
#include "base/macros.h"
#include "core/identity/id_token.h"
#include "core/policy.h"

/* What an ID token of ours says. */
struct hint {
        bool is_ours;
        struct uuid client_id;
        struct slice subject;
};

/* The key that it names. NULL: it is gone, or was never ours. */
static const struct signing_key *key_of(const struct signing_keys *keys, const struct jwt *jwt)
{
        for (size_t i = 0; i < keys->n; i++)
                if (keys->keys[i].public.algorithm == jwt->algorithm && jwt->key_id.data &&
                    slice_equal(keys->keys[i].public.id, jwt->key_id))
                        return &keys->keys[i];
        return NULL;
}

/* Return: ERR_OK; ERR_JWT_*, ERR_NOT_AUTHENTIC: nobody here has signed it; faults. */
static enum err signature_check(struct op *op, const struct signing_keys *keys, struct slice text,
                                struct jwt *ret)
{
        const struct signing_key *key;

        if (text.size > LIMIT_JWT)
                return ERR_JWT_TOO_LONG;
        TRY(jwt_parse(text, JWT_BIT(JWT_RS256) | JWT_BIT(JWT_ES256), op->arena, ret));
        key = key_of(keys, ret);
        return key ? public_key_verify(&key->public.key, ret->algorithm, ret->signing_input,
                                       ret->signature)
                   : ERR_NOT_AUTHENTIC;
}

/* We have signed it, so it has the form that we give it; only its end does not matter. */
static enum err claims_read(struct op *op, struct slice payload, struct hint *ret)
{
        json_t *claims CLEANUP(json_decrefp) = NULL;
        const json_t *audience, *subject;

        TRY(jwt_object_read(payload, &claims));
        audience = json_object_get(claims, "aud");
        subject = json_object_get(claims, "sub");
        if (!jwt_is_text(json_object_get(claims, "iss"), op->ports->policy->issuer) ||
            !json_is_string(audience) || !uuid_decode(json_slice(audience), &ret->client_id) ||
            !json_is_string(subject))
                return ERR_NOT_AUTHENTIC;
        ret->subject = arena_copy(op->arena, json_slice(subject));
        ret->is_ours = true;
        return arena_check(op->arena);
}

/* Return: ERR_OK, also if it is none; faults. */
static enum err hint_read(struct op *op, const struct signing_keys *keys, struct slice text,
                          struct hint *ret)
{
        struct jwt jwt;
        enum err error;

        if (!text.data)
                return ERR_OK;
        error = signature_check(op, keys, text, &jwt);
        if (error == ERR_OK)
                error = claims_read(op, jwt.payload, ret);
        return error_is_fault(error) && error != ERR_NOT_AUTHENTIC ? error : ERR_OK;
}

/* The client that asks, by its id or by the token that it got. */
static enum err client_find(struct op *op, const struct logout_form *form, const struct hint *hint,
                            struct logout *ret)
{
        const struct uuid *id = form->client_id ? form->client_id : &hint->client_id;
        enum err error;

        if (!form->client_id && !hint->is_ours)
                return ERR_OK;
        if (hint->is_ours && !uuid_equal(id, &hint->client_id))
                return ERR_INVALID_CLIENT_ID;
        error = store_client_find(op, id, &ret->client);
        if (error == ERR_NO_ROW)
                return ERR_INVALID_CLIENT_ID;
        ret->has_client = error == ERR_OK;
        return error;
}

/* Byte for byte: there is no port to be chosen here. */
static bool uri_is_registered(const struct logout *logout, struct slice uri)
{
        const struct texts *uris = &logout->client.logout_uris;

        for (size_t i = 0; logout->has_client && i < uris->n; i++)
                if (slice_equal(uris->items[i], uri))
                        return true;
        return false;
}

enum err logout_check(struct op *op, const struct logout_form *form, const struct session *session,
                      struct logout *ret)
{
        struct signing_keys keys = {0};
        struct logout logout = {0};
        struct hint hint = {0};

        if (form->hint.data)
                TRY(signing_keys_read(op, &keys));
        TRY(hint_read(op, &keys, form->hint, &hint));
        TRY(client_find(op, form, &hint, &logout));
        if (form->redirect_uri.data && !uri_is_registered(&logout, form->redirect_uri))
                return ERR_LOGOUT_URI;
        if (hint.is_ours && session)
                logout.is_meant =
                        slice_equal(hint.subject, subject_of(op->arena, &keys, &logout.client,
                                                             &session->account.id));
        *ret = logout;
        return arena_check(op->arena);
}
