/* SPDX-License-Identifier: Apache-2.0
 *
 * The time of day and its text forms. os/wall_clock reads it. Deadlines never use it; they use
 * base/monotonic.h.
 */
#pragma once

#include "base/buf.h"

/* Unix milliseconds, UTC. Zero is also used as "never", where a comment says so. */
struct instant {
        int64_t ms;
};

static inline struct instant instant_add_seconds(struct instant instant, int64_t seconds)
{
        return (struct instant){.ms = instant.ms + seconds * 1000};
}

/* Whole unix seconds, rounded down. Instants are never before 1970 here. */
static inline int64_t instant_seconds(struct instant instant)
{
        return instant.ms / 1000;
}

/* RFC 3339, UTC, whole seconds: 2026-01-31T12:00:00Z. Years 1970 to 9999; later ones fail the buf.
 */
void instant_encode(struct buf *out, struct instant instant);

/* RFC 3339 with any zone and up to nine digits of a second: 2026-01-31T12:00:00.5+01:00; years 1970
 * to 9999. Return: false for anything else, 23:59:60 too. */
bool time_decode(struct slice text, int64_t *ret_seconds, int32_t *ret_nanos);

/* 2026-01-31, midnight UTC. Return: false for anything else. */
bool date_decode(struct slice text, int64_t *ret_seconds);
