/* SPDX-License-Identifier: Apache-2.0
 *
 * A code for a grant: RFC 6749 section 4.1.3, and docs/protocol/http.md 5.4.
 */
#include "api/client_credentials.h"
#include "api/grant_types/type.h"
#include "base/macros.h"

/* In grantd's own words. */
struct own_body {
        struct slice client_id;
        struct secret client_secret;
        struct exchange_form form;
};

static const struct field own_fields[] = {
        {"client_id", FIELD_TEXT, offsetof(struct own_body, client_id), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_BODY},
        {"client_secret", FIELD_SECRET, offsetof(struct own_body, client_secret),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_BODY},
        {"redirect_uri", FIELD_TEXT, offsetof(struct own_body, form.redirect_uri),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_REDIRECT_URI},
        {"code", FIELD_SECRET, offsetof(struct own_body, form.code), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_CODE},
};

static const struct field code_fields[] = {
        {"code", FIELD_SECRET, offsetof(struct exchange_form, code), .flags = FIELD_REQUIRED,
         .maximum = LIMIT_CODE},
        {"redirect_uri", FIELD_TEXT, offsetof(struct exchange_form, redirect_uri),
         .maximum = LIMIT_REDIRECT_URI},
};

/* Those that both vocabularies have. */
static const struct field common_fields[] = {
        {"passphrase", FIELD_SECRET, offsetof(struct exchange_form, passphrase),
         .maximum = LIMIT_PASSPHRASE},
        {"code_verifier", FIELD_SECRET, offsetof(struct exchange_form, code_verifier),
         .maximum = LIMIT_VERIFIER},
        {"credentials", FIELD_ASCII, offsetof(struct exchange_form, credentials), .maximum = 16},
};

#define DECODE(token, body, fields, ret)                                                           \
        fields_decode_body((token)->call, (body), (fields), ARRAY_SIZE(fields), (ret))

enum err grant_type_decode_own(struct token_call *token, const struct fields_body *body)
{
        struct own_body *own = arena_new(token->call->arena, struct own_body);

        if (!own)
                return ERR_OUT_OF_MEMORY;
        TRY(DECODE(token, body, own_fields, own));
        own->form.proof = (struct client_proof){.method = CLIENT_AUTH_SECRET_JWT,
                                                .client_id = own->client_id,
                                                .jwt = own->client_secret};
        token->form = &own->form;
        return DECODE(token, body, common_fields, &own->form);
}

static enum err code_decode(struct token_call *token, const struct fields_body *body)
{
        struct exchange_form *form = arena_new(token->call->arena, struct exchange_form);

        if (!form)
                return ERR_OUT_OF_MEMORY;
        form->proof = token->proof;
        form->details = token->details;
        form->may_refresh = true;
        token->form = form;
        TRY(DECODE(token, body, code_fields, form));
        return DECODE(token, body, common_fields, form);
}

static bool code_may_wait(const struct token_call *token)
{
        return exchange_may_wait(token->form);
}

static void code_run(struct token_call *token, struct op *op)
{
        exchange_code(op, token->form, (struct exchange_end){token_end, token});
}

const struct grant_type grant_type_authorization_code = {
        .decode = code_decode,
        .may_wait = code_may_wait,
        .run = code_run,
};
