/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing the e-mail address of an account: docs/protocol/http.md 2.8.
 */
#include "core/people/email_change.h"

#include "api/api.h"
#include "api/confirmation.h"
#include "api/json.h"
#include "base/macros.h"
#include "http/fields.h"
#include "http/respond.h"

static const struct field request_fields[] = {
        {"email", FIELD_TEXT, offsetof(struct email_form, email), .flags = FIELD_REQUIRED,
         .maximum = 2 * LIMIT_EMAIL},
        {"password", FIELD_SECRET, offsetof(struct email_form, given.password),
         .maximum = LIMIT_BODY},
        {"code", FIELD_SECRET, offsetof(struct email_form, given.code),
         .maximum = LIMIT_FACTOR_CODE},
};

enum err email_change_post(const struct api *api, struct http_call *call,
                           const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct email_form form = {0};
        enum err error;

        TRY(fields_decode_json(call, request_fields, ARRAY_SIZE(request_fields), &form));
        TRY(confirmation_complete(api, call, &form.given));
        error = email_change_request(&op, session, &form);
        if (error == ERR_FIELD_MALFORMED)
                call->problem_field = "email";
        TRY(error);
        respond_empty(call, 202);
        return ERR_OK;
}

struct link_form {
        struct secret token;
};

static const struct field link_fields[] = {
        {"token", FIELD_SECRET, offsetof(struct link_form, token), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_LINK_TOKEN},
};

enum err email_confirm_post(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct link_form form = {0};

        TRY(fields_decode_json(call, link_fields, ARRAY_SIZE(link_fields), &form));
        TRY(email_change_confirm(&op, form.token));
        respond_empty(call, 204);
        return ERR_OK;
}

enum err email_undo_post(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct link_form form = {0};
        struct secret reset;
        json_t *object;

        TRY(fields_decode_json(call, link_fields, ARRAY_SIZE(link_fields), &form));
        TRY(email_change_undo(&op, form.token, &reset));
        object = json_object();
        respond_secret(call, object, "reset_token", reset);
        respond_json(call, 200, object);
        return ERR_OK;
}
