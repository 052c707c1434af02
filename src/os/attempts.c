/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of a few slots, chosen by the digest; within a set the slot that was used longest ago goes
 * first. An attempt that runs counts as a failure: who has failed too often already cannot have
 * many at once.
 */
#include "os/attempts.h"

#include <stdlib.h>

#include "base/lock.h"
#include "base/macros.h"

enum { SETS = 4096, SLOTS = 4 };

struct slot {
        struct digest what;
        uint32_t count;   /* failures, and those that run; 0: the slot is free */
        uint32_t running; /* of these */
        struct instant first;
        struct instant last;
};

struct attempts {
        pthread_mutex_t lock;
        struct slot sets[SETS][SLOTS];
};

static struct slot *set_of(struct attempts *attempts, const struct digest *what)
{
        return attempts->sets[(what->bytes[0] | (size_t)what->bytes[1] << 8) % SETS];
}

/* Return: the slot of `what`, or NULL. */
static struct slot *slot_find(struct slot *set, const struct digest *what)
{
        for (size_t i = 0; i < SLOTS; i++)
                if (set[i].count && digest_equal(&set[i].what, what))
                        return &set[i];
        return NULL;
}

static struct slot *slot_make(struct slot *set, const struct digest *what, struct instant now)
{
        struct slot *oldest = set;

        for (size_t i = 1; i < SLOTS; i++)
                if (oldest->count && (!set[i].count || set[i].last.ms < oldest->last.ms))
                        oldest = &set[i];
        *oldest = (struct slot){.what = *what, .first = now};
        return oldest;
}

static bool is_forgotten(const struct slot *slot, const struct attempt_rule *rule,
                         struct instant now)
{
        struct instant from = rule->wait ? slot->last : slot->first;

        return now.ms >= instant_add_seconds(from, rule->memory).ms;
}

/* When the next attempt may be made. */
static struct instant next_attempt(const struct slot *slot, const struct attempt_rule *rule)
{
        int64_t wait = rule->wait;

        if (slot->count <= rule->free ||
            (slot->count - slot->running <= rule->free && slot->running < rule->parallel))
                return (struct instant){0};
        if (!wait)
                return instant_add_seconds(slot->first, rule->memory);
        for (uint32_t i = rule->free + 1; i < slot->count && wait < rule->longest_wait; i++)
                wait *= 2;
        return instant_add_seconds(slot->last,
                                   wait < rule->longest_wait ? wait : rule->longest_wait);
}

static int64_t slot_begin(struct slot *set, const struct digest *what,
                          const struct attempt_rule *rule, struct instant now)
{
        struct slot *slot = slot_find(set, what);
        struct instant next = {0};

        if (slot && is_forgotten(slot, rule, now))
                *slot = (struct slot){.what = *what, .first = now};
        if (slot)
                next = next_attempt(slot, rule);
        if (next.ms > now.ms)
                return (next.ms - now.ms + 999) / 1000;
        if (!slot)
                slot = slot_make(set, what, now);
        slot->count++;
        slot->running++;
        slot->last = now;
        return 0;
}

static int64_t attempts_begin(void *context, const struct digest *what,
                              const struct attempt_rule *rule, struct instant now)
{
        struct attempts *attempts = context;
        int64_t wait;

        pthread_mutex_lock(&attempts->lock);
        wait = slot_begin(set_of(attempts, what), what, rule, now);
        pthread_mutex_unlock(&attempts->lock);
        return wait;
}

/* A slot that was forgotten meanwhile has nothing that runs. */
static void slot_end(struct slot *slot, enum attempt_end end)
{
        if (!slot || !slot->running)
                return;
        slot->running--;
        switch (end) {
        case ATTEMPT_FAILED:
                break;
        case ATTEMPT_NONE:
                slot->count--;
                break;
        case ATTEMPT_SUCCEEDED:
                slot->count = slot->running;
                break;
        }
}

static void attempts_end(void *context, const struct digest *what, enum attempt_end end)
{
        struct attempts *attempts = context;

        pthread_mutex_lock(&attempts->lock);
        slot_end(slot_find(set_of(attempts, what), what), end);
        pthread_mutex_unlock(&attempts->lock);
}

struct attempts *attempts_new(void)
{
        struct attempts *attempts = calloc(1, sizeof(*attempts));

        if (attempts)
                lock_init(&attempts->lock);
        return attempts;
}

void attempts_free(struct attempts *attempts)
{
        if (!attempts)
                return;
        pthread_mutex_destroy(&attempts->lock);
        free(attempts);
}

struct attempt_port attempts_port(struct attempts *attempts)
{
        return (struct attempt_port){
                .begin = attempts_begin, .end = attempts_end, .context = attempts};
}
