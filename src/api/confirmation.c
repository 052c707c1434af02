/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a confirmation.
 */
#include "api/confirmation.h"

#include "base/macros.h"
#include "core/policy.h"
#include "http/fields.h"

static const struct field fields[] = {
        {"password", FIELD_SECRET, offsetof(struct confirmation, password), .maximum = LIMIT_BODY},
        {"code", FIELD_SECRET, offsetof(struct confirmation, code), .maximum = LIMIT_FACTOR_CODE},
};

enum err confirmation_check(const struct api *api, struct http_call *call,
                            const struct confirmation *given)
{
        if (!secret_is_absent(given->password) || api->ports->policy->proxy_login)
                return ERR_OK;
        call->problem_field = "password";
        return ERR_FIELD_MISSING;
}

enum err confirmation_read(const struct api *api, struct http_call *call, struct confirmation *ret)
{
        struct confirmation given = {0};

        call->no_store = true;
        TRY(fields_decode_json(call, fields, ARRAY_SIZE(fields), &given));
        TRY(confirmation_check(api, call, &given));
        *ret = given;
        return ERR_OK;
}
