/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of the legacy flow: its page exchanges the code, by what it remembers of its link instead
 * of the application's JWT. docs/protocol/http.md 8.2.
 */
#include "api/api.h"
#include "api/browser.h"
#include "api/json.h"
#include "base/macros.h"
#include "base/metric.h"
#include "core/authorize/legacy_link.h"
#include "core/token/exchange.h"
#include "http/fields.h"
#include "http/respond.h"

/* Lives in the call's arena. */
struct integration_call {
        const struct api *api;
        struct http_call *call;
        struct slice link;
        struct client client;
        struct exchange_page page;
        struct exchange_form form;
};

static const struct field token_fields[] = {
        {"link", FIELD_ASCII, offsetof(struct integration_call, link), .flags = FIELD_REQUIRED,
         .maximum = 256},
        {"code", FIELD_SECRET, offsetof(struct integration_call, form.code),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_CODE},
        {"redirect_uri", FIELD_TEXT, offsetof(struct integration_call, form.redirect_uri),
         .flags = FIELD_REQUIRED, .maximum = LIMIT_REDIRECT_URI},
};

static void integration_end(void *context, enum err error, const struct exchange_result *result)
{
        const struct integration_call *end = context;
        json_t *object;

        metric_count(METRIC_exchanges_total, error);
        if (result) {
                object = json_object();
                respond_secret(end->call, object, "access_grant", result->access_grant);
                respond_json(end->call, 200, object);
        } else {
                api_refuse(end->api, end->call, error);
        }
        end->call->finish(end->call);
}

enum err integration_token_post(const struct api *api, struct http_call *call,
                                const struct session *session, enum http_handled *ret_handled)
{
        struct op op = api_op(api, call, session);
        struct integration_call *end = arena_new(call->arena, struct integration_call);
        struct uuid browser;

        if (!end)
                return ERR_OUT_OF_MEMORY;
        *end = (struct integration_call){.api = api, .call = call};
        call->no_store = true;
        TRY(fields_decode_json(call, token_fields, ARRAY_SIZE(token_fields), end));
        TRY(browser_find(api, call, &browser));
        TRY(legacy_link_recall(&op, &browser, end->link, &end->client));
        end->page = (struct exchange_page){&end->client, session->account.id};
        end->form.page = &end->page;
        *ret_handled = HTTP_LATER;
        exchange_code(&op, &end->form, (struct exchange_end){integration_end, end});
        return ERR_OK;
}
