/* SPDX-License-Identifier: Apache-2.0
 *
 * A rate-limit port that never limits, for tests about something else.
 */
#pragma once

#include "core/ports.h"

static inline int64_t quiet_begin(void *context, const struct rate_limit_key *key,
                                  const struct rate_limit *rule)
{
        (void)context;
        (void)key;
        (void)rule;
        return 0;
}

static inline void quiet_end(void *context, const struct digest *what, enum attempt_end end)
{
        (void)context;
        (void)what;
        (void)end;
}

static inline void quiet_leave_out(void *context)
{
        (void)context;
}

#define QUIET_RATE_LIMIT ((struct rate_limit_port){quiet_begin, quiet_end, quiet_leave_out, NULL})
