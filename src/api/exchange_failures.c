/* SPDX-License-Identifier: Apache-2.0
 *
 * What the exchanges of a developer's applications were refused for: docs/protocol/http.md 5.6.
 */
#include "api/exchange_failures.h"

#include <ctype.h>

#include "api/access_filter.h"
#include "api/json.h"
#include "api/paging.h"
#include "api/vocabulary.h"
#include "base/macros.h"
#include "http/respond.h"

enum { PAGE_DEFAULT = 20, LIMIT_REASON = 64 };

static const struct slice prefix = {(const uint8_t *)"ERR_", 4};

/* "ERR_CODE_USED" as "code_used", NUL-terminated. */
static void reason_write(struct slice outcome, char ret[LIMIT_REASON])
{
        struct slice name =
                slice_starts_with(outcome, prefix) ? slice_from(outcome, prefix.size) : outcome;
        size_t n = 0;

        for (; n < name.size && n < LIMIT_REASON - 1; n++)
                ret[n] = (char)tolower(name.data[n]);
        ret[n] = 0;
}

static json_t *failure_json(const struct exchange_failure *failure)
{
        json_t *object = json_object();
        enum err error = ERR_OK;
        char reason[LIMIT_REASON];

        reason_write(failure->outcome, reason);
        json_put(object, "at", json_from_instant(failure->at));
        json_put(object, "request_id", json_from_slice(failure->request_id));
        json_put(object, "error",
                 error_find(failure->outcome, &error)
                         ? json_string(vocabulary_word(&vocabulary_grantd, error)->code)
                         : json_null());
        json_put(object, "reason", json_string(reason));
        json_put(object, "error_description", json_from_outcome(failure->outcome));
        return object;
}

enum err failures_by_reason(struct op *op, const struct log_filter *filter, json_t **ret)
{
        struct failure_reason_list reasons;
        char reason[LIMIT_REASON];

        TRY(store_failure_reasons(op, filter, &reasons));
        *ret = json_object();
        for (size_t i = 0; i < reasons.n; i++) {
                reason_write(reasons.items[i].outcome, reason);
                json_put(*ret, reason, json_integer(reasons.items[i].n));
        }
        return ERR_OK;
}

enum err access_logs_failures_get(const struct api *api, struct http_call *call,
                                  const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct exchange_failure_query wanted = {0};
        struct exchange_failure_list failures;
        struct logs_query query;
        json_t *object, *items;

        TRY(log_filter_read(call, &query, &wanted.filter));
        if (!query.client_id.present) {
                call->problem_field = "client_id";
                return ERR_FIELD_MISSING;
        }
        TRY(cursor_read(call, query.cursor, &wanted.page.after));
        wanted.page.limit = query.limit.present ? query.limit.value : PAGE_DEFAULT;
        TRY(store_failure_list(&op, &wanted, &failures));
        items = json_array();
        for (size_t i = 0; i < failures.n; i++)
                json_append(items, failure_json(&failures.items[i]));
        object = json_object();
        json_put(object, "items", items);
        page_put(call, object, wanted.page.limit, &failures.next);
        respond_json(call, 200, object);
        return ERR_OK;
}
