/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of a few slots, chosen by the digest; within a set the slot of the oldest minute goes first.
 * Who floods the table with other things makes it forget, and so is counted low, not high.
 */
#include "os/counters.h"

#include <stdlib.h>

#include "base/lock.h"
#include "base/macros.h"
#include "base/metric.h"

enum { SETS = 4096, SLOTS = 4, MINUTE = 60000 /* ms */ };

struct slot {
        struct digest what;
        int64_t minute;
        uint32_t count;
};

struct counters {
        pthread_mutex_t lock;
        struct slot sets[SETS][SLOTS];
};

/* The slot of `what` in this minute: its own, or the oldest made its own. */
static struct slot *slot_find(struct slot *set, const struct digest *what, int64_t minute)
{
        struct slot *oldest = set;

        for (size_t i = 0; i < SLOTS; i++) {
                if (set[i].minute == minute && digest_equal(&set[i].what, what))
                        return &set[i];
                if (set[i].minute < oldest->minute)
                        oldest = &set[i];
        }
        *oldest = (struct slot){.what = *what, .minute = minute};
        return oldest;
}

static uint32_t counters_count(void *context, const struct digest *what, struct instant now)
{
        struct counters *counters = context;
        size_t set = (what->bytes[0] | (size_t)what->bytes[1] << 8) % SETS;
        struct slot *slot;
        uint32_t count;

        pthread_mutex_lock(&counters->lock);
        slot = slot_find(counters->sets[set], what, now.ms / MINUTE);
        if (slot->count < UINT32_MAX)
                slot->count++;
        count = slot->count;
        pthread_mutex_unlock(&counters->lock);
        return count;
}

static void counters_leave_out(void *context)
{
        (void)context;
        metric_count(METRIC_failures_not_audited_total, 0);
}

struct counters *counters_new(void)
{
        struct counters *counters = calloc(1, sizeof(*counters));

        if (counters)
                lock_init(&counters->lock);
        return counters;
}

void counters_free(struct counters *counters)
{
        if (!counters)
                return;
        pthread_mutex_destroy(&counters->lock);
        free(counters);
}

struct counter_port counters_port(struct counters *counters)
{
        return (struct counter_port){
                .count = counters_count, .leave_out = counters_leave_out, .context = counters};
}
