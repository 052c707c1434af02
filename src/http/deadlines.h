/* SPDX-License-Identifier: Apache-2.0
 *
 * A deadline for every connection, independent of traffic: a client that sends a byte now and then
 * is cut off all the same. The timer checks once a second and shuts down late connections; the
 * library then sees the end of the connection and cleans up.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "base/monotonic.h"
#include "base/timer.h"

struct deadlines;

/* The deadline of one connection, embedded in its state. */
struct deadline {
        struct deadline *next;
        struct deadline **link;
        int socket;
        _Atomic int64_t at; /* of monotonic_now(), or MONOTONIC_NEVER */
};

/* `timer` must outlive it. Return: the list, or NULL with errno set. */
struct deadlines *deadlines_new(struct timer *timer);

/* Every deadline must have been removed. NULL does nothing. */
void deadlines_free(struct deadlines *deadlines);

void deadlines_add(struct deadlines *deadlines, struct deadline *deadline);

/* Call it before the socket is closed: its number may then be reused, and another connection would
 * be shut down. */
void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline);

static inline void deadline_set(struct deadline *deadline, int64_t at)
{
        atomic_store_explicit(&deadline->at, at, memory_order_relaxed);
}
