/* SPDX-License-Identifier: Apache-2.0
 *
 * What is counted at the edge, and the /metrics page.
 */
#pragma once

#include <stddef.h>

#include "api/api.h"
#include "api/guard.h"

/* Cells of METRIC_requests_total: a route's number times STATUS_CLASSES, plus the class of the
 * status. Route 0 is for responses before a route was found. */
enum { STATUS_CLASSES = 6 };

/* Cells of METRIC_rate_limited_total. */
enum {
        LIMITED_ADDRESS,
        LIMITED_CLIENT,
        LIMITED_REGISTRATION,
        LIMITED_START,
        LIMITED_DOCUMENT,
        LIMITED_MAIL
};

size_t api_n_routes(void);

/* "/api/v0/oauth2/token" and "POST"; "other" for route 0. */
const char *api_route_name(size_t route);
const char *api_route_method(size_t route);

/* Who may call it; of a route that there is. */
enum guard api_route_guard(size_t route);

/* The label of a row of METRIC_request_seconds; NULL behind the last. */
const char *api_caller(size_t row);

/* The label of a cell of METRIC_rate_limited_total; NULL behind the last. */
const char *api_limit_name(size_t cell);

/* The label in METRIC_quota_refusals_total of the quota that this outcome refuses; NULL: none.
 */
const char *api_quota_name(enum err error);
