/* SPDX-License-Identifier: Apache-2.0
 *
 * Ports of limits before which nothing has happened yet, for tests of the core that are about
 * something else.
 */
#pragma once

#include "oauth/ports.h"

static inline uint32_t quiet_count(void *context, const struct digest *what, struct instant now)
{
        (void)context;
        (void)what;
        (void)now;
        return 1;
}

static inline void quiet_leave_out(void *context)
{
        (void)context;
}

static inline int64_t quiet_begin(void *context, const struct digest *what,
                                  const struct attempt_rule *rule, struct instant now)
{
        (void)context;
        (void)what;
        (void)rule;
        (void)now;
        return 0;
}

static inline void quiet_end(void *context, const struct digest *what, enum attempt_end end)
{
        (void)context;
        (void)what;
        (void)end;
}

#define QUIET_COUNTER ((struct counter_port){quiet_count, quiet_leave_out, NULL})
#define QUIET_ATTEMPT ((struct attempt_port){quiet_begin, quiet_end, NULL})
