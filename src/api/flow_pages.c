/* SPDX-License-Identifier: Apache-2.0
 *
 * The consent page and the way back from it, and the page of the legacy flow: docs/protocol/http.md
 * 8.1 and 8.2. The script gets the parsed values, so that nothing is parsed twice in different
 * ways.
 */
#include "api/flow_pages.h"

#include <stdlib.h>
#include <string.h>

#include "api/browser.h"
#include "api/details.h"
#include "api/json.h"
#include "api/legacy_query.h"
#include "api/page.h"
#include "base/macros.h"
#include "base/name.h"
#include "core/authorize/legacy_link.h"
#include "core/authorize/request.h"
#include "core/clients/client_auth.h"
#include "core/clients/client_proof.h"
#include "core/clients/redirect_uri.h"
#include "core/policy.h"
#include "http/respond.h"

/* --- responses --- */

static json_t *request_json(struct arena *arena, const struct consent_page *page)
{
        const struct request_form *form = page->form;
        json_t *object = json_object();

        json_put(object, "client_id",
                 form->client_url.size ? json_from_slice(form->client_url)
                                       : json_from_uuid(&form->client_id));
        json_put(object, "redirect_uri", json_from_slice(form->redirect_uri));
        json_put(object, "scope", json_from_texts(form->scope));
        if (page->request_uri.data)
                json_put(object, "request_uri", json_from_slice(page->request_uri));
        if (form->state.data)
                json_put(object, "state", json_from_slice(form->state));
        if (form->challenge.data) {
                json_put(object, "code_challenge", json_from_slice(form->challenge));
                json_put(object, "code_challenge_method", json_from_slice(form->challenge_method));
        }
        if (form->details)
                json_put(object, "authorization_details",
                         details_json(details_text(arena, form->details)));
        if (form->nonce.data)
                json_put(object, "nonce", json_from_slice(form->nonce));
        return object;
}

static json_t *login_json(const struct login_wish *login)
{
        json_t *object = json_object();

        json_put(object, "again", json_boolean(login->again));
        json_put(object, "choose", json_boolean(login->choose));
        if (login->hint.data)
                json_put(object, "hint", json_from_slice(login->hint));
        if (login->max_age.present)
                json_put(object, "max_age", json_integer(login->max_age.value));
        return object;
}

/* The script's initial data: what to request from the API, and for which application. */
enum err consent_page_respond(const struct api *api, struct http_call *call,
                              const struct consent_page *page)
{
        const struct client *client = page->client;
        json_t *data CLEANUP(json_decrefp) = json_object();
        json_t *who = json_object();
        char *text;

        json_put(who, "name", json_from_slice(name_shown(call->arena, client->name)));
        json_put(who, "description", json_from_slice(client->description));
        json_put(who, "self_registered", json_boolean(client_is_self_registered(client)));
        if (client->document.size)
                json_put(who, "metadata_document", json_from_slice(client->document));
        json_put(who, "created_at", json_from_instant(client->created_at));
        json_put(data, "flow", json_string(page->link.data ? "legacy" : "code"));
        if (page->link.data)
                json_put(data, "link", json_from_slice(page->link));
        json_put(data, "request", request_json(call->arena, page));
        json_put(data, "login", login_json(&page->login));
        json_put(data, "client", who);
        text = json_dumps(data, JSON_COMPACT);
        if (!text)
                return ERR_INTERNAL;
        page_respond(api, call, 200,
                     &(struct page){
                             .script = "consent",
                             .data = arena_copy(call->arena, slice_from_string(text)),
                             .is_private = true,
                     });
        free(text);
        return ERR_OK;
}

/* Only these codes are defined, in RFC 6749 section 4.1.2.1 and by OpenID Connect. */
static const char *authorization_error(const struct http_call *call, enum err error)
{
        static const char *const known[] = {
                "invalid_scope",           "unsupported_response_type",
                "temporarily_unavailable", "login_required",
                "consent_required",        "request_not_supported",
                "invalid_target",          "invalid_authorization_details",
        };
        const struct wire_word *word = respond_word(call, error);

        for (size_t i = 0; i < ARRAY_SIZE(known); i++)
                if (strcmp(word->code, known[i]) == 0)
                        return known[i];
        return error_is_fault(error) ? "server_error" : "invalid_request";
}

/* The sentence, behind the name of the field that it is about. */
static struct slice description_of(const struct http_call *call, enum err error)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_SENTENCE);

        if (call->problem_field) {
                buf_put_string(&text, call->problem_field);
                buf_put_string(&text, ": ");
        }
        buf_put(&text, respond_sentence(call, error));
        return arena_copy_buf(call->arena, &text);
}

/* Anyone may register an application, and could then use links to this server to
 * redirect people anywhere, so for others a page with a link comes first (RFC 9700 section 4.11.2).
 */
enum err flow_send_back(const struct api *api, struct http_call *call,
                        const struct request_form *form, enum err error)
{
        const struct redirect_parameter parameters[] = {
                {"error", slice_from_string(authorization_error(call, error))},
                {"error_description", description_of(call, error)},
                {"state", form->state},
                {"iss", api->ports->policy->issuer},
        };
        struct slice location = redirect_uri_answer(call->arena, form->redirect_uri, parameters,
                                                    ARRAY_SIZE(parameters));

        call->no_store = true;
        call->refusal = error;
        if (!api->ports->policy->require_approval) {
                page_refuse(api, call, error, location);
                return ERR_OK;
        }
        respond_header(call, "Location", location);
        respond_header(call, "Referrer-Policy", SLICE("no-referrer"));
        respond_empty(call, 303);
        return ERR_OK;
}

/* --- /oauth2-integration --- */

/* The redirect URI is matched decoded, and otherwise as it was sent. */
static enum err legacy_trust(const struct api *api, struct http_call *call,
                             const struct legacy_query *query, struct request_form *form,
                             struct client *ret)
{
        struct op op = api_op(api, call, NULL);
        enum err error;

        form->redirect_uri = query->redirect_uri;
        error = request_trust(&op, form, ret);
        if (error != ERR_REDIRECT_URI_UNREGISTERED ||
            query->redirect_uri_raw.size > LIMIT_REDIRECT_URI)
                return error;
        form->redirect_uri = query->redirect_uri_raw;
        return request_trust(&op, form, ret);
}

/* Authenticates the application: its JWT, its legacy setting, the redirect URI. */
static enum err legacy_check(const struct api *api, struct http_call *call,
                             struct request_form *form, struct client_identity *ret)
{
        struct op op = api_op(api, call, NULL);
        struct legacy_query query;
        struct client_proof proof;

        TRY(legacy_query_read(call, &query));
        proof = (struct client_proof){
                .method = CLIENT_AUTH_SECRET_JWT,
                .client_id = query.client_id,
                .jwt = query.client_secret,
        };
        TRY(client_authenticate(&op, &proof, ret));
        if (!ret->client.legacy_redirect)
                return ERR_LEGACY_OFF;
        form->client_id = ret->client.client_id;
        form->scope = query.scope;
        return legacy_trust(api, call, &query, form, &ret->client);
}

enum err integration_get(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct request_form form = {.is_storage_only = true};
        struct client_identity identity = {0};
        struct request_scope scope;
        struct uuid browser;
        struct slice link;
        enum err error;

        TRY(legacy_check(api, call, &form, &identity));
        error = request_check(&op, &identity.client, &form, &scope);
        if (error != ERR_OK)
                return flow_send_back(api, call, &form, error);
        TRY(browser_know(api, call, &browser));
        TRY(legacy_link_remember(&op, &browser, &identity, &link));
        return consent_page_respond(
                api, call,
                &(struct consent_page){.form = &form, .client = &identity.client, .link = link});
}
