/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a confirmation.
 */
#include "api/confirmation.h"

#include "base/macros.h"
#include "http/fields.h"

static const struct field fields[] = {
        {"password", FIELD_SECRET, offsetof(struct confirmation, password), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_BODY},
        {"code", FIELD_SECRET, offsetof(struct confirmation, code), .maximum = LIMIT_FACTOR_CODE},
};

enum err confirmation_read(struct http_call *call, struct confirmation *ret)
{
        call->no_store = true;
        return fields_decode_json(call, fields, ARRAY_SIZE(fields), ret);
}
