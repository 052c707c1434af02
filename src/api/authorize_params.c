/* SPDX-License-Identifier: Apache-2.0
 *
 * From pairs to a request that the core accepts.
 */
#include "api/authorize_params.h"

#include "api/details.h"
#include "api/json.h"
#include "base/macros.h"
#include "http/fields.h"

enum {
        LIMIT_SCOPE_PARAMETER = LIMIT_SCOPES * LIMIT_SCOPE,
        LIMIT_PROMPT = 128, /* bytes */
};

/* As they are decoded. */
struct pairs {
        struct slice redirect_uri;
        struct slice state;
        struct slice response_type;
        struct slice response_mode;
        struct slice scope;
        struct slice challenge;
        struct slice challenge_method;
        struct slice nonce;
        struct slice prompt;
        struct slice login_hint;
        struct field_integer max_age;
        struct field_texts resources;
        struct slice details;
};

/* It may follow from the client. */
static const struct field redirect_fields[] = {
        {"redirect_uri", FIELD_TEXT, offsetof(struct pairs, redirect_uri),
         .maximum = LIMIT_REDIRECT_URI, .too_long = ERR_REDIRECT_URI_UNREGISTERED},
};
/* Part of every response to the application, so it is read separately. */
static const struct field state_fields[] = {
        {"state", FIELD_ASCII, offsetof(struct pairs, state), .maximum = LIMIT_STATE},
};
static const struct field what_fields[] = {
        {"request", FIELD_REFUSED, .malformed = ERR_REQUEST_OBJECT},
        {"response_type", FIELD_ASCII, offsetof(struct pairs, response_type),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_STATE},
        {"response_mode", FIELD_ASCII, offsetof(struct pairs, response_mode),
         .maximum = LIMIT_STATE},
        {"scope", FIELD_ASCII, offsetof(struct pairs, scope), .maximum = LIMIT_SCOPE_PARAMETER,
         .too_long = ERR_SCOPE_TOO_LONG},
        {"code_challenge", FIELD_ASCII, offsetof(struct pairs, challenge),
         .maximum = LIMIT_VERIFIER},
        {"code_challenge_method", FIELD_ASCII, offsetof(struct pairs, challenge_method),
         .maximum = LIMIT_VERIFIER},
        {"nonce", FIELD_ASCII, offsetof(struct pairs, nonce), .maximum = LIMIT_NONCE},
        {"prompt", FIELD_ASCII, offsetof(struct pairs, prompt), .maximum = LIMIT_PROMPT},
        {"login_hint", FIELD_TEXT, offsetof(struct pairs, login_hint), .maximum = LIMIT_EMAIL},
        {"max_age", FIELD_INTEGER, offsetof(struct pairs, max_age), .maximum = INT32_MAX},
        {"resource", FIELD_TEXTS, offsetof(struct pairs, resources), .maximum = LIMIT_REDIRECT_URI,
         .count = LIMIT_RESOURCES, .too_long = ERR_RESOURCE, .malformed = ERR_RESOURCE},
        DETAILS_FIELD(struct pairs, details),
};

#define DECODE(call, pairs_, fields, values)                                                       \
        fields_decode_pairs((call), (pairs_), (fields), ARRAY_SIZE(fields), (values))

enum err client_ref_read(struct http_call *call, struct slice text, struct request_form *form)
{
        struct client_ref ref;

        if (!client_ref_parse(text, &ref)) {
                call->problem_field = "client_id";
                return ERR_INVALID_CLIENT_ID;
        }
        form->client_id = ref.id;
        form->client_url = ref.url;
        return ERR_OK;
}

/* The next word of a list separated by spaces; empty at its end. */
static struct slice word_cut(struct slice *rest)
{
        struct slice word = {0};

        while (rest->size && !word.size)
                (void)slice_cut(rest, ' ', &word);
        return word;
}

static unsigned prompt_of(struct slice word)
{
        static const struct {
                const char *name;
                enum prompt prompt;
        } prompts[] = {
                {"none", PROMPT_NONE},
                {"login", PROMPT_LOGIN},
                {"consent", PROMPT_CONSENT},
                {"select_account", PROMPT_SELECT_ACCOUNT},
        };

        for (size_t i = 0; i < ARRAY_SIZE(prompts); i++)
                if (slice_equal(word, slice_from_string(prompts[i].name)))
                        return prompts[i].prompt;
        return 0;
}

/* "none" stands alone (docs/protocol/oauth.md 1.1). */
static enum err prompt_read(struct slice text, unsigned *ret)
{
        unsigned prompts = 0;
        struct slice word;

        while ((word = word_cut(&text)).size) {
                if (!prompt_of(word))
                        return ERR_PROMPT;
                prompts |= prompt_of(word);
        }
        if ((prompts & PROMPT_NONE) && prompts != PROMPT_NONE)
                return ERR_PROMPT;
        *ret = prompts;
        return ERR_OK;
}

enum err authorize_read_redirect(struct op *op, struct http_call *call,
                                 struct authorize_params *params, struct client *ret)
{
        struct pairs values = {0};

        TRY(DECODE(call, params->pairs, redirect_fields, &values));
        params->form.redirect_uri = values.redirect_uri;
        TRY(request_default_redirect(op, &params->form));
        return request_trust(op, &params->form, ret);
}

static enum err terms_check(const struct op *op, const struct client *client,
                            const struct pairs *values, struct authorize_params *params)
{
        struct request_form *form = &params->form;
        struct request_scope scope;

        form->challenge = values->challenge;
        form->challenge_method = values->challenge_method;
        form->nonce = values->nonce;
        params->login_hint = values->login_hint;
        params->resources = texts_of_field(&values->resources);
        params->max_age = values->max_age;
        TRY(prompt_read(values->prompt, &params->prompts));
        TRY(scope_split(op->arena, values->scope, &form->scope));
        TRY(request_default_scope(op->arena, client, form));
        return request_check(op, client, form, &scope);
}

enum err authorize_read_terms(const struct op *op, struct http_call *call,
                              const struct client *client, struct authorize_params *params)
{
        struct pairs values = {0};
        enum err error;

        TRY(DECODE(call, params->pairs, state_fields, &values));
        params->form.state = values.state;
        error = DECODE(call, params->pairs, what_fields, &values);
        if (error == ERR_OK)
                error = details_decode(call, values.details, &params->form.details);
        if (error == ERR_OK)
                error = terms_check(op, client, &values, params);
        if (values.response_type.data && !slice_equal(values.response_type, SLICE("code")))
                return ERR_RESPONSE_TYPE;
        if (values.response_mode.data && !slice_equal(values.response_mode, SLICE("query")))
                return ERR_RESPONSE_MODE;
        return error;
}

struct instant authorize_login_after(const struct authorize_params *params)
{
        if (params->prompts & PROMPT_LOGIN)
                return params->opened_at;
        return params->max_age.present
                       ? instant_add_seconds(params->opened_at, -params->max_age.value)
                       : (struct instant){0};
}
