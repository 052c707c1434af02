/* SPDX-License-Identifier: Apache-2.0
 *
 * What is counted of each response.
 */
#include "api/guard.h"
#include "api/metrics.h"
#include "base/macros.h"
#include "base/metric.h"

/* The rows of METRIC_request_seconds: who may call a route, and none. */
static const char *const callers[] = {
        [0] = "other",
        [1 + GUARD_PUBLIC] = "anybody",
        [1 + GUARD_PAGE] = "browser",
        [1 + GUARD_PROBE] = "probe",
        [1 + GUARD_CLIENT] = "application",
        [1 + GUARD_SESSION] = "person",
        [1 + GUARD_CHECK] = "service",
};

_Static_assert(ARRAY_SIZE(callers) * METRIC_ROW <= METRIC_CELLS, "a histogram for each");

const char *api_caller(size_t row)
{
        return row < ARRAY_SIZE(callers) ? callers[row] : NULL;
}

/* Both kinds of services are one. */
static size_t caller_row(size_t route)
{
        enum guard guard;

        if (!route)
                return 0;
        guard = api_route_guard(route);
        return 1 + (size_t)(guard == GUARD_REVOCATIONS ? GUARD_CHECK : guard);
}

void api_count(const struct http_call *call, int64_t microseconds)
{
        unsigned class = (unsigned)call->response.status / 100;

        metric_observe_time(METRIC_request_seconds, caller_row(call->route), microseconds);

        metric_count(METRIC_requests_total,
                     call->route * STATUS_CLASSES + (class < STATUS_CLASSES ? class : 0));
}
