/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages people see: docs/protocol/http.md 8.3. All share one short document, each with its own
 * script, which gets the rest from the API.
 */
#include <stdlib.h>
#include <string.h>

#include "api/guard.h"
#include "api/json.h"
#include "api/page.h"
#include "api/web_files.h"
#include "base/html.h"
#include "base/macros.h"
#include "core/people/openid/provider.h"
#include "core/people/openid/ticket.h"
#include "core/policy.h"
#include "http/cookie.h"
#include "http/fields.h"
#include "http/respond.h"

enum { LIMIT_PAGE_BYTES = 64 * 1024 };

/* --- the document --- */

/* Saves the page a request for the account when nobody is logged in. */
static bool has_session(const struct api *api, struct http_call *call)
{
        struct session session;

        return guard_session(api, call, &session) == ERR_OK;
}

/* A list of pairs: a name and a label. */
static struct slice providers_data(const struct api *api, struct arena *arena)
{
        const struct policy *policy = api->ports->policy;
        json_t *array CLEANUP(json_decrefp) = json_array();

        for (size_t i = 0; i < policy->n_providers; i++) {
                json_t *pair = json_array();

                json_append(pair, json_from_slice(policy->providers[i].name));
                json_append(pair, json_from_slice(policy->providers[i].label));
                json_append(array, pair);
        }
        return json_text(arena, array);
}

/* Whether a provider has logged somebody in whose second factor may be missing. */
static bool is_proven(const struct api *api, struct http_call *call)
{
        struct op op = api_op(api, call, NULL);
        struct secret ticket;
        struct slice subject;

        return cookie_read(call, (struct cookie){COOKIE_LOGIN, api->is_https}, &ticket) == ERR_OK &&
               ticket_proven(&op, PROOF_HALF, ticket, &subject) == ERR_OK;
}

struct word {
        const char *name;
        struct slice value;
};

static struct slice word_find(const struct word *words, size_t n, struct slice name)
{
        for (size_t i = 0; i < n; i++)
                if (slice_equal(name, slice_from_string(words[i].name)))
                        return words[i].value;
        return (struct slice){0};
}

/* Writes the document; a word in braces, such as `{script}`, is replaced by the page's value. */
static void document_put(struct buf *out, const struct api *api, struct http_call *call,
                         const struct page *page)
{
        bool is_open = api->ports->policy->open_registration;
        const struct word words[] = {
                {"script", slice_from_string(page->script)},
                {"data", page->data},
                {"notice", page->notice},
                {"code", slice_from_string(page->code)},
                {"registration", is_open ? SLICE("open") : SLICE("closed")},
                {"passwords", api->ports->policy->passwords_off ? SLICE("no") : SLICE("yes")},
                {"person", call->request.headers.person},
                {"providers", providers_data(api, call->arena)},
                {"proven", is_proven(api, call) ? SLICE("yes") : SLICE("no")},
                {"leave", api->ports->policy->proxy_logout},
                {"mail", api->ports->mail.send ? SLICE("yes") : SLICE("no")},
                {"satellites", api->ports->policy->known_satellites},
                {"session", has_session(api, call) ? SLICE("yes") : SLICE("no")},
        };
        struct slice rest = web_file("page.html"), text, name;

        while (slice_cut(&rest, '{', &text)) {
                buf_put(out, text);
                (void)slice_cut(&rest, '}', &name);
                html_put(out, word_find(words, ARRAY_SIZE(words), name));
        }
        buf_put(out, text);
}

/* Nothing is loaded from elsewhere, no framing, no referrer (RFC 9700 sections 4.2.4 and 4.16).
 * Forms are sent by the scripts alone. */
static void page_headers(struct http_call *call)
{
        static const struct {
                const char *name, *value;
        } headers[] = {
                {"Content-Security-Policy",
                 "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                 "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                 "require-trusted-types-for 'script'; trusted-types 'none'"},
                {"Referrer-Policy", "no-referrer"},
                {"X-Frame-Options", "DENY"},
        };

        for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
                respond_header(call, headers[i].name, slice_from_string(headers[i].value));
}

void page_respond(const struct api *api, struct http_call *call, int status,
                  const struct page *page)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_PAGE_BYTES);

        document_put(&text, api, call, page);
        if (text.failed) {
                respond_error(call, ERR_INTERNAL);
                return;
        }
        call->no_store |= page->is_private;
        if (!call->no_store)
                respond_header(call, "Cache-Control", SLICE("private, no-cache"));
        page_headers(call);
        respond_text(call, status, "text/html; charset=utf-8", buf_slice(&text));
}

/* The script's initial data; absent if there is no way back. */
static struct slice back_data(struct http_call *call, struct slice back)
{
        json_t *data CLEANUP(json_decrefp) = json_object();
        struct slice copy = {0};
        char *text;

        if (!back.data)
                return copy;
        json_put(data, "back", json_from_slice(back));
        text = json_dumps(data, JSON_COMPACT);
        if (text)
                copy = arena_copy(call->arena, slice_from_string(text));
        free(text);
        return copy;
}

void page_refuse(const struct api *api, struct http_call *call, enum err error, struct slice back)
{
        struct buf notice CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_SENTENCE);
        const struct wire_word *word = respond_word(call, error);

        call->refusal = error;
        if (call->problem_field && word->status == 400) {
                buf_put_string(&notice, call->problem_field);
                buf_put_string(&notice, ": ");
        }
        buf_put(&notice, respond_sentence(call, error));
        respond_error_headers(call, respond_page_status(call, error));
        page_respond(api, call, respond_page_status(call, error),
                     &(struct page){
                             .script = "refused",
                             .data = back_data(call, back),
                             .notice = buf_slice(&notice),
                             .code = word->code,
                             .is_private = true,
                     });
}

enum err page_post(struct http_call *call, const char *page)
{
        struct buf location CLEANUP(buf_deinit) = BUF_INIT(LIMIT_BODY + 64);

        if (!fields_body_is_form(call))
                return ERR_BODY_NOT_FORM;
        if (!slice_consists_of(call->request.body, "-._~%+&=*"))
                return ERR_FIELD_MALFORMED;
        buf_put_string(&location, page);
        buf_put(&location, call->request.body);
        respond_header(call, "Location", buf_slice(&location));
        respond_empty(call, 303);
        return location.failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}

/* --- the pages that anybody may open --- */

/* The script is named after the path; that of "/" is home. Applications may open the pages of the
 * flow in a window of their own and wait for it; for these pages other origins may not keep a
 * window reference. */
enum err page_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct slice name = slice_from(call->request.path, 1);
        struct page page = {.script = name.size ? arena_string(call->arena, name) : "home"};

        (void)session;
        if (!page.script)
                return ERR_OUT_OF_MEMORY;
        respond_header(call, "Cross-Origin-Opener-Policy", SLICE("same-origin"));
        page_respond(api, call, 200, &page);
        return ERR_OK;
}
