/* SPDX-License-Identifier: Apache-2.0
 *
 * From the policy to the limits of clean-up.
 */
#include "oauth/upkeep.h"

#include "oauth/policy.h"

enum { JWT_MEMORY = 60 }; /* seconds a used JWT is kept beyond twice the leeway */

static struct cleanup_limits limits_of(const struct ports *ports)
{
        struct instant now = ports->clock.now(ports->clock.context);
        const struct policy *policy = ports->policy;

        return (struct cleanup_limits){
                .now = now,
                .jwt_before = instant_seconds(now) - 2 * policy->client_secret_leeway - JWT_MEMORY,
                .codes_before = instant_add_seconds(now, -policy->code_memory),
                .audit_before = instant_add_seconds(now, -policy->audit_retention),
                .requests_before = instant_add_seconds(now, -policy->request_retention),
                .grants_before = instant_add_seconds(now, -policy->grant_retention),
        };
}

enum err upkeep_clean(const struct ports *ports, struct arena *arena, int64_t *ret_n)
{
        struct cleanup_limits limits = limits_of(ports);

        return ports->store->verbs->cleanup(ports->store, arena, &limits, ret_n);
}

enum err upkeep_waiting(const struct ports *ports, struct arena *arena, int64_t *ret_n)
{
        struct cleanup_limits limits = limits_of(ports);

        return ports->store->verbs->cleanup_waiting(ports->store, arena, &limits, ret_n);
}
