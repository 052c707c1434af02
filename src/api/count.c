/* SPDX-License-Identifier: Apache-2.0
 *
 * What is counted of each response.
 */
#include "api/guard.h"
#include "api/metrics.h"
#include "base/macros.h"
#include "base/metric.h"

/* The rows of METRIC_request_seconds: who may call a route, and none. */
enum caller_row {
        CALLER_OTHER,
        CALLER_ANYBODY,
        CALLER_BROWSER,
        CALLER_PROBE,
        CALLER_APPLICATION,
        CALLER_PERSON,
        CALLER_SERVICE,
};

static const char *const callers[] = {
        [CALLER_OTHER] = "other",
        [CALLER_ANYBODY] = "anybody",
        [CALLER_BROWSER] = "browser",
        [CALLER_PROBE] = "probe",
        [CALLER_APPLICATION] = "application",
        [CALLER_PERSON] = "person",
        [CALLER_SERVICE] = "service",
};

_Static_assert(ARRAY_SIZE(callers) * METRIC_ROW <= METRIC_CELLS, "a histogram for each");

const char *api_caller(size_t row)
{
        return row < ARRAY_SIZE(callers) ? callers[row] : NULL;
}

static enum caller_row caller_of(size_t route)
{
        static const enum caller_row rows[] = {
                [GUARD_PUBLIC] = CALLER_ANYBODY,   [GUARD_PAGE] = CALLER_BROWSER,
                [GUARD_PROBE] = CALLER_PROBE,      [GUARD_CLIENT] = CALLER_APPLICATION,
                [GUARD_ACCOUNT] = CALLER_PERSON,   [GUARD_SESSION] = CALLER_PERSON,
                [GUARD_DEVELOPER] = CALLER_PERSON, [GUARD_OPERATOR] = CALLER_PERSON,
                [GUARD_CHECK] = CALLER_SERVICE,    [GUARD_REVOCATIONS] = CALLER_SERVICE,
        };

        return route ? rows[api_route_guard(route)] : CALLER_OTHER;
}

void api_count(const struct http_call *call, int64_t microseconds)
{
        unsigned class = (unsigned)call->response.status / 100;

        metric_observe_time(METRIC_request_seconds, caller_of(call->route), microseconds);

        metric_count(METRIC_requests_total,
                     call->route * STATUS_CLASSES + (class < STATUS_CLASSES ? class : 0));
}
