/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash table over a fixed array of entries. Those of one memory form a list in the order in which
 * they expire, so that a free entry is found in constant time. An attempt that runs counts as a
 * failure: who has failed too often already cannot have many at once.
 */
#include "os/attempts.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/lock.h"
#include "base/macros.h"
#include "base/metric.h"
#include "os/wall_clock.h"

enum {
        ENTRIES = 1 << 18,
        LARGEST_SHARE = 4, /* nobody owns more than a quarter of the table */
        MEMORIES = 8,      /* different ones of all rules; more share the last list */
        EXPIRED_AT_ONCE = 4,
        FULL_WAIT = 60, /* seconds, where it is not known when there will be room */
};

/* The first half of a MAC: nobody can make two of them agree. */
struct id {
        uint64_t words[2];
};

struct entry {
        struct id id;
        uint32_t count;   /* failures, and those that run */
        uint32_t running; /* of these */
        uint32_t n_owned; /* entries that it owns, and that these own, and so on */
        unsigned memory;  /* its list */
        int64_t first;    /* all times in ms of the uptime */
        int64_t last;
        int64_t forget; /* from then on it does not count */
        struct entry *owner;
        LIST_ENTRY(entry) chain; /* of its bucket; of the free ones */
        TAILQ_ENTRY(entry) order;
};

LIST_HEAD(chain, entry);
TAILQ_HEAD(order, entry);

/* Entries that are remembered for the same time, the next to expire first. */
struct memory {
        int64_t ms; /* 0: not in use */
        struct order order;
};

struct attempts {
        pthread_mutex_t lock;
        struct attempts_options options;
        struct digest key;
        struct memory memories[MEMORIES];
        struct chain *buckets;
        struct entry *entries;
        struct chain unused; /* were used once */
        uint32_t n_touched;  /* of the array; behind them nothing was used yet */
        uint32_t n_used;
};

/* --- entries --- */

static struct id id_of(const struct attempts *attempts, const struct digest *what)
{
        struct digest mac;
        struct id id;

        crypto_hmac_sha256(SLICE_ARRAY(attempts->key.bytes), SLICE_ARRAY(what->bytes), &mac);
        memcpy(&id, mac.bytes, sizeof(id));
        return id;
}

static struct chain *bucket_of(struct attempts *attempts, const struct id *id)
{
        return &attempts->buckets[id->words[0] % attempts->options.n_entries];
}

static struct entry *entry_find(struct attempts *attempts, const struct digest *what)
{
        struct id id = id_of(attempts, what);
        struct entry *entry;

        LIST_FOREACH(entry, bucket_of(attempts, &id), chain)
        if (entry->id.words[0] == id.words[0] && entry->id.words[1] == id.words[1])
                return entry;
        return NULL;
}

/* The index of the list for this memory. */
static unsigned memory_index(struct attempts *attempts, int64_t ms)
{
        unsigned i = 0;

        while (i < MEMORIES - 1 && attempts->memories[i].ms && attempts->memories[i].ms != ms)
                i++;
        if (!attempts->memories[i].ms)
                attempts->memories[i].ms = ms;
        return i;
}

static void entry_list(struct attempts *attempts, struct entry *entry, int64_t now, int64_t ms)
{
        entry->memory = memory_index(attempts, ms);
        entry->forget = now + ms;
        TAILQ_INSERT_TAIL(&attempts->memories[entry->memory].order, entry, order);
}

static void entry_unlist(struct attempts *attempts, struct entry *entry)
{
        TAILQ_REMOVE(&attempts->memories[entry->memory].order, entry, order);
}

static bool entry_is_idle(const struct entry *entry)
{
        return !entry->count && !entry->n_owned;
}

/* Frees an entry that counts nothing, and its owners if they are idle then. */
static void entry_free_if_idle(struct attempts *attempts, struct entry *entry)
{
        while (entry && entry_is_idle(entry)) {
                struct entry *owner = entry->owner;

                for (struct entry *each = owner; each; each = each->owner)
                        each->n_owned--;
                entry_unlist(attempts, entry);
                LIST_REMOVE(entry, chain);
                LIST_INSERT_HEAD(&attempts->unused, entry, chain);
                attempts->n_used--;
                entry = owner;
        }
}

/* A new window: only what runs goes on counting. */
static void entry_restart(struct attempts *attempts, struct entry *entry, int64_t now)
{
        entry->count = entry->running;
        entry->first = now;
        entry_unlist(attempts, entry);
        entry_list(attempts, entry, now, attempts->memories[entry->memory].ms);
}

/* A few at each attempt, which is more than it uses. */
static void expired_free(struct attempts *attempts, int64_t now)
{
        for (unsigned i = 0; i < MEMORIES && attempts->memories[i].ms; i++)
                for (int n = 0; n < EXPIRED_AT_ONCE; n++) {
                        struct entry *oldest = TAILQ_FIRST(&attempts->memories[i].order);

                        if (!oldest || oldest->forget > now)
                                break;
                        entry_restart(attempts, oldest, now);
                        entry_free_if_idle(attempts, oldest); /* unless it runs, or owns others */
                }
}

/* Return: an entry that nobody uses, or NULL: all of them count. */
static struct entry *entry_take(struct attempts *attempts)
{
        struct entry *entry = LIST_FIRST(&attempts->unused);

        if (entry)
                LIST_REMOVE(entry, chain);
        else if (attempts->n_touched < attempts->options.n_entries)
                entry = &attempts->entries[attempts->n_touched++];
        return entry;
}

/* --- making entries --- */

static bool owners_have_room(const struct attempts *attempts, const struct counted *owner,
                             const struct entry *entry)
{
        uint32_t largest = attempts->options.n_entries / LARGEST_SHARE;

        for (; owner && entry; owner = owner->owner, entry = entry->owner)
                if (entry->n_owned >= owner->most || entry->n_owned >= largest)
                        return false;
        return true;
}

static struct entry *entry_get(struct attempts *attempts, const struct counted *counted,
                               int64_t now, int64_t memory);

/* Return: a new entry, counting nothing yet; NULL: there is no room, or the owner has its share. */
static struct entry *entry_make(struct attempts *attempts, const struct counted *counted,
                                int64_t now, int64_t memory)
{
        struct entry *owner = NULL, *entry = NULL;

        if (counted->owner) {
                owner = entry_get(attempts, counted->owner, now, memory);
                if (!owner)
                        return NULL;
        }
        if (owners_have_room(attempts, counted->owner, owner))
                entry = entry_take(attempts);
        if (!entry) {
                entry_free_if_idle(attempts, owner);
                return NULL;
        }
        *entry = (struct entry){.id = id_of(attempts, &counted->what), .owner = owner};
        for (; owner; owner = owner->owner)
                owner->n_owned++;
        LIST_INSERT_HEAD(bucket_of(attempts, &entry->id), entry, chain);
        entry_list(attempts, entry, now, memory);
        attempts->n_used++;
        return entry;
}

static struct entry *entry_get(struct attempts *attempts, const struct counted *counted,
                               int64_t now, int64_t memory)
{
        struct entry *entry = entry_find(attempts, &counted->what);

        return entry ? entry : entry_make(attempts, counted, now, memory);
}

/* --- attempts --- */

static int64_t later(int64_t ms, int64_t seconds)
{
        return ms + seconds * 1000;
}

/* When the next attempt may be made. */
static int64_t next_attempt(const struct entry *entry, const struct attempt_rule *rule)
{
        int64_t wait = rule->wait;

        if (entry->count <= rule->free ||
            (entry->count - entry->running <= rule->free && entry->running < rule->parallel))
                return 0;
        if (!wait)
                return later(entry->first, rule->memory);
        for (uint32_t i = rule->free + 1; i < entry->count && wait < rule->longest_wait; i++)
                wait *= 2;
        return later(entry->last, wait < rule->longest_wait ? wait : rule->longest_wait);
}

/* For how many seconds from its last attempt it is remembered. */
static int64_t memory_of(const struct entry *entry, const struct attempt_rule *rule)
{
        bool is_free = entry->count <= rule->free && rule->free_memory;

        return is_free ? rule->free_memory : rule->memory;
}

static void entry_count(struct attempts *attempts, struct entry *entry,
                        const struct attempt_rule *rule, int64_t now)
{
        bool is_first = !entry->count;

        entry->count++;
        entry->running++;
        entry->last = now;
        if (is_first)
                entry->first = now;
        if (!is_first && !rule->wait)
                return; /* its window is open already */
        entry_unlist(attempts, entry);
        entry_list(attempts, entry, now, memory_of(entry, rule) * 1000);
}

static int64_t attempt_begin(struct attempts *attempts, const struct counted *counted,
                             const struct attempt_rule *rule)
{
        int64_t now = attempts->options.uptime_ms(attempts->options.context), next = 0;
        struct entry *entry;

        expired_free(attempts, now);
        entry = entry_get(attempts, counted, now, rule->memory * 1000);
        if (!entry) {
                metric_count(METRIC_attempts_without_room_total, 0);
                return FULL_WAIT;
        }
        if (entry->forget <= now)
                entry_restart(attempts, entry, now);
        next = next_attempt(entry, rule);
        if (next > now)
                return (next - now + 999) / 1000;
        entry_count(attempts, entry, rule, now);
        return 0;
}

static int64_t attempts_begin(void *context, const struct counted *counted,
                              const struct attempt_rule *rule)
{
        struct attempts *attempts = context;
        int64_t wait;

        pthread_mutex_lock(&attempts->lock);
        wait = attempt_begin(attempts, counted, rule);
        pthread_mutex_unlock(&attempts->lock);
        return wait;
}

/* What was forgotten meanwhile has nothing that runs. */
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

static void attempts_end(void *context, const struct digest *what, enum attempt_end end)
{
        struct attempts *attempts = context;
        struct entry *entry;

        pthread_mutex_lock(&attempts->lock);
        entry = entry_find(attempts, what);
        entry_end(entry, end);
        entry_free_if_idle(attempts, entry);
        pthread_mutex_unlock(&attempts->lock);
}

static void attempts_leave_out(void *context)
{
        (void)context;
        metric_count(METRIC_failures_not_audited_total, 0);
}

/* --- life --- */

static int64_t uptime_ms(void *context)
{
        (void)context;
        return os_uptime_ms();
}

struct attempts_options attempts_options_default(struct entropy_port entropy)
{
        return (struct attempts_options){
                .entropy = entropy, .uptime_ms = uptime_ms, .n_entries = ENTRIES};
}

/* Memory of zeros is an array of empty lists and unused entries. */
struct attempts *attempts_new(const struct attempts_options *options)
{
        struct attempts *attempts = calloc(1, sizeof(*attempts));

        if (!attempts)
                return NULL;
        lock_init(&attempts->lock);
        attempts->options = *options;
        options->entropy.fill(options->entropy.context, &attempts->key, sizeof(attempts->key));
        for (size_t i = 0; i < MEMORIES; i++)
                TAILQ_INIT(&attempts->memories[i].order);
        attempts->buckets = calloc(options->n_entries, sizeof(*attempts->buckets));
        attempts->entries = calloc(options->n_entries, sizeof(*attempts->entries));
        if (attempts->buckets && attempts->entries)
                return attempts;
        attempts_free(attempts);
        errno = ENOMEM;
        return NULL;
}

void attempts_free(struct attempts *attempts)
{
        if (!attempts)
                return;
        pthread_mutex_destroy(&attempts->lock);
        free(attempts->buckets);
        free(attempts->entries);
        wipe(&attempts->key, sizeof(attempts->key));
        free(attempts);
}

struct attempt_port attempts_port(struct attempts *attempts)
{
        return (struct attempt_port){.begin = attempts_begin,
                                     .end = attempts_end,
                                     .leave_out = attempts_leave_out,
                                     .context = attempts};
}

uint32_t attempts_count(struct attempts *attempts)
{
        uint32_t n;

        pthread_mutex_lock(&attempts->lock);
        n = attempts->n_used;
        pthread_mutex_unlock(&attempts->lock);
        return n;
}
