/* SPDX-License-Identifier: Apache-2.0
 *
 * What a developer's applications asked for, and the results: docs/protocol/http.md 5.6. Users
 * appear by the id of their account only.
 */
#include "api/access_filter.h"
#include "api/exchange_failures.h"
#include "api/json.h"
#include "api/paging.h"
#include "base/macros.h"
#include "core/grants/connected.h"
#include "http/respond.h"

enum {
        PAGE_DEFAULT = 20,
        TOTAL_MOST = 10000, /* what pages by number can reach */
};

/* --- the list --- */

static json_t *entry_json(const struct history_entry *entry)
{
        json_t *object = json_object();

        json_put(object, "request_id", json_from_uuid(&entry->request_id));
        json_put(object, "client_id", json_from_uuid(&entry->client_id));
        json_put(object, "account_id", json_from_uuid(&entry->account_id));
        json_put(object, "scopes", json_from_scope_text(entry->scope));
        json_put(object, "status", json_string(request_state_text(entry->state)));
        json_put(object, "created_at", json_from_instant(entry->created_at));
        json_put(object, "decided_at", json_from_instant(entry->decided_at));
        json_put(object, "exchanged_at", json_from_instant(entry->exchanged_at));
        return object;
}

/* The total is counted only for clients that page by number; with a cursor only the page is read.
 */
static enum err total_put(struct op *op, const struct log_filter *filter, json_t *object)
{
        struct log_filter counted = *filter;
        struct state_counts states;
        int64_t total = 0;

        counted.most = TOTAL_MOST;
        TRY(store_log_states(op, &counted, &states));
        for (int i = 0; i < REQUEST_STATES; i++)
                if (filter->state < 0 || filter->state == i)
                        total += states.of[i];
        json_put(object, "total", json_integer(total));
        if (states.is_cut)
                json_put(object, "total_truncated", json_true());
        return ERR_OK;
}

static json_t *entries_json(const struct history_list *entries)
{
        json_t *array = json_array();

        for (size_t i = 0; i < entries->n; i++)
                json_append(array, entry_json(&entries->items[i]));
        return array;
}

enum err access_logs_get(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct op op = api_op(api, call, session);
        json_t *object CLEANUP(json_decrefp) = json_object();
        struct history_list entries;
        struct log_query log = {0};
        struct logs_query query;
        int64_t page;

        TRY(log_filter_read(call, &query, &log.filter));
        TRY(cursor_read(call, query.cursor, &log.page.after));
        log.page.limit = query.limit.present ? query.limit.value : PAGE_DEFAULT;
        page = query.page.present ? query.page.value : 1;
        log.offset = (page - 1) * log.page.limit;
        TRY(store_log_list(&op, &log, &entries));
        json_put(object, "items", entries_json(&entries));
        page_put(call, object, log.page.limit, &entries.next);
        if (!query.cursor.size) {
                json_put(object, "page", json_integer(page));
                TRY(total_put(&op, &log.filter, object));
        }
        respond_json(call, 200, take(&object));
        return ERR_OK;
}

/* --- statistics --- */

static json_t *day_json(const struct log_day *day)
{
        struct buf date CLEANUP(buf_deinit) = BUF_LOCAL(64);
        json_t *object = json_object();

        instant_encode(&date, day->at);
        json_put(object, "date",
                 json_from_slice(slice_to(buf_slice(&date), sizeof("2026-01-31") - 1)));
        json_put(object, "exchanges", json_integer(day->n_exchanges));
        json_put(object, "refusals", json_integer(day->n_refusals));
        json_put(object, "failures", json_integer(day->n_failures));
        return object;
}

enum err access_logs_statistics_get(const struct api *api, struct http_call *call,
                                    const struct session *session)
{
        struct op op = api_op(api, call, session);
        json_t *object, *by_status, *by_day, *failures;
        struct state_counts states;
        struct log_day_list days;
        struct logs_query query;
        struct log_filter filter;
        int64_t total = 0;

        TRY(log_filter_read(call, &query, &filter));
        TRY(store_log_states(&op, &filter, &states));
        TRY(store_log_days(&op, &filter, &days));
        TRY(failures_by_reason(&op, &filter, &failures));
        by_status = json_object();
        by_day = json_array();
        for (int i = 0; i < REQUEST_STATES; i++) {
                total += states.of[i];
                json_put(by_status, request_state_text((enum request_state)i),
                         json_integer(states.of[i]));
        }
        for (size_t i = 0; i < days.n; i++)
                json_append(by_day, day_json(&days.items[i]));
        object = json_pack("{s:I, s:o, s:o, s:o}", "total", (json_int_t)total, "by_status",
                           by_status, "by_day", by_day, "failures", failures);
        if (states.is_cut)
                json_put(object, "total_truncated", json_true());
        respond_json(call, 200, object);
        return ERR_OK;
}
