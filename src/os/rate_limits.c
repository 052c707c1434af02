/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash table over a fixed array of entries. Entries with the same memory form a list in the order
 * in which they expire, so that a free entry is found in constant time. A running attempt counts as
 * a failure, so that a caller near the limit cannot run many at once.
 */
#include "os/rate_limits.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/lock.h"
#include "base/macros.h"
#include "base/metric.h"
#include "base/monotonic.h"

enum {
        ENTRIES = 1 << 18,
        LARGEST_SHARE = 4, /* one owner has at most a quarter of the table */
        MEMORIES = 8,      /* different memories of all rules; more share the last list */
        EXPIRED_AT_ONCE = 4,
        FULL_WAIT = 60, /* seconds, if it is unknown when there will be room */
};

/* The first half of a MAC, so that collisions cannot be constructed. */
struct id {
        uint64_t words[2];
};

struct entry {
        struct id id;
        uint32_t count;   /* failures and running attempts */
        uint32_t running; /* of these */
        uint32_t n_owned; /* entries that it owns, directly or indirectly */
        unsigned memory;  /* its list */
        int64_t first;    /* all times are of monotonic_now() */
        int64_t last;
        int64_t forget; /* it no longer counts from then on */
        struct entry *owner;
        LIST_ENTRY(entry) chain; /* of its bucket; of the free ones */
        TAILQ_ENTRY(entry) order;
};

LIST_HEAD(chain, entry);
TAILQ_HEAD(order, entry);

/* Entries that are remembered for the same time, the next to expire first. */
struct memory {
        int64_t length; /* microseconds; 0: not in use */
        struct order order;
};

struct rate_limits {
        pthread_mutex_t lock;
        struct rate_limits_options options;
        struct digest key;
        struct memory memories[MEMORIES];
        struct chain *buckets;
        struct entry *entries;
        struct chain unused; /* were used once */
        uint32_t n_touched;  /* of the array; the rest has never been used */
        uint32_t n_used;
};

/* --- entries --- */

static struct id id_of(const struct rate_limits *limits, const struct digest *what)
{
        struct digest mac;
        struct id id;

        crypto_hmac_sha256(SLICE_ARRAY(limits->key.bytes), SLICE_ARRAY(what->bytes), &mac);
        memcpy(&id, mac.bytes, sizeof(id));
        return id;
}

static struct chain *bucket_of(struct rate_limits *limits, const struct id *id)
{
        return &limits->buckets[id->words[0] % limits->options.n_entries];
}

static struct entry *entry_find(struct rate_limits *limits, const struct digest *what)
{
        struct id id = id_of(limits, what);
        struct entry *entry;

        LIST_FOREACH(entry, bucket_of(limits, &id), chain)
        if (entry->id.words[0] == id.words[0] && entry->id.words[1] == id.words[1])
                return entry;
        return NULL;
}

/* The index of the list for this memory. */
static unsigned memory_index(struct rate_limits *limits, int64_t length)
{
        unsigned i = 0;

        while (i < MEMORIES - 1 && limits->memories[i].length &&
               limits->memories[i].length != length)
                i++;
        if (!limits->memories[i].length)
                limits->memories[i].length = length;
        return i;
}

static void entry_list(struct rate_limits *limits, struct entry *entry, int64_t now, int64_t length)
{
        entry->memory = memory_index(limits, length);
        entry->forget = now + length;
        TAILQ_INSERT_TAIL(&limits->memories[entry->memory].order, entry, order);
}

static void entry_unlist(struct rate_limits *limits, struct entry *entry)
{
        TAILQ_REMOVE(&limits->memories[entry->memory].order, entry, order);
}

static bool entry_is_idle(const struct entry *entry)
{
        return !entry->count && !entry->n_owned;
}

/* Frees an entry that counts nothing, and its owners if they become idle. */
static void entry_free_if_idle(struct rate_limits *limits, struct entry *entry)
{
        while (entry && entry_is_idle(entry)) {
                struct entry *owner = entry->owner;

                for (struct entry *each = owner; each; each = each->owner)
                        each->n_owned--;
                entry_unlist(limits, entry);
                LIST_REMOVE(entry, chain);
                LIST_INSERT_HEAD(&limits->unused, entry, chain);
                limits->n_used--;
                entry = owner;
        }
}

/* Starts a new window, in which only running attempts still count. */
static void entry_restart(struct rate_limits *limits, struct entry *entry, int64_t now)
{
        entry->count = entry->running;
        entry->first = now;
        entry_unlist(limits, entry);
        entry_list(limits, entry, now, limits->memories[entry->memory].length);
}

/* Frees a few at each attempt, more than an attempt uses. */
static void expired_free(struct rate_limits *limits, int64_t now)
{
        for (unsigned i = 0; i < MEMORIES && limits->memories[i].length; i++)
                for (int n = 0; n < EXPIRED_AT_ONCE; n++) {
                        struct entry *oldest = TAILQ_FIRST(&limits->memories[i].order);

                        if (!oldest || oldest->forget > now)
                                break;
                        entry_restart(limits, oldest, now);
                        entry_free_if_idle(limits, oldest); /* unless it runs, or owns others */
                }
}

/* Return: a free entry; NULL: all are in use. */
static struct entry *entry_take(struct rate_limits *limits)
{
        struct entry *entry = LIST_FIRST(&limits->unused);

        if (entry)
                LIST_REMOVE(entry, chain);
        else if (limits->n_touched < limits->options.n_entries)
                entry = &limits->entries[limits->n_touched++];
        return entry;
}

/* --- creating entries --- */

static bool owners_have_room(const struct rate_limits *limits, const struct rate_limit_key *owner,
                             const struct entry *entry)
{
        uint32_t largest = limits->options.n_entries / LARGEST_SHARE;

        for (; owner && entry; owner = owner->owner, entry = entry->owner)
                if (entry->n_owned >= owner->most || entry->n_owned >= largest)
                        return false;
        return true;
}

static struct entry *entry_get(struct rate_limits *limits, const struct rate_limit_key *key,
                               int64_t now, int64_t memory);

/* Return: a new entry that counts nothing yet; NULL: the table or the owner's share is full. */
static struct entry *entry_make(struct rate_limits *limits, const struct rate_limit_key *key,
                                int64_t now, int64_t memory)
{
        struct entry *owner = NULL, *entry = NULL;

        if (key->owner) {
                owner = entry_get(limits, key->owner, now, memory);
                if (!owner)
                        return NULL;
        }
        if (owners_have_room(limits, key->owner, owner))
                entry = entry_take(limits);
        if (!entry) {
                entry_free_if_idle(limits, owner);
                return NULL;
        }
        *entry = (struct entry){.id = id_of(limits, &key->what), .owner = owner};
        for (; owner; owner = owner->owner)
                owner->n_owned++;
        LIST_INSERT_HEAD(bucket_of(limits, &entry->id), entry, chain);
        entry_list(limits, entry, now, memory);
        limits->n_used++;
        return entry;
}

static struct entry *entry_get(struct rate_limits *limits, const struct rate_limit_key *key,
                               int64_t now, int64_t memory)
{
        struct entry *entry = entry_find(limits, &key->what);

        return entry ? entry : entry_make(limits, key, now, memory);
}

/* --- attempts --- */

/* When the next attempt may be made. */
static int64_t next_attempt(const struct entry *entry, const struct rate_limit *rule)
{
        int64_t wait = rule->wait;

        if (entry->count <= rule->free ||
            (entry->count - entry->running <= rule->free && entry->running < rule->parallel))
                return 0;
        if (!wait)
                return entry->first + rule->memory * MONOTONIC_SECOND;
        for (uint32_t i = rule->free + 1; i < entry->count && wait < rule->longest_wait; i++)
                wait *= 2;
        if (wait > rule->longest_wait)
                wait = rule->longest_wait;
        return entry->last + wait * MONOTONIC_SECOND;
}

/* For how many seconds after its last attempt it is remembered. */
static int64_t memory_of(const struct entry *entry, const struct rate_limit *rule)
{
        bool is_free = entry->count <= rule->free && rule->free_memory;

        return is_free ? rule->free_memory : rule->memory;
}

static void entry_count(struct rate_limits *limits, struct entry *entry,
                        const struct rate_limit *rule, int64_t now)
{
        bool is_first = !entry->count;

        entry->count++;
        entry->running++;
        entry->last = now;
        if (is_first)
                entry->first = now;
        if (!is_first && !rule->wait)
                return; /* its window is open already */
        entry_unlist(limits, entry);
        entry_list(limits, entry, now, memory_of(entry, rule) * MONOTONIC_SECOND);
}

static int64_t attempt_begin(struct rate_limits *limits, const struct rate_limit_key *key,
                             const struct rate_limit *rule)
{
        int64_t now = limits->options.now(limits->options.context), next = 0;
        struct entry *entry;

        expired_free(limits, now);
        entry = entry_get(limits, key, now, rule->memory * MONOTONIC_SECOND);
        if (!entry) {
                metric_count(METRIC_rate_limit_table_full_total, 0);
                return FULL_WAIT;
        }
        if (entry->forget <= now)
                entry_restart(limits, entry, now);
        next = next_attempt(entry, rule);
        if (next > now)
                return (next - now - 1) / MONOTONIC_SECOND + 1;
        entry_count(limits, entry, rule, now);
        return 0;
}

static int64_t rate_limits_begin(void *context, const struct rate_limit_key *key,
                                 const struct rate_limit *rule)
{
        struct rate_limits *limits = context;
        int64_t wait;

        pthread_mutex_lock(&limits->lock);
        wait = attempt_begin(limits, key, rule);
        pthread_mutex_unlock(&limits->lock);
        return wait;
}

/* An entry that has expired in the meantime has no running attempts. */
static void entry_end(struct entry *entry, enum attempt_end end)
{
        if (!entry || !entry->running)
                return;
        entry->running--;
        switch (end) {
        case ATTEMPT_FAILED:
                break;
        case ATTEMPT_NONE:
                entry->count--;
                break;
        case ATTEMPT_SUCCEEDED:
                entry->count = entry->running;
                break;
        }
}

static void rate_limits_end(void *context, const struct digest *what, enum attempt_end end)
{
        struct rate_limits *limits = context;
        struct entry *entry;

        pthread_mutex_lock(&limits->lock);
        entry = entry_find(limits, what);
        entry_end(entry, end);
        entry_free_if_idle(limits, entry);
        pthread_mutex_unlock(&limits->lock);
}

static void rate_limits_leave_out(void *context)
{
        (void)context;
        metric_count(METRIC_failures_not_audited_total, 0);
}

/* --- life --- */

static int64_t clock_now(void *context)
{
        (void)context;
        return monotonic_now();
}

struct rate_limits_options rate_limits_options_default(struct entropy_port entropy)
{
        return (struct rate_limits_options){
                .entropy = entropy, .now = clock_now, .n_entries = ENTRIES};
}

/* Zeroed memory is a valid array of empty lists and unused entries. */
struct rate_limits *rate_limits_new(const struct rate_limits_options *options)
{
        struct rate_limits *limits = calloc(1, sizeof(*limits));

        if (!limits)
                return NULL;
        lock_init(&limits->lock);
        limits->options = *options;
        options->entropy.fill(options->entropy.context, &limits->key, sizeof(limits->key));
        for (size_t i = 0; i < MEMORIES; i++)
                TAILQ_INIT(&limits->memories[i].order);
        limits->buckets = calloc(options->n_entries, sizeof(*limits->buckets));
        limits->entries = calloc(options->n_entries, sizeof(*limits->entries));
        if (limits->buckets && limits->entries)
                return limits;
        rate_limits_free(limits);
        errno = ENOMEM;
        return NULL;
}

void rate_limits_free(struct rate_limits *limits)
{
        if (!limits)
                return;
        pthread_mutex_destroy(&limits->lock);
        free(limits->buckets);
        free(limits->entries);
        wipe(&limits->key, sizeof(limits->key));
        free(limits);
}

struct rate_limit_port rate_limits_port(struct rate_limits *limits)
{
        return (struct rate_limit_port){.begin = rate_limits_begin,
                                        .end = rate_limits_end,
                                        .leave_out = rate_limits_leave_out,
                                        .context = limits};
}

uint32_t rate_limits_count(struct rate_limits *limits)
{
        uint32_t n;

        pthread_mutex_lock(&limits->lock);
        n = limits->n_used;
        pthread_mutex_unlock(&limits->lock);
        return n;
}
