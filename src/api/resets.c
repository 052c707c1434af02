/* SPDX-License-Identifier: Apache-2.0
 *
 * Forgotten passwords: docs/protocol/http.md 2.4.
 */
#include "core/people/reset.h"

#include "api/api.h"
#include "base/macros.h"
#include "core/people/login/password.h"
#include "http/fields.h"
#include "http/respond.h"

struct request_form {
        struct slice email;
};

static const struct field request_fields[] = {
        {"email", FIELD_TEXT, offsetof(struct request_form, email), .flags = FIELD_REQUIRED,
         .maximum = 2 * LIMIT_EMAIL},
};

enum err reset_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct request_form form = {0};
        enum err error;

        TRY(fields_decode_json(call, request_fields, ARRAY_SIZE(request_fields), &form));
        error = reset_request(&op, form.email);
        if (error == ERR_FIELD_MALFORMED)
                call->problem_field = "email";
        TRY(error);
        respond_empty(call, 202);
        return ERR_OK;
}

static const struct field complete_fields[] = {
        {"token", FIELD_SECRET, offsetof(struct reset_form, token), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_LINK_TOKEN},
        {"new_password", FIELD_SECRET, offsetof(struct reset_form, password),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_PASSWORD_TYPED, .too_long = ERR_PASSWORD_LENGTH},
};

enum err reset_complete_post(const struct api *api, struct http_call *call,
                             const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct reset_form form = {0};
        enum err error;

        TRY(fields_decode_json(call, complete_fields, ARRAY_SIZE(complete_fields), &form));
        error = reset_password(&op, &form);
        if (password_is_refused(error))
                call->problem_field = "new_password";
        TRY(error);
        respond_empty(call, 204);
        return ERR_OK;
}
