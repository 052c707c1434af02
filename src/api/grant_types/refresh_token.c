/* SPDX-License-Identifier: Apache-2.0
 *
 * A refresh token for another grant: RFC 6749 section 6.
 */
#include "core/token/refresh.h"

#include "api/grant_types/type.h"
#include "base/macros.h"

static const struct field refresh_fields[] = {
        {"refresh_token", FIELD_SECRET, offsetof(struct refresh_form, token),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_REFRESH_TOKEN},
        {"scope", FIELD_ASCII, offsetof(struct refresh_form, scope),
         .maximum = LIMIT_SCOPES * LIMIT_SCOPE, .too_long = ERR_SCOPE_TOO_LONG},
        {"credentials", FIELD_ASCII, offsetof(struct refresh_form, credentials), .maximum = 16},
};

static enum err refresh_decode(struct token_call *token, const struct fields_body *body)
{
        struct refresh_form *form = arena_new(token->call->arena, struct refresh_form);

        if (!form)
                return ERR_OUT_OF_MEMORY;
        form->proof = token->proof;
        form->details = token->details;
        token->form = form;
        return fields_decode_body(token->call, body, refresh_fields, ARRAY_SIZE(refresh_fields),
                                  form);
}

static bool refresh_may_wait(const struct token_call *token)
{
        (void)token;
        return true;
}

static void refresh_run(struct token_call *token, struct op *op)
{
        refresh_exchange(op, token->form, (struct exchange_end){token_end, token});
}

const struct grant_type grant_type_refresh_token = {
        .decode = refresh_decode,
        .may_wait = refresh_may_wait,
        .run = refresh_run,
};
