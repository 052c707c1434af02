/* SPDX-License-Identifier: Apache-2.0
 *
 * Calling a provider's token endpoint and userinfo endpoint.
 */
#include "core/people/openid/redeem.h"

#include "base/json.h"
#include "base/macros.h"
#include "core/people/email.h"
#include "core/people/openid/id_check.h"

enum { LIMIT_FORM = 8 * 1024, LIMIT_ACCESS_TOKEN = 16 * 1024 };

/* --- the token endpoint --- */

static void pair_put(struct buf *form, const char *name, struct slice value)
{
        if (form->size)
                buf_put_byte(form, '&');
        buf_put_string(form, name);
        buf_put_byte(form, '=');
        percent_encode(form, value, "");
}

/* RFC 6749 section 2.3.1: both are encoded before they are joined. */
static struct secret basic_of(struct op *op, const struct openid_provider *provider)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_FORM);

        percent_encode(&text, provider->client_id, "");
        buf_put_byte(&text, ':');
        percent_encode(&text, secret_reveal(provider->client_secret), "");
        return (struct secret){.hidden = arena_copy_buf(op->arena, &text)};
}

static enum err token_call(struct op *op, const struct openid_provider *provider,
                           const struct openid_metadata *metadata, const struct openid_code *code,
                           struct secret *ret)
{
        const struct provider_port *port = &op->ports->provider;
        struct buf form CLEANUP(buf_deinit) = BUF_INIT(LIMIT_FORM);
        struct provider_call call = {.url = metadata->token_endpoint};
        bool has_secret = !secret_is_absent(provider->client_secret);

        pair_put(&form, "grant_type", SLICE("authorization_code"));
        pair_put(&form, "code", secret_reveal(code->code));
        pair_put(&form, "redirect_uri", code->redirect_uri);
        pair_put(&form, "code_verifier", code->ticket->verifier);
        if (has_secret && !metadata->wants_body_auth)
                call.basic = basic_of(op, provider);
        else
                pair_put(&form, "client_id", provider->client_id);
        if (has_secret && metadata->wants_body_auth)
                pair_put(&form, "client_secret", secret_reveal(provider->client_secret));
        call.form = (struct secret){.hidden = arena_copy_buf(op->arena, &form)};
        TRY(arena_check(op->arena));
        return port->call(port->context, op->arena, &call, ret);
}

/* --- the ID token --- */

/* The keys may have changed since they were fetched. */
static enum err signature_check(struct op *op, const struct openid_metadata *metadata,
                                const struct jwt *jwt)
{
        const struct provider_port *port = &op->ports->provider;
        const int64_t ages[] = {PROVIDER_FRESH, PROVIDER_AGAIN};

        for (size_t i = 0; i < ARRAY_SIZE(ages); i++) {
                struct slice jwks;
                enum err error;

                TRY(port->read(port->context, op->arena,
                               &(struct provider_document){metadata->jwks_uri, ages[i]}, &jwks));
                error = id_token_verify(op, jwt, jwks);
                if (error != ERR_NO_ROW)
                        return error;
        }
        return op_explain(op, ERR_PROVIDER_TOKEN,
                          SLICE("The provider's ID token is not good for this log-in: none of its "
                                "keys has this kid and algorithm."));
}

static enum err id_token_check(struct op *op, const struct openid_metadata *metadata,
                               const struct id_expected *expected, const json_t *tokens,
                               json_t **ret_claims)
{
        const json_t *text = json_object_get(tokens, "id_token");
        struct jwt jwt;

        TRY(id_token_parse(op, json_is_string(text) ? json_slice(text) : (struct slice){0}, &jwt));
        TRY(signature_check(op, metadata, &jwt));
        return id_token_claims(op, &jwt, expected, ret_claims);
}

/* --- the person --- */

static struct slice text_of(struct op *op, const json_t *claims, const char *name)
{
        const json_t *text = json_object_get(claims, name);

        return json_is_string(text) ? arena_copy(op->arena, json_slice(text)) : (struct slice){0};
}

static bool is_in_group(const struct openid_provider *provider, const json_t *claims)
{
        char name[128] = {0};
        struct slice rest = provider->groups, group;
        const json_t *groups;

        if (!rest.size)
                return true;
        memcpy(name, provider->group_claim.data, slice_to(provider->group_claim, 127).size);
        groups = json_object_get(claims, name);
        while (rest.size) {
                (void)slice_cut(&rest, ',', &group);
                group = slice_trim(group);
                if (jwt_is_text(groups, group) || jwt_lists(groups, group))
                        return true;
        }
        return false;
}

static enum err email_read(struct op *op, const json_t *claims, struct slice *ret)
{
        enum err error;

        if (!json_is_true(json_object_get(claims, "email_verified")))
                return ERR_OK;
        error = email_normalise(op->arena, text_of(op, claims, "email"), ret);
        return error_is_fault(error) ? error : ERR_OK;
}

/* Adds what is not known yet. */
static enum err person_read(struct op *op, const struct openid_provider *provider,
                            const json_t *claims, struct openid_person *ret)
{
        if (!ret->email.size)
                TRY(email_read(op, claims, &ret->email));
        if (!ret->name.size)
                ret->name = text_of(op, claims, "name");
        ret->is_in_group = ret->is_in_group || is_in_group(provider, claims);
        return arena_check(op->arena);
}

static struct slice subject_of(struct op *op, const struct openid_provider *provider,
                               struct slice sub)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(4 * 1024);

        buf_put(&text, provider->issuer);
        buf_put_byte(&text, ' ');
        buf_put(&text, sub);
        return arena_copy_buf(op->arena, &text);
}

/* What the ID token does not say may be here. `sub` must be the same. */
static enum err userinfo_read(struct op *op, const struct openid_provider *provider,
                              const struct provider_call *call, struct slice sub,
                              struct openid_person *ret)
{
        const struct provider_port *port = &op->ports->provider;
        json_t *claims CLEANUP(json_decrefp) = NULL;
        struct secret text;
        enum err error;

        TRY(port->call(port->context, op->arena, call, &text));
        error = json_read(secret_reveal(text), &claims);
        if (error != ERR_OK && error_is_fault(error))
                return error;
        if (error != ERR_OK || !jwt_is_text(json_object_get(claims, "sub"), sub))
                return op_explain(op, ERR_PROVIDER_TOKEN,
                                  SLICE("The provider's userinfo is not about the person of its ID "
                                        "token."));
        return person_read(op, provider, claims, ret);
}

/* A bearer token is written into a header field. */
static bool is_usable(struct slice token)
{
        return token.size && token.size <= LIMIT_ACCESS_TOKEN &&
               slice_consists_of(token, "-._~+/=");
}

enum err openid_redeem(struct op *op, const struct openid_provider *provider,
                       const struct openid_metadata *metadata, const struct openid_code *code,
                       struct openid_person *ret)
{
        const struct id_expected expected = {provider->issuer, provider->client_id,
                                             code->ticket->nonce};
        json_t *tokens CLEANUP(json_decrefp) = NULL;
        json_t *claims CLEANUP(json_decrefp) = NULL;
        struct openid_person person = {0};
        struct provider_call userinfo = {.url = metadata->userinfo_endpoint};
        struct secret text;
        struct slice sub;
        enum err error;

        TRY(token_call(op, provider, metadata, code, &text));
        error = json_read(secret_reveal(text), &tokens);
        if (error != ERR_OK)
                return error_is_fault(error)
                               ? error
                               : op_explain(op, ERR_PROVIDER_TOKEN,
                                            SLICE("The provider's token response is no JSON "
                                                  "object, or has a member twice."));
        TRY(id_token_check(op, metadata, &expected, tokens, &claims));
        sub = text_of(op, claims, "sub");
        person.subject = subject_of(op, provider, sub);
        TRY(person_read(op, provider, claims, &person));
        userinfo.bearer.hidden = text_of(op, tokens, "access_token");
        if ((!person.email.size || !person.is_in_group) && userinfo.url.size &&
            is_usable(secret_reveal(userinfo.bearer)))
                TRY(userinfo_read(op, provider, &userinfo, sub, &person));
        *ret = person;
        return arena_check(op->arena);
}
