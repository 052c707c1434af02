/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a confirmation.
 */
#include "api/confirmation.h"

#include "base/macros.h"
#include "core/people/openid/ticket.h"
#include "core/policy.h"
#include "http/cookie.h"
#include "http/fields.h"

static const struct field fields[] = {
        {"password", FIELD_SECRET, offsetof(struct confirmation, password), .maximum = LIMIT_BODY},
        {"code", FIELD_SECRET, offsetof(struct confirmation, code), .maximum = LIMIT_FACTOR_CODE},
};

/* Absent: nobody. */
static enum err subject_find(const struct api *api, struct http_call *call, struct slice *ret)
{
        struct op op = api_op(api, call, NULL);
        struct secret ticket;
        enum err error;

        TRY(cookie_read(call, (struct cookie){COOKIE_LOGIN, api->is_https}, &ticket));
        error = ticket_proven(&op, PROOF_WHOLE, ticket, ret);
        return error == ERR_PROVIDER_STATE ? ERR_OK : error;
}

enum err confirmation_complete(const struct api *api, struct http_call *call,
                               struct confirmation *given)
{
        const struct policy *policy = api->ports->policy;

        if (!secret_is_absent(given->password))
                return ERR_OK;
        TRY(subject_find(api, call, &given->subject));
        if (given->subject.size || policy->n_providers || policy->proxy_login)
                return ERR_OK;
        call->problem_field = "password";
        return ERR_FIELD_MISSING;
}

enum err confirmation_read(const struct api *api, struct http_call *call, struct confirmation *ret)
{
        struct confirmation given = {0};

        call->no_store = true;
        TRY(fields_decode_json(call, fields, ARRAY_SIZE(fields), &given));
        TRY(confirmation_complete(api, call, &given));
        *ret = given;
        return ERR_OK;
}
