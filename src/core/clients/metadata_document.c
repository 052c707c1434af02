/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a metadata document. What it says that grantd has no use for is ignored (RFC 7591 section
 * 2).
 */
#include "core/clients/metadata_document.h"

#include "base/json.h"
#include "base/macros.h"
#include "base/uri.h"
#include "core/authorize/protocol_scope.h"
#include "core/clients/client.h"
#include "core/clients/client_auth.h"
#include "core/clients/client_keys.h"
#include "core/clients/client_ref.h"
#include "core/clients/registration.h"
#include "core/grants/scope.h"

/* --- members --- */

/* Absent: `ret` is untouched. Return: ERR_OK; ERR_DOCUMENT_MALFORMED: it is not a text. */
static enum err text_get(struct arena *arena, const json_t *document, const char *name,
                         struct slice *ret)
{
        const json_t *value = json_object_get(document, name);

        if (!value)
                return ERR_OK;
        if (!json_is_string(value))
                return ERR_DOCUMENT_MALFORMED;
        *ret = arena_copy(arena, json_slice(value));
        return arena_check(arena);
}

/* The same of a list of texts. */
static enum err texts_get(struct arena *arena, const json_t *document, const char *name,
                          struct texts *ret)
{
        const json_t *value = json_object_get(document, name), *item;
        struct texts texts = {0};
        size_t i;

        if (!value)
                return ERR_OK;
        if (!json_is_array(value))
                return ERR_DOCUMENT_MALFORMED;
        texts.items = arena_array(arena, json_array_size(value) + 1, struct slice);
        if (!texts.items)
                return ERR_OUT_OF_MEMORY;
        json_array_foreach(value, i, item)
        {
                if (!json_is_string(item))
                        return ERR_DOCUMENT_MALFORMED;
                texts.items[texts.n++] = arena_copy(arena, json_slice(item));
        }
        *ret = texts;
        return arena_check(arena);
}

static bool texts_name(struct texts texts, struct slice word)
{
        for (size_t i = 0; i < texts.n; i++)
                if (slice_equal(texts.items[i], word))
                        return true;
        return false;
}

/* --- what it says --- */

/* Byte for byte, so that a document speaks for one URL only. */
static enum err client_id_check(const json_t *document, struct slice url)
{
        const json_t *value = json_object_get(document, "client_id");

        return json_is_string(value) && slice_equal(json_slice(value), url)
                       ? ERR_OK
                       : ERR_DOCUMENT_CLIENT_ID;
}

/* Everybody can read a document, so there is no secret in it, and no method that has one. */
static enum err auth_method_get(struct arena *arena, const json_t *document, enum client_auth *ret)
{
        enum client_auth method = CLIENT_AUTH_NONE;
        struct slice word = {0};

        TRY(text_get(arena, document, "token_endpoint_auth_method", &word));
        if (json_object_get(document, "client_secret") ||
            json_object_get(document, "client_secret_expires_at") ||
            (word.data && !client_auth_parse(word, &method)) || client_auth_has_secret(method))
                return ERR_DOCUMENT_AUTH_METHOD;
        *ret = method;
        return ERR_OK;
}

/* The only flow that starts at a URL is that of codes. */
static enum err types_check(struct arena *arena, const json_t *document, bool *ret_refreshes)
{
        struct texts grant_types = {0}, response_types = {0};

        TRY(texts_get(arena, document, "grant_types", &grant_types));
        TRY(texts_get(arena, document, "response_types", &response_types));
        if ((grant_types.n && !texts_name(grant_types, SLICE("authorization_code"))) ||
            (response_types.n && !texts_name(response_types, SLICE("code"))))
                return ERR_DOCUMENT_MALFORMED;
        *ret_refreshes = texts_name(grant_types, SLICE("refresh_token"));
        return ERR_OK;
}

static enum err type_get(struct arena *arena, const json_t *document,
                         struct registration_form *form, enum application_type *type)
{
        struct slice word = {0};

        TRY(text_get(arena, document, "application_type", &word));
        if (word.data && !application_type_parse(word, type))
                return ERR_DOCUMENT_MALFORMED;
        if (word.data)
                form->type = type;
        *type = registration_type(form);
        return ERR_OK;
}

/* Keys by value: another URL would be another server to ask. */
static enum err keys_get(struct arena *arena, const json_t *document, enum client_auth method,
                         struct slice *ret)
{
        const json_t *keys = json_object_get(document, "jwks");

        if (!client_auth_has_keys(method))
                return ERR_OK;
        if (!keys && json_object_get(document, "jwks_uri"))
                return ERR_JWKS_URI;
        if (keys)
                *ret = json_text(arena, keys);
        return arena_check(arena);
}

/* Without a name it is called by its host. */
static enum err name_get(struct arena *arena, const json_t *document, struct slice url,
                         struct slice *ret)
{
        struct slice name = {0}, rest = slice_from(url, sizeof("https://") - 1);

        TRY(text_get(arena, document, "client_name", &name));
        if (slice_characters(name) > LIMIT_NAME)
                return ERR_NAME_UNCLEAR;
        *ret = name.size ? name : authority_cut(&rest);
        return ERR_OK;
}

static enum err scope_get(struct arena *arena, const json_t *document, struct client_form *form)
{
        struct texts words;
        struct slice scope = {0};
        unsigned protocol;

        TRY(text_get(arena, document, "scope", &scope));
        if (scope.size > LIMIT_SCOPE_TEXT)
                return ERR_SCOPE_TEXT_TOO_LONG;
        TRY(scope_split(arena, scope, &words));
        return protocol_scopes_split(arena, words, &protocol, &form->optional_scopes);
}

static enum err form_read(struct arena *arena, const json_t *document, struct slice url,
                          struct client_form *form)
{
        struct registration_form uris = {0};

        TRY(client_id_check(document, url));
        TRY(texts_get(arena, document, "redirect_uris", &uris.redirect_uris));
        if (uris.redirect_uris.n == 0 || uris.redirect_uris.n > LIMIT_REDIRECT_URIS)
                return ERR_DOCUMENT_MALFORMED;
        form->redirect_uris = uris.redirect_uris;
        TRY(auth_method_get(arena, document, &form->auth_method));
        TRY(types_check(arena, document, &form->refresh_tokens));
        TRY(type_get(arena, document, &uris, &form->type));
        TRY(keys_get(arena, document, form->auth_method, &form->jwks));
        TRY(name_get(arena, document, url, &form->name));
        return scope_get(arena, document, form);
}

static enum err form_of_text(struct arena *arena, struct slice url, struct slice text,
                             struct client_form *form)
{
        json_t *document CLEANUP(json_decrefp) = NULL;
        enum err error = json_read(text, &document);

        if (error != ERR_OK)
                return error_is_fault(error) ? error : ERR_DOCUMENT_MALFORMED;
        return form_read(arena, document, url, form);
}

enum err metadata_document_read(struct op *op, struct slice url, struct slice text,
                                struct client *ret)
{
        const struct uuid client_id = client_url_id(url);
        struct client_form form = {.client_id = &client_id, .require_pkce = true};
        struct client client;
        struct secret none;

        TRY(form_of_text(op->arena, url, text, &form));
        TRY(client_prepare(op, &form, &client, &none));
        client.jwks = form.jwks;
        client.account_id = *account_of_nobody();
        client.document = arena_copy(op->arena, url);
        client.is_new = true;
        client.status = CLIENT_ACTIVE; /* until it has a row */
        *ret = client;
        return arena_check(op->arena);
}

enum err metadata_document_keys(struct op *op, struct client *client)
{
        if (!client_auth_has_keys(client->auth_method))
                return ERR_OK;
        if (!client->jwks.size)
                return ERR_CLIENT_KEYS_MISSING;
        return client_keys_take(op->arena, client->jwks, &client->jwks);
}
