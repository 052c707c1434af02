/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether another server has taken over. A primary that was paused may continue when its standby
 * has long been promoted. Nobody confirms its writes, but until it is stopped it can be read, and
 * does not know what has been revoked since. A promotion begins a timeline with a higher number, so
 * once any connection of this process has seen that number, connections to servers on a lower one
 * are not used any more.
 */
#pragma once

#include <stdbool.h>

struct postgres_timeline {
        char system[24]; /* which database: the copies of one have the same identifier */
        unsigned long number;
};

/* Asks a primary for both. */
extern const char timeline_text[];

/* Remembers what a server answered, and the highest number of the last database asked. */
void timeline_learn(struct postgres_timeline *timeline, const char *system, const char *number);

/* Whether a server of the same database was seen on a later one. */
bool timeline_is_over(const struct postgres_timeline *timeline);
