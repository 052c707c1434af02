/* SPDX-License-Identifier: Apache-2.0
 *
 * From the policy to the limits of clean-up.
 */
#include "oauth/upkeep.h"

#include "oauth/policy.h"

enum { JWT_MEMORY = 60 }; /* seconds a used JWT is kept beyond twice the leeway */

struct limits {
        struct instant now;
        int64_t jwt_before;
        struct instant codes_before;
        struct instant audit_before;
};

static struct limits limits_of(const struct ports *ports)
{
        struct instant now = ports->clock.now(ports->clock.context);

        return (struct limits){
                .now = now,
                .jwt_before =
                        instant_seconds(now) - 2 * ports->policy->client_secret_leeway - JWT_MEMORY,
                .codes_before = instant_add_seconds(now, -ports->policy->code_memory),
                .audit_before = instant_add_seconds(now, -ports->policy->audit_retention),
        };
}

enum err upkeep_clean(const struct ports *ports, struct arena *arena, int64_t *ret_n)
{
        struct limits limits = limits_of(ports);

        return ports->store->verbs->cleanup(ports->store, arena, limits.now, limits.jwt_before,
                                            limits.codes_before, limits.audit_before, ret_n);
}

enum err upkeep_waiting(const struct ports *ports, struct arena *arena, int64_t *ret_n)
{
        struct limits limits = limits_of(ports);

        return ports->store->verbs->cleanup_waiting(ports->store, arena, limits.now,
                                                    limits.jwt_before, limits.codes_before,
                                                    limits.audit_before, ret_n);
}
