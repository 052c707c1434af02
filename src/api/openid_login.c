/* SPDX-License-Identifier: Apache-2.0
 *
 * The way to an OpenID Connect provider and back: docs/protocol/http.md 2.2. Where the person
 * wanted to go is no part of it: the page that they left keeps that in its tab.
 */
#include "core/people/openid/openid.h"

#include "api/api.h"
#include "api/browser.h"
#include "base/macros.h"
#include "core/people/openid/ticket.h"
#include "core/people/session.h"
#include "core/policy.h"
#include "http/cookie.h"
#include "http/fields.h"
#include "http/respond.h"

struct return_query {
        struct slice state;
        struct secret code;
        struct slice error;
        struct slice issuer;
};

static const struct field query_fields[] = {
        {"state", FIELD_ASCII, offsetof(struct return_query, state), .maximum = LIMIT_STATE},
        {"code", FIELD_SECRET, offsetof(struct return_query, code), .maximum = LIMIT_STATE},
        {"error", FIELD_TEXT, offsetof(struct return_query, error), .maximum = LIMIT_STATE},
        {"iss", FIELD_TEXT, offsetof(struct return_query, issuer), .maximum = LIMIT_STATE},
};

static struct cookie ticket_cookie(const struct api *api)
{
        return (struct cookie){COOKIE_LOGIN, api->is_https};
}

static enum err provider_of(const struct op *op, const struct http_call *call,
                            const struct openid_provider **ret)
{
        *ret = openid_provider_find(op, call->request.params.values[0]);
        return *ret ? ERR_OK : ERR_NOT_FOUND;
}

static void send_to(struct http_call *call, struct slice url)
{
        respond_header(call, "Location", url);
        respond_header(call, "Referrer-Policy", SLICE("no-referrer"));
        respond_empty(call, 303);
}

enum err openid_begin_get(const struct api *api, struct http_call *call, const struct session *none)
{
        struct op op = api_op(api, call, none);
        const struct openid_provider *provider;
        struct secret ticket;
        struct slice url;

        call->no_store = true;
        TRY(provider_of(&op, call, &provider));
        TRY(openid_begin(&op, provider, &url, &ticket));
        respond_cookie(call, ticket_cookie(api), ticket, TICKET_LIFETIME);
        send_to(call, url);
        return ERR_OK;
}

/* The cookie now says who was logged in: a second factor may be missing, and for ten minutes the
 * person can confirm by it what others confirm with a password. */
static enum err log_in(const struct api *api, struct http_call *call, struct op *op,
                       struct slice subject)
{
        const struct credentials credentials = {
                .method = LOGIN_OPENID, .subject = subject, .browser = browser_known(api, call)};
        struct session made;
        struct secret ticket, token;
        enum err error = session_log_in(op, &credentials, &made, &token);

        if (error != ERR_FACTOR_REQUIRED)
                TRY(error);
        TRY(ticket_prove(op, error == ERR_OK ? PROOF_WHOLE : PROOF_HALF, subject, &ticket));
        respond_cookie(call, ticket_cookie(api), ticket, TICKET_LIFETIME);
        if (error != ERR_OK)
                return ERR_OK;
        respond_cookie(call, (struct cookie){COOKIE_SESSION, api->is_https}, token,
                       api->ports->policy->session_lifetime);
        browser_remember(api, call, credentials.browser);
        return ERR_OK;
}

enum err openid_callback_get(const struct api *api, struct http_call *call,
                             const struct session *none)
{
        struct op op = api_op(api, call, none);
        const struct openid_provider *provider;
        struct return_query query = {0};
        struct secret ticket;
        struct slice subject;
        enum err error;

        call->no_store = true;
        TRY(provider_of(&op, call, &provider));
        TRY(fields_decode_query(call, query_fields, ARRAY_SIZE(query_fields), &query));
        TRY(cookie_read(call, ticket_cookie(api), &ticket));
        error = openid_finish(
                &op, provider,
                &(struct openid_return){ticket, query.state, query.code, query.error, query.issuer},
                &subject);
        if (error == ERR_OK)
                error = log_in(api, call, &op, subject);
        if (error != ERR_OK && error != ERR_PROVIDER_STATE)
                respond_cookie_gone(call, ticket_cookie(api));
        TRY(error);
        send_to(call, SLICE("/login"));
        return ERR_OK;
}
