/* SPDX-License-Identifier: Apache-2.0
 *
 * The latest timeline that a process has seen.
 */
#include "store/postgres/timeline.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct postgres_timeline latest; /* under the lock */

const char timeline_text[] =
        "SELECT system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8) "
        "FROM pg_control_system()";

void timeline_learn(struct postgres_timeline *timeline, const char *system, const char *number)
{
        (void)snprintf(timeline->system, sizeof(timeline->system), "%s", system);
        timeline->number = strtoul(number, NULL, 16);
        pthread_mutex_lock(&lock);
        if (strcmp(latest.system, timeline->system) != 0 || latest.number < timeline->number)
                latest = *timeline;
        pthread_mutex_unlock(&lock);
}

bool timeline_is_over(const struct postgres_timeline *timeline)
{
        bool is_over;

        pthread_mutex_lock(&lock);
        is_over = strcmp(latest.system, timeline->system) == 0 && latest.number > timeline->number;
        pthread_mutex_unlock(&lock);
        return is_over;
}
