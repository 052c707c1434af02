/* SPDX-License-Identifier: Apache-2.0
 *
 * An access grant for a narrower one: RFC 8693.
 */
#include "api/grant_types/type.h"
#include "base/macros.h"
#include "core/clients/client_proof.h"
#include "core/token/narrow.h"
#include "core/upkeep/rate_limit.h"

struct token_exchange_body {
        struct narrow_form form;
        struct slice subject_type;
        struct slice requested_type;
};

/* Another party that acts is not a thing that a grant can express, and neither is an audience. */
static const struct field exchange_fields[] = {
        {"subject_token", FIELD_SECRET, offsetof(struct token_exchange_body, form.grant),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_BODY},
        {"subject_token_type", FIELD_ASCII, offsetof(struct token_exchange_body, subject_type),
         .flags = FIELD_REQUIRED, .maximum = 128},
        {"requested_token_type", FIELD_ASCII, offsetof(struct token_exchange_body, requested_type),
         .maximum = 128},
        {"scope", FIELD_ASCII, offsetof(struct token_exchange_body, form.scope),
         .maximum = LIMIT_SCOPES * LIMIT_SCOPE, .too_long = ERR_SCOPE_TOO_LONG},
        {"actor_token", FIELD_REFUSED, .malformed = ERR_SUBJECT_TOKEN},
        {"audience", FIELD_REFUSED, .malformed = ERR_RESOURCE},
};

static enum err type_check(struct http_call *call, const char *field, struct slice type)
{
        if (slice_equal(type, SLICE(TOKEN_TYPE_ACCESS)))
                return ERR_OK;
        call->problem_field = field;
        return ERR_FIELD_MALFORMED;
}

static enum err exchange_decode(struct token_call *token, const struct fields_body *body)
{
        struct token_exchange_body *form =
                arena_new(token->call->arena, struct token_exchange_body);

        if (!form)
                return ERR_OUT_OF_MEMORY;
        TRY(fields_decode_body(token->call, body, exchange_fields, ARRAY_SIZE(exchange_fields),
                               form));
        TRY(type_check(token->call, "subject_token_type", form->subject_type));
        if (form->requested_type.data)
                TRY(type_check(token->call, "requested_token_type", form->requested_type));
        form->form.details = token->details;
        token->form = &form->form;
        token->issued_token_type = TOKEN_TYPE_ACCESS;
        return ERR_OK;
}

static bool exchange_blocks(const struct token_call *token)
{
        (void)token;
        return true;
}

static void exchange_run(struct token_call *token, struct op *op)
{
        struct exchange_result result;
        struct client client;
        enum err error = client_prove(op, &token->proof, &client);

        if (error != ERR_OK) {
                token_end(token, error, NULL);
                return;
        }
        error = grant_narrow(op, &client, token->form, &result);
        if (error == ERR_OK)
                token_end(token, error, &result);
        else if (client.auth_method == CLIENT_AUTH_NONE)
                token_end(token, limit_address(op, error), NULL);
        else
                token_end(token, limit_client(op, &client.client_id, error), NULL);
}

const struct grant_type grant_type_token_exchange = {
        .decode = exchange_decode,
        .may_wait = exchange_blocks,
        .run = exchange_run,
};
