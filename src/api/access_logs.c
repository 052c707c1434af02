/* SPDX-License-Identifier: Apache-2.0
 *
 * What a developer's applications asked for and what became of it: contract section 5.6. Users
 * appear by the id of their account only.
 */
#include "api/api.h"
#include "api/json.h"
#include "base/macros.h"
#include "http/csv.h"
#include "http/respond.h"
#include "oauth/connected.h"

enum {
        LIMIT_PAGE = 100, /* entries, and pages */
        PAGE_DEFAULT = 20,
        LIMIT_DATE = 64,
        LIMIT_EXPORT = 10000, /* entries; the newest */
        DAY_SECONDS = 86400,
};
static const int64_t year_10000 = 253402300800;

struct logs_query {
        struct field_integer limit;
        struct field_integer page;
        struct slice start_date;
        struct slice end_date;
        struct slice status;
        struct field_uuid client_id;
};

static const struct field logs_fields[] = {
        {"limit", FIELD_INTEGER, offsetof(struct logs_query, limit), .minimum = 1,
         .maximum = LIMIT_PAGE},
        {"page", FIELD_INTEGER, offsetof(struct logs_query, page), .minimum = 1,
         .maximum = LIMIT_PAGE},
        {"start_date", FIELD_ASCII, offsetof(struct logs_query, start_date), .maximum = LIMIT_DATE},
        {"end_date", FIELD_ASCII, offsetof(struct logs_query, end_date), .maximum = LIMIT_DATE},
        {"status", FIELD_ASCII, offsetof(struct logs_query, status), .maximum = LIMIT_DATE},
        {"client_id", FIELD_UUID, offsetof(struct logs_query, client_id)},
};

/* --- the filter --- */

static enum err problem(struct http_call *call, const char *field)
{
        call->problem_field = field;
        return ERR_FIELD_MALFORMED;
}

static bool state_read(struct slice text, int *ret)
{
        for (int i = 0; i < REQUEST_STATES; i++)
                if (slice_equal(text,
                                slice_from_string(request_state_text((enum request_state)i)))) {
                        *ret = i;
                        return true;
                }
        return false;
}

/* A day or a time; `is_end`: what follows it, as an end includes its day or time. */
static bool instant_read(struct slice text, bool is_end, struct instant *ret)
{
        int64_t seconds;
        int32_t nanos;

        if (date_decode(text, &seconds)) {
                ret->ms = (seconds + (is_end ? DAY_SECONDS : 0)) * 1000;
                return true;
        }
        if (!time_decode(text, &seconds, &nanos))
                return false;
        ret->ms = seconds * 1000 + nanos / 1000000 + is_end;
        return true;
}

static enum err filter_read(const struct api *api, struct http_call *call,
                            const struct session *session, struct logs_query *ret_query,
                            struct log_filter *ret)
{
        struct logs_query query = {0};
        struct log_filter filter = {
                .account_id = session->account.id,
                .now = api->ports->clock.now(api->ports->clock.context),
                .before = {year_10000 * 1000},
                .state = -1,
        };

        TRY(fields_decode_query(call, logs_fields, ARRAY_SIZE(logs_fields), &query));
        if (query.start_date.data && !instant_read(query.start_date, false, &filter.from))
                return problem(call, "start_date");
        if (query.end_date.data && !instant_read(query.end_date, true, &filter.before))
                return problem(call, "end_date");
        if (query.status.data && !state_read(query.status, &filter.state))
                return problem(call, "status");
        if (query.client_id.present)
                filter.client_id = query.client_id.value;
        *ret_query = query;
        *ret = filter;
        return ERR_OK;
}

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

enum err access_logs_get(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct store *store = api->ports->store;
        struct history_entry *entries;
        struct logs_query query;
        struct log_filter filter;
        int64_t limit, page, total = 0;
        json_t *array;
        size_t n = 0;

        TRY(filter_read(api, call, session, &query, &filter));
        limit = query.limit.present ? query.limit.value : PAGE_DEFAULT;
        page = query.page.present ? query.page.value : 1;
        TRY(store->verbs->log_list(store, call->arena, &filter, limit, (page - 1) * limit, &entries,
                                   &n, &total));
        array = json_array();
        for (size_t i = 0; i < n; i++)
                json_append(array, entry_json(&entries[i]));
        respond_json(call, 200,
                     json_pack("{s:o, s:I, s:I, s:I}", "items", array, "page", (json_int_t)page,
                               "limit", (json_int_t)limit, "total", (json_int_t)total));
        return ERR_OK;
}

/* --- statistics --- */

static json_t *day_json(const struct log_day *day)
{
        struct buf date CLEANUP(buf_deinit) = BUF_INIT(64);
        json_t *object = json_object();

        instant_encode(&date, day->at);
        json_put(object, "date",
                 json_from_slice(slice_to(buf_slice(&date), sizeof("2026-01-31") - 1)));
        json_put(object, "exchanges", json_integer(day->n_exchanges));
        json_put(object, "refusals", json_integer(day->n_refusals));
        return object;
}

enum err access_logs_statistics_get(const struct api *api, struct http_call *call,
                                    const struct session *session)
{
        struct store *store = api->ports->store;
        json_t *by_status, *by_day;
        int64_t states[REQUEST_STATES], total = 0;
        struct logs_query query;
        struct log_filter filter;
        struct log_day *days;
        size_t n = 0;

        TRY(filter_read(api, call, session, &query, &filter));
        TRY(store->verbs->log_count(store, call->arena, &filter, states, &days, &n));
        by_status = json_object();
        by_day = json_array();
        for (int i = 0; i < REQUEST_STATES; i++) {
                total += states[i];
                json_put(by_status, request_state_text((enum request_state)i),
                         json_integer(states[i]));
        }
        for (size_t i = 0; i < n; i++)
                json_append(by_day, day_json(&days[i]));
        respond_json(call, 200,
                     json_pack("{s:I, s:o, s:o}", "total", (json_int_t)total, "by_status",
                               by_status, "by_day", by_day));
        return ERR_OK;
}

/* --- export --- */

static void uuid_cell(struct buf *out, const struct uuid *uuid)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(64);

        uuid_encode(&text, uuid);
        csv_cell(out, buf_slice(&text), false);
}

static void instant_cell(struct buf *out, struct instant instant, bool is_last)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(64);

        if (instant.ms)
                instant_encode(&text, instant);
        csv_cell(out, buf_slice(&text), is_last);
}

static void entry_line(struct buf *out, const struct history_entry *entry)
{
        uuid_cell(out, &entry->request_id);
        uuid_cell(out, &entry->client_id);
        uuid_cell(out, &entry->account_id);
        csv_cell(out, entry->scope, false);
        csv_cell(out, slice_from_string(request_state_text(entry->state)), false);
        instant_cell(out, entry->created_at, false);
        instant_cell(out, entry->decided_at, false);
        instant_cell(out, entry->exchanged_at, true);
}

enum err access_logs_export_get(const struct api *api, struct http_call *call,
                                const struct session *session)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(HTTP_RESPONSE_MAXIMUM);
        struct store *store = api->ports->store;
        struct history_entry *entries;
        struct logs_query query;
        struct log_filter filter;
        int64_t total = 0;
        size_t n = 0;

        TRY(filter_read(api, call, session, &query, &filter));
        TRY(store->verbs->log_list(store, call->arena, &filter, LIMIT_EXPORT, 0, &entries, &n,
                                   &total));
        buf_put_string(&text, "request_id,client_id,account_id,scopes,status,created_at,decided_at,"
                              "exchanged_at\r\n");
        for (size_t i = 0; i < n; i++)
                entry_line(&text, &entries[i]);
        if (text.failed)
                return ERR_INTERNAL;
        respond_header(call, "Content-Disposition",
                       SLICE("attachment; filename=\"access-logs.csv\""));
        respond_text(call, 200, "text/csv; charset=utf-8", buf_slice(&text));
        return ERR_OK;
}
