/* SPDX-License-Identifier: Apache-2.0
 *
 * The real rate limits with small budgets, and a clock that a test sets.
 */
#pragma once

#include "base/monotonic.h"
#include "core/policy.h"
#include "op_of.h"
#include "os/entropy.h"
#include "os/rate_limits.h"

struct world {
        struct rate_limits *rate_limits;
        struct policy policy;
        struct ports ports;
        int64_t now; /* seconds */
        unsigned wait;
        unsigned n_left_out; /* of the audit trail */
};

static inline void leave_out(void *context)
{
        struct world *world = context;

        world->n_left_out++;
}

static inline int64_t begin(void *context, const struct rate_limit_key *key,
                            const struct rate_limit *rule)
{
        const struct world *world = context;
        struct rate_limit_port port = rate_limits_port(world->rate_limits);

        return port.begin(port.context, key, rule);
}

static inline void end(void *context, const struct digest *what, enum attempt_end end)
{
        const struct world *world = context;
        struct rate_limit_port port = rate_limits_port(world->rate_limits);

        port.end(port.context, what, end);
}

static inline int64_t clock_now(void *context)
{
        return ((const struct world *)context)->now * MONOTONIC_SECOND;
}

static inline void world_begin(struct world *world)
{
        struct rate_limits_options options = rate_limits_options_default(os_entropy());

        options.now = clock_now;
        options.context = world;
        *world = (struct world){.rate_limits = rate_limits_new(&options),
                                .policy = {.login_failures = 100,
                                           .failures_per_address = 20,
                                           .failures_per_client = 30,
                                           .registrations_per_address = 5,
                                           .public_requests_per_address = 3,
                                           .audited_failures = 10},
                                .now = 1000};
        world->ports = (struct ports){.policy = &world->policy,
                                      .rate_limit = {begin, end, leave_out, world}};
}

static inline void world_end(struct world *world)
{
        rate_limits_free(world->rate_limits);
}

#define WORLD(name)                                                                                \
        struct world name CLEANUP(world_end);                                                      \
        world_begin(&name)
