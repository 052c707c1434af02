/* SPDX-License-Identifier: Apache-2.0
 *
 * The limits of cleanup, from the policy.
 */
#include "core/upkeep/cleanup.h"

#include "core/policy.h"

enum { JWT_MEMORY = 60 }; /* seconds a used JWT is kept in addition to twice the leeway */

static struct cleanup_limits limits_of(struct op *op)
{
        const struct policy *policy = op->ports->policy;

        return (struct cleanup_limits){
                .jwt_before =
                        instant_seconds(op->now) - 2 * policy->client_secret_leeway - JWT_MEMORY,
                .codes_before = instant_add_seconds(op->now, -policy->code_memory),
                .audit_before = instant_add_seconds(op->now, -policy->audit_retention),
                .requests_before = instant_add_seconds(op->now, -policy->request_retention),
                .grants_before = instant_add_seconds(op->now, -policy->grant_retention),
        };
}

enum err upkeep_clean(struct op *op, int64_t *ret_n)
{
        struct cleanup_limits limits = limits_of(op);

        return store_cleanup(op, &limits, ret_n);
}

enum err upkeep_count(struct op *op, bool *ret_has_more)
{
        return store_events_count(op, ret_has_more);
}

enum err upkeep_waiting(struct op *op, int64_t *ret_n)
{
        struct cleanup_limits limits = limits_of(op);

        return store_cleanup_waiting(op, &limits, ret_n);
}
