/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of a running server: whether it is ready, and its gauges for /metrics.
 */
#pragma once

#include <stdatomic.h>

#include "api/api.h"
#include "node/database_watch.h"
#include "node/node.h"

struct health {
        struct node *node;
        struct engine *const *engine; /* contains NULL until it serves */
        const struct database_watch *database;
        int64_t started_at;      /* unix seconds */
        atomic_bool is_draining; /* it has been told to stop, and still serves */
};

/* The callbacks of struct api; `context` is a struct health. */
bool health_is_ready(void *context, const char **ret_why);
void health_read_gauges(void *context, struct api_gauges *ret);
