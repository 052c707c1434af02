/* SPDX-License-Identifier: Apache-2.0
 *
 * A device_code for a grant: RFC 8628 section 3.4.
 */
#include "core/token/device.h"

#include "api/grant_types/type.h"
#include "base/macros.h"

static const struct field device_fields[] = {
        {"device_code", FIELD_SECRET, offsetof(struct device_form, device_code),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_DEVICE_CODE},
        {"passphrase", FIELD_SECRET, offsetof(struct device_form, passphrase),
         .maximum = LIMIT_PASSPHRASE},
        {"credentials", FIELD_ASCII, offsetof(struct device_form, credentials), .maximum = 16},
};

static enum err device_decode(struct token_call *token, const struct fields_body *body)
{
        struct device_form *form = arena_new(token->call->arena, struct device_form);

        if (!form)
                return ERR_OUT_OF_MEMORY;
        form->proof = token->proof;
        form->details = token->details;
        token->form = form;
        return fields_decode_body(token->call, body, device_fields, ARRAY_SIZE(device_fields),
                                  form);
}

static bool device_may_wait(const struct token_call *token)
{
        (void)token;
        return true;
}

static void device_run(struct token_call *token, struct op *op)
{
        device_exchange(op, token->form, (struct exchange_end){token_end, token});
}

const struct grant_type grant_type_device_code = {
        .decode = device_decode,
        .may_wait = device_may_wait,
        .run = device_run,
};
