/* SPDX-License-Identifier: Apache-2.0
 *
 * Passkeys: docs/protocol/http.md 2.7. Logging in with one is in api/sessions.c.
 */
#include "core/people/passkey/passkey.h"

#include "api/api.h"
#include "api/confirmation.h"
#include "api/json.h"
#include "base/macros.h"
#include "core/people/passkey/challenge.h"
#include "core/people/passkey/proof.h"
#include "http/fields.h"
#include "http/respond.h"

static json_t *json_from_bytes(struct slice bytes)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * LIMIT_CREDENTIAL);

        base64url_encode(&text, bytes);
        return json_from_slice(buf_slice(&text));
}

enum err passkey_challenge_post(const struct api *api, struct http_call *call,
                                const struct session *session)
{
        static const struct uuid anybody;
        struct op op = api_op(api, call, session);
        struct slice challenge;
        json_t *object;

        call->no_store = true;
        TRY(challenge_make(&op, CHALLENGE_LOG_IN, &anybody, &challenge));
        object = json_object();
        json_put(object, "challenge", json_from_slice(challenge));
        json_put(object, "rp_id", json_from_slice(passkey_host(&op)));
        respond_json(call, 200, object);
        return ERR_OK;
}

static json_t *passkey_json(const struct passkey *passkey)
{
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&passkey->id));
        json_put(object, "name", json_from_slice(passkey->name));
        json_put(object, "created_at", json_from_instant(passkey->created_at));
        json_put(object, "last_used_at", json_from_instant(passkey->last_used_at));
        return object;
}

enum err passkeys_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct passkey_list passkeys;
        json_t *array;

        TRY(store_passkey_list(&op, &op.account_id, &passkeys));
        array = json_array();
        for (size_t i = 0; i < passkeys.n; i++)
                json_append(array, passkey_json(&passkeys.items[i]));
        respond_json(call, 200, array);
        return ERR_OK;
}

/* --- adding one --- */

static json_t *setup_json(const struct op *op, const struct account *account,
                          const struct passkey_setup *setup)
{
        json_t *object = json_object(), *others = json_array();

        json_put(object, "challenge", json_from_slice(setup->challenge));
        json_put(object, "rp_id", json_from_slice(passkey_host(op)));
        json_put(object, "user_id", json_from_bytes(uuid_slice(&account->id)));
        json_put(object, "user_name", json_from_slice(account->email));
        json_put(object, "display_name", json_from_slice(account->full_name));
        for (size_t i = 0; i < setup->others.n; i++)
                json_append(others, json_from_bytes(setup->others.items[i].credential.id));
        json_put(object, "others", others);
        return object;
}

enum err passkey_begin_post(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct confirmation given = {0};
        struct passkey_setup setup;

        TRY(confirmation_read(api, call, &given));
        TRY(passkey_begin(&op, session, &given, &setup));
        respond_json(call, 200, setup_json(&op, &session->account, &setup));
        return ERR_OK;
}

static const struct field add_fields[] = {
        {"name", FIELD_NAME, offsetof(struct passkey_registration, name), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_NAME},
        {"client_data", FIELD_BASE64URL, offsetof(struct passkey_registration, client_data),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_CLIENT_DATA},
        {"authenticator_data", FIELD_BASE64URL, offsetof(struct passkey_registration, data),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_PASSKEY_DATA},
};

enum err passkeys_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct passkey_registration form = {0};
        struct passkey made;

        TRY(fields_decode_json(call, add_fields, ARRAY_SIZE(add_fields), &form));
        TRY(passkey_add(&op, session, &form, &made));
        respond_json(call, 201, passkey_json(&made));
        return ERR_OK;
}

/* --- afterwards --- */

static const struct field name_fields[] = {
        {"name", FIELD_NAME, offsetof(struct passkey_name, name), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_NAME},
};

enum err passkey_patch(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct passkey_name form = {0};

        TRY(fields_decode_json(call, name_fields, ARRAY_SIZE(name_fields), &form));
        TRY(api_path_id(call, &form.id));
        TRY(passkey_rename(&op, &form));
        respond_empty(call, 204);
        return ERR_OK;
}

enum err passkey_delete_one(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct confirmation given = {0};
        struct uuid id;

        TRY(confirmation_read(api, call, &given));
        TRY(api_path_id(call, &id));
        TRY(passkey_remove(&op, session, &id, &given));
        respond_empty(call, 204);
        return ERR_OK;
}
