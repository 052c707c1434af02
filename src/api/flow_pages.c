/* SPDX-License-Identifier: Apache-2.0
 *
 * The two pages that applications send people to: docs/protocol/http.md 8.1 and 8.2. Everything is
 * validated here before anything is shown, and the script gets the parsed values, so that nothing
 * is parsed twice in different ways. The dispatcher shows a handler's error as a page. Opening a
 * page grants nothing and uses nothing up.
 */
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "api/legacy_query.h"
#include "api/page.h"
#include "base/macros.h"
#include "base/name.h"
#include "core/authorize/request.h"
#include "core/clients/client_auth.h"
#include "core/clients/redirect_uri.h"
#include "core/policy.h"
#include "http/respond.h"

/* --- responses --- */

static json_t *request_json(const struct request_form *form)
{
        json_t *object = json_object();

        json_put(object, "client_id", json_from_uuid(&form->client_id));
        json_put(object, "redirect_uri", json_from_slice(form->redirect_uri));
        json_put(object, "scope", json_from_texts(form->scope));
        if (form->state.data)
                json_put(object, "state", json_from_slice(form->state));
        if (form->challenge.data) {
                json_put(object, "code_challenge", json_from_slice(form->challenge));
                json_put(object, "code_challenge_method", json_from_slice(form->challenge_method));
        }
        return object;
}

/* The script's initial data: what to request from the API, and for which application. */
static enum err consent_page(const struct api *api, struct http_call *call,
                             const struct request_form *form, const struct client *client,
                             const char *flow)
{
        json_t *data CLEANUP(json_decrefp) = json_object();
        json_t *who = json_object();
        char *text;

        json_put(who, "name", json_from_slice(name_shown(call->arena, client->name)));
        json_put(who, "description", json_from_slice(client->description));
        json_put(who, "created_at", json_from_instant(client->created_at));
        json_put(data, "flow", json_string(flow));
        json_put(data, "request", request_json(form));
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

/* Only these codes are defined in RFC 6749 section 4.1.2.1. */
static const char *authorization_error(const struct http_call *call, enum err error)
{
        const struct wire_word *word = respond_word(call, error);

        if (strcmp(word->code, "invalid_scope") == 0 ||
            strcmp(word->code, "unsupported_response_type") == 0 ||
            strcmp(word->code, "temporarily_unavailable") == 0)
                return word->code;
        return error_is_fault(error) ? "server_error" : "invalid_request";
}

/* The sentence, behind the name of the field that it is about. */
static struct slice description_of(const struct http_call *call, enum err error)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(512);

        if (call->problem_field) {
                buf_put_string(&text, call->problem_field);
                buf_put_string(&text, ": ");
        }
        buf_put_string(&text, error_info(error)->sentence);
        return arena_copy_buf(call->arena, &text);
}

/* Sends the user back to the application, which is known by now: at once if an operator has
 * approved it. Anyone may register an application, and could then use links to this server to
 * redirect people anywhere, so for others a page with a link comes first (RFC 9700 section 4.11.2).
 */
static enum err send_back(const struct api *api, struct http_call *call,
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
        if (!api->ports->policy->require_approval) {
                page_refuse(api, call, error, location);
                return ERR_OK;
        }
        respond_header(call, "Location", location);
        respond_header(call, "Referrer-Policy", SLICE("no-referrer"));
        respond_empty(call, 303);
        return ERR_OK;
}

/* --- /oauth2/authorize --- */

enum { LIMIT_SCOPE_PARAMETER = LIMIT_SCOPES * LIMIT_SCOPE };

struct authorize_query {
        struct field_uuid client_id;
        struct slice redirect_uri;
        struct slice state;
        struct slice response_type;
        struct slice response_mode;
        struct slice scope;
        struct slice challenge;
        struct slice challenge_method;
};

/* Without these two the user cannot be sent back; the second may follow from the first. */
static const struct field who_fields[] = {
        {"client_id", FIELD_UUID, offsetof(struct authorize_query, client_id),
         .flags = FIELD_REQUIRED, .malformed = ERR_INVALID_CLIENT_ID},
        {"redirect_uri", FIELD_TEXT, offsetof(struct authorize_query, redirect_uri),
         .maximum = LIMIT_REDIRECT_URI, .too_long = ERR_REDIRECT_URI_UNREGISTERED},
};
/* Part of every response to the application, so it is read separately. */
static const struct field state_fields[] = {
        {"state", FIELD_ASCII, offsetof(struct authorize_query, state), .maximum = LIMIT_STATE},
};
static const struct field what_fields[] = {
        {"response_type", FIELD_ASCII, offsetof(struct authorize_query, response_type),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_STATE},
        {"response_mode", FIELD_ASCII, offsetof(struct authorize_query, response_mode),
         .maximum = LIMIT_STATE},
        {"scope", FIELD_ASCII, offsetof(struct authorize_query, scope),
         .maximum = LIMIT_SCOPE_PARAMETER, .too_long = ERR_SCOPE_TOO_LONG},
        {"code_challenge", FIELD_ASCII, offsetof(struct authorize_query, challenge),
         .maximum = LIMIT_VERIFIER},
        {"code_challenge_method", FIELD_ASCII, offsetof(struct authorize_query, challenge_method),
         .maximum = LIMIT_VERIFIER},
};

/* A list separated by spaces, RFC 6749 section 3.3. */
static enum err scope_split(struct arena *arena, struct slice text, struct texts *ret)
{
        struct texts list = {.items = arena_array(arena, LIMIT_SCOPES, struct slice)};

        if (!list.items)
                return ERR_OUT_OF_MEMORY;
        while (text.size) {
                struct slice one;

                (void)slice_cut(&text, ' ', &one);
                if (!one.size)
                        continue;
                if (list.n == LIMIT_SCOPES)
                        return ERR_SCOPE_TOO_LONG;
                list.items[list.n++] = one;
        }
        *ret = list;
        return ERR_OK;
}

/* Reads what is requested, once the application is known. `form` is filled as far as possible. */
static enum err terms_read(struct http_call *call, const struct client *client,
                           struct request_form *form, struct authorize_query *query)
{
        struct scope scope;

        TRY(fields_decode_query(call, state_fields, ARRAY_SIZE(state_fields), query));
        form->state = query->state;
        TRY(fields_decode_query(call, what_fields, ARRAY_SIZE(what_fields), query));
        form->challenge = query->challenge;
        form->challenge_method = query->challenge_method;
        TRY(scope_split(call->arena, query->scope, &form->scope));
        TRY(request_default_scope(call->arena, client, form));
        return request_check(call->arena, client, form, &scope);
}

enum err authorize_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct authorize_query query = {0};
        struct request_form form = {0};
        struct client client;
        enum err error;

        (void)session;
        TRY(fields_decode_query(call, who_fields, ARRAY_SIZE(who_fields), &query));
        form.client_id = query.client_id.value;
        form.redirect_uri = query.redirect_uri;
        TRY(request_default_redirect(&op, &form));
        TRY(request_trust(&op, &form, &client));
        error = terms_read(call, &client, &form, &query);
        if (query.response_type.data && !slice_equal(query.response_type, SLICE("code")))
                error = ERR_RESPONSE_TYPE;
        else if (query.response_mode.data && !slice_equal(query.response_mode, SLICE("query")))
                error = ERR_RESPONSE_MODE;
        if (error != ERR_OK)
                return send_back(api, call, &form, error);
        return consent_page(api, call, &form, &client, "code");
}

/* The same by POST (RFC 6749 section 3.1): the browser comes back with GET, so that the page can be
 * reloaded, and is read in one way only. */
enum err authorize_post(const struct api *api, struct http_call *call,
                        const struct session *session)
{
        struct buf location CLEANUP(buf_deinit) = BUF_INIT(LIMIT_BODY + 64);

        (void)api;
        (void)session;
        if (!fields_body_is_form(call))
                return ERR_UNSUPPORTED_MEDIA_TYPE;
        if (!slice_consists_of(call->request.body, "-._~%+&=*"))
                return ERR_FIELD_MALFORMED;
        buf_put(&location, SLICE("/oauth2/authorize?"));
        buf_put(&location, call->request.body);
        respond_header(call, "Location", buf_slice(&location));
        respond_empty(call, 303);
        return location.failed ? ERR_OUT_OF_MEMORY : ERR_OK;
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
                             struct request_form *form, struct client *ret)
{
        struct op op = api_op(api, call, NULL);
        struct client_identity identity = {0};
        struct legacy_query query;
        struct client_proof proof;

        TRY(legacy_query_read(call, &query));
        proof = (struct client_proof){
                .method = CLIENT_AUTH_SECRET_JWT,
                .client_id = query.client_id,
                .jwt = query.client_secret,
        };
        TRY(client_authenticate(&op, &proof, &identity));
        if (!identity.client.legacy_redirect)
                return ERR_LEGACY_OFF;
        form->client_id = identity.client.client_id;
        form->scope = query.scope;
        return legacy_trust(api, call, &query, form, ret);
}

enum err integration_get(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct request_form form = {0};
        struct client client;
        struct scope scope;
        enum err error;

        (void)session;
        TRY(legacy_check(api, call, &form, &client));
        error = request_check(call->arena, &client, &form, &scope);
        if (error != ERR_OK)
                return send_back(api, call, &form, error);
        return consent_page(api, call, &form, &client, "legacy");
}
