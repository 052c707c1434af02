/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization endpoint: docs/protocol/http.md 8.1, oauth.md 1.1. Everything is validated here
 * before anything is shown. The dispatcher shows a handler's error as a page. Opening the page
 * grants nothing and uses nothing up.
 */
#include "api/authorize_params.h"
#include "api/browser.h"
#include "api/flow_pages.h"
#include "api/guard.h"
#include "api/page.h"
#include "api/pushed.h"
#include "base/macros.h"
#include "core/authorize/resource.h"
#include "http/fields.h"
#include "http/respond.h"

static enum err login_look(const struct api *api, struct http_call *call,
                           const struct authorize_params *params, bool *ret_is_good)
{
        struct instant since = authorize_login_after(params);
        struct session session;
        enum err error = guard_session(api, call, &session);

        if (error_is_fault(error))
                return error;
        *ret_is_good = error == ERR_OK && session.authentication.at.ms >= since.ms;
        return ERR_OK;
}

/* What is missing if nothing may be asked. Consent is never remembered, so something always is. */
static enum err without_interaction(bool is_login_good)
{
        return is_login_good ? ERR_CONSENT_REQUIRED : ERR_LOGIN_REQUIRED;
}

/* prompt=login is a log-in from now on. */
static struct login_wish login_wish_of(const struct authorize_params *params, bool is_login_good)
{
        struct login_wish wish = {
                .again = !is_login_good &&
                         (params->max_age.present || params->prompts & PROMPT_LOGIN),
                .choose = (params->prompts & PROMPT_SELECT_ACCOUNT) != 0,
                .hint = params->login_hint,
                .max_age = params->max_age,
        };

        if (params->prompts & PROMPT_LOGIN)
                wish.max_age = (struct field_integer){.present = true};
        return wish;
}

/* --- the request --- */

/* The client, and where the rest is: in the query, or pushed before. */
struct reference {
        struct slice client_id;
        struct slice request_uri;
};

static const struct field reference_fields[] = {
        CLIENT_REF_FIELD(struct reference, client_id),
        {"request_uri", FIELD_ASCII, offsetof(struct reference, request_uri),
         .maximum = LIMIT_REDIRECT_URI, .too_long = ERR_REQUEST_URI},
};

static enum err request_open(const struct api *api, struct http_call *call, struct slice *ret_uri,
                             struct authorize_params *params, struct client *ret)
{
        struct op op = api_op(api, call, NULL);
        struct reference reference = {0};
        struct uuid browser;

        *params = (struct authorize_params){.pairs = call->request.query, .opened_at = op.now};
        TRY(fields_decode_query(call, reference_fields, ARRAY_SIZE(reference_fields), &reference));
        TRY(client_ref_read(call, reference.client_id, &params->form));
        *ret_uri = reference.request_uri;
        if (!reference.request_uri.data)
                return authorize_read_redirect(&op, call, params, ret);
        TRY(browser_know(api, call, &browser));
        return pushed_read(&op, call, &(struct pushed_reference){reference.request_uri, browser},
                           params, ret);
}

enum err authorize_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, NULL);
        struct authorize_params params;
        bool is_login_good = false;
        struct slice request_uri;
        struct client client;
        enum err error;

        (void)session;
        TRY(request_open(api, call, &request_uri, &params, &client));
        error = authorize_read_terms(&op, call, &client, &params);
        if (error == ERR_OK)
                error = resources_check(api->ports->policy, params.resources);
        if (error == ERR_OK)
                error = login_look(api, call, &params, &is_login_good);
        if (error == ERR_OK && (params.prompts & PROMPT_NONE))
                error = without_interaction(is_login_good);
        if (error != ERR_OK)
                return flow_send_back(api, call, &params.form, error);
        return consent_page_respond(api, call,
                                    &(struct consent_page){
                                            .form = &params.form,
                                            .client = &client,
                                            .login = login_wish_of(&params, is_login_good),
                                            .request_uri = request_uri,
                                    });
}

/* The same by POST (RFC 6749 section 3.1): the browser comes back with GET, so that the page can be
 * reloaded, and is read in one way only. */
enum err authorize_post(const struct api *api, struct http_call *call,
                        const struct session *session)
{
        (void)api;
        (void)session;
        return page_post(call, "/oauth2/authorize?");
}
