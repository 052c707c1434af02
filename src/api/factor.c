/* SPDX-License-Identifier: Apache-2.0
 *
 * The second factor of an account: docs/protocol/http.md 2.6.
 */
#include "core/people/factor/factor.h"

#include "api/api.h"
#include "api/confirmation.h"
#include "api/json.h"
#include "base/macros.h"
#include "http/respond.h"

enum err factor_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct totp totp = {0};
        enum err error = store_totp_find(&op, &session->account.id, &totp);
        json_t *object;

        if (error != ERR_NO_ROW)
                TRY(error);
        object = json_object();
        json_put(object, "active", json_boolean(totp.confirmed_at.ms));
        if (totp.confirmed_at.ms) {
                json_put(object, "confirmed_at", json_from_instant(totp.confirmed_at));
                json_put(object, "at_consent", json_boolean(totp.at_consent));
                json_put(object, "recovery_codes_left", json_integer(totp.n_recovery_codes));
        }
        respond_json(call, 200, object);
        return ERR_OK;
}

/* --- set up --- */

enum err factor_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct confirmation given = {0};
        struct factor_setup setup;
        json_t *object;

        TRY(confirmation_read(api, call, &given));
        TRY(factor_begin(&op, session, &given, &setup));
        object = json_object();
        respond_secret(call, object, "secret", setup.secret);
        respond_secret(call, object, "uri", setup.uri);
        respond_json(call, 201, object);
        return ERR_OK;
}

static void codes_respond(struct http_call *call, const struct secret codes[N_RECOVERY_CODES])
{
        json_t *object = json_object(), *array = json_array();

        for (size_t i = 0; i < N_RECOVERY_CODES; i++)
                json_append(array, json_from_slice(secret_reveal(codes[i])));
        json_put(object, "recovery_codes", array);
        respond_json(call, 200, object);
}

struct code_form {
        struct secret code;
};

static const struct field code_fields[] = {
        {"code", FIELD_SECRET, offsetof(struct code_form, code), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_FACTOR_CODE},
};

enum err factor_confirm_post(const struct api *api, struct http_call *call,
                             const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct secret codes[N_RECOVERY_CODES];
        struct code_form form = {0};

        call->no_store = true;
        TRY(fields_decode_json(call, code_fields, ARRAY_SIZE(code_fields), &form));
        TRY(factor_confirm(&op, session, form.code, codes));
        codes_respond(call, codes);
        return ERR_OK;
}

/* --- afterwards --- */

enum err factor_codes_post(const struct api *api, struct http_call *call,
                           const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct secret codes[N_RECOVERY_CODES];
        struct confirmation given = {0};

        TRY(confirmation_read(api, call, &given));
        TRY(factor_renew_codes(&op, session, &given, codes));
        codes_respond(call, codes);
        return ERR_OK;
}

struct factor_change {
        struct confirmation given;
        enum field_boolean at_consent;
};

static const struct field change_fields[] = {
        {"at_consent", FIELD_BOOLEAN, offsetof(struct factor_change, at_consent),
         .flags = FIELD_REQUIRED},
        {"password", FIELD_SECRET, offsetof(struct factor_change, given.password),
         .maximum = LIMIT_BODY},
        {"code", FIELD_SECRET, offsetof(struct factor_change, given.code),
         .maximum = LIMIT_FACTOR_CODE},
};

enum err factor_patch(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct factor_change change = {0};

        call->no_store = true;
        TRY(fields_decode_json(call, change_fields, ARRAY_SIZE(change_fields), &change));
        TRY(confirmation_complete(api, call, &change.given));
        TRY(factor_set_at_consent(&op, session, &change.given, change.at_consent == FIELD_TRUE));
        respond_empty(call, 204);
        return ERR_OK;
}

enum err factor_delete(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct confirmation given = {0};

        TRY(confirmation_read(api, call, &given));
        TRY(factor_remove(&op, session, &given));
        respond_empty(call, 204);
        return ERR_OK;
}
