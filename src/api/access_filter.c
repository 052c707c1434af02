/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a filter from a query.
 */
#include "api/access_filter.h"

#include "base/macros.h"
#include "core/grants/connected.h"

enum {
        LIMIT_PAGE = 100, /* entries, and pages */
        LIMIT_DATE = 64,
        DAY_SECONDS = 86400,
};
static const int64_t year_10000 = 253402300800;

static const struct field logs_fields[] = {
        {"limit", FIELD_INTEGER, offsetof(struct logs_query, limit), .minimum = 1,
         .maximum = LIMIT_PAGE},
        {"page", FIELD_INTEGER, offsetof(struct logs_query, page), .minimum = 1,
         .maximum = LIMIT_PAGE},
        {"start_date", FIELD_ASCII, offsetof(struct logs_query, start_date), .maximum = LIMIT_DATE},
        {"end_date", FIELD_ASCII, offsetof(struct logs_query, end_date), .maximum = LIMIT_DATE},
        {"status", FIELD_ASCII, offsetof(struct logs_query, status), .maximum = LIMIT_DATE},
        {"client_id", FIELD_UUID, offsetof(struct logs_query, client_id)},
        {"cursor", FIELD_ASCII, offsetof(struct logs_query, cursor), .maximum = LIMIT_DATE},
};

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

/* Reads a day or a time; with `is_end` the next one, since an end includes its day or time. */
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

enum err log_filter_read(struct http_call *call, struct logs_query *ret_query,
                         struct log_filter *ret)
{
        struct logs_query query = {0};
        struct log_filter filter = {.before = {year_10000 * 1000}, .state = -1};

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
