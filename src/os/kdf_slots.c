/* SPDX-License-Identifier: Apache-2.0
 *
 * Places, slots and memories. A place is a promise, a slot is a thread, a memory is what it works
 * in. Slots serve first come, first served, and yield the processor to whatever takes less long.
 */
#include "os/kdf_slots.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "base/event.h"
#include "base/macros.h"
#include "base/wait.h"
#include "http/workers.h"
#include "os/slot_gate.h"
#include "os/wall_clock.h"

enum {
        LIMIT_WAITING = 256,    /* places beyond the slots */
        MEAN_FIRST_US = 100000, /* assumed before the first derivation */
        MEAN_WEIGHT = 8,        /* the newest counts one eighth */
};

struct idle_memory {
        void *memory;
        int64_t since_ms;
};

struct kdf_slots {
        struct kdf_options options;
        struct workers *threads;
        struct slot_gate gate;
        pthread_mutex_t lock;
        unsigned n_places; /* taken */
        uint64_t n_derived, n_refused;
        int64_t mean_us;
        bool has_measured;
        unsigned n_kept; /* memories, in use or idle */
        unsigned n_idle;
        pthread_t keeper; /* gives idle memory back */
        pthread_cond_t keeper_wake;
        bool is_stopping;
        struct idle_memory idle[]; /* n_slots; a stack, so the oldest is at the bottom */
};

/* --- memories --- */

/* Large pages where there are some: the derivation jumps about in all of it. */
static void *memory_new(size_t size)
{
        void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (memory == MAP_FAILED)
                return NULL;
        (void)madvise(memory, size, MADV_HUGEPAGE);
        (void)madvise(memory, size, MADV_DONTDUMP);
        return memory;
}

/* The one used last, whose pages are the warmest. */
static void *memory_take(struct kdf_slots *slots)
{
        void *memory = NULL;

        (void)pthread_mutex_lock(&slots->lock);
        if (slots->n_idle)
                memory = slots->idle[--slots->n_idle].memory;
        else
                slots->n_kept++;
        (void)pthread_mutex_unlock(&slots->lock);
        if (memory)
                return memory;
        memory = memory_new(slots->options.memory_size);
        if (memory)
                return memory;
        (void)pthread_mutex_lock(&slots->lock);
        slots->n_kept--;
        (void)pthread_mutex_unlock(&slots->lock);
        return NULL;
}

static void memory_give(struct kdf_slots *slots, void *memory)
{
        (void)pthread_mutex_lock(&slots->lock);
        slots->idle[slots->n_idle++] =
                (struct idle_memory){.memory = memory, .since_ms = os_uptime_ms()};
        (void)pthread_cond_signal(&slots->keeper_wake);
        (void)pthread_mutex_unlock(&slots->lock);
}

/* Called with the lock held. */
static void oldest_give_back(struct kdf_slots *slots)
{
        void *memory = slots->idle[0].memory;

        slots->n_idle--;
        slots->n_kept--;
        memmove(&slots->idle[0], &slots->idle[1], slots->n_idle * sizeof(slots->idle[0]));
        (void)munmap(memory, slots->options.memory_size);
}

static void keeper_wait_until(struct kdf_slots *slots, int64_t ms)
{
        struct timespec until = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

        (void)pthread_cond_timedwait(&slots->keeper_wake, &slots->lock, &until);
}

static void *keeper_main(void *context)
{
        struct kdf_slots *slots = context;

        (void)pthread_mutex_lock(&slots->lock);
        while (!slots->is_stopping) {
                int64_t due;

                if (!slots->n_idle) {
                        (void)pthread_cond_wait(&slots->keeper_wake, &slots->lock);
                        continue;
                }
                due = slots->idle[0].since_ms + slots->options.idle_ms;
                if (due <= os_uptime_ms())
                        oldest_give_back(slots);
                else
                        keeper_wait_until(slots, due);
        }
        (void)pthread_mutex_unlock(&slots->lock);
        return NULL;
}

/* --- places --- */

/* Called with the lock held. */
static unsigned places_allowed(struct kdf_slots *slots)
{
        unsigned n_slots = slot_gate_width(&slots->gate);
        int64_t waiting = slots->options.max_wait_ms * 1000 * n_slots /
                          (slots->mean_us > 0 ? slots->mean_us : 1);

        return n_slots + (unsigned)(waiting < LIMIT_WAITING ? waiting : LIMIT_WAITING);
}

static enum err slots_reserve(void *context)
{
        struct kdf_slots *slots = context;
        bool is_free;

        (void)pthread_mutex_lock(&slots->lock);
        is_free = slots->n_places < places_allowed(slots);
        slots->n_places += is_free;
        slots->n_refused += !is_free;
        (void)pthread_mutex_unlock(&slots->lock);
        return is_free ? ERR_OK : ERR_BUSY;
}

static void slots_release(void *context)
{
        struct kdf_slots *slots = context;

        (void)pthread_mutex_lock(&slots->lock);
        slots->n_places--;
        (void)pthread_mutex_unlock(&slots->lock);
}

/* --- deriving --- */

static int64_t now_us(clockid_t clock)
{
        struct timespec now;

        (void)clock_gettime(clock, &now);
        return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void mean_update(struct kdf_slots *slots, int64_t took_us)
{
        (void)pthread_mutex_lock(&slots->lock);
        slots->mean_us = slots->has_measured
                                 ? slots->mean_us + (took_us - slots->mean_us) / MEAN_WEIGHT
                                 : took_us;
        slots->has_measured = true;
        slots->n_derived++;
        (void)pthread_mutex_unlock(&slots->lock);
}

/* One derivation; lives on the stack of who waits for it. */
struct derivation {
        struct kdf_slots *slots;
        struct secret passphrase;
        struct slice salt;
        struct crypto_key key;
        enum err outcome;
};

static void derivation_run(struct derivation *derivation)
{
        struct kdf_slots *slots = derivation->slots;
        void *memory = memory_take(slots);

        derivation->outcome = ERR_INTERNAL;
        if (!memory) {
                EVENT_FAULT("no memory to derive a root key in", EVENT_INTEGER("errno", errno));
                return;
        }
        derivation->outcome = slots->options.derive(memory, derivation->passphrase,
                                                    derivation->salt, &derivation->key);
        memory_give(slots, memory);
}

/* On a slot's thread. */
static void slot_run(void *context)
{
        struct derivation *derivation = context;
        struct kdf_slots *slots = derivation->slots;
        int64_t began, had_before, took;

        slot_gate_enter(&slots->gate);
        began = now_us(CLOCK_MONOTONIC);
        had_before = now_us(CLOCK_THREAD_CPUTIME_ID);
        derivation_run(derivation);
        took = now_us(CLOCK_MONOTONIC) - began;
        slot_gate_leave(&slots->gate, took, now_us(CLOCK_THREAD_CPUTIME_ID) - had_before);
        if (derivation->outcome == ERR_OK)
                mean_update(slots, took);
}

static enum err slots_derive(void *context, struct secret passphrase, struct slice salt,
                             struct crypto_key *ret_key)
{
        struct kdf_slots *slots = context;
        struct derivation derivation = {.slots = slots, .passphrase = passphrase, .salt = salt};

        /* There is always room for who has a place. */
        if (!workers_do(slots->threads, slot_run, &derivation))
                derivation.outcome = ERR_INTERNAL;
        slots_release(slots);
        if (derivation.outcome == ERR_OK)
                *ret_key = derivation.key;
        wipe(&derivation.key, sizeof(derivation.key));
        return derivation.outcome;
}

/* --- life --- */

/* Return: 0, or an error's number. */
static int slots_start(struct kdf_slots *slots)
{
        unsigned n_slots = slots->options.n_slots;

        slots->threads = workers_new(n_slots, n_slots + LIMIT_WAITING, WORKERS_HEAVY);
        if (!slots->threads)
                return errno;
        return pthread_create(&slots->keeper, NULL, keeper_main, slots);
}

struct kdf_slots *kdf_slots_new(const struct kdf_options *options)
{
        struct kdf_slots *slots =
                calloc(1, sizeof(*slots) + options->n_slots * sizeof(slots->idle[0]));
        int error;

        if (!slots)
                return NULL;
        slots->options = *options;
        slots->mean_us = MEAN_FIRST_US;
        (void)pthread_mutex_init(&slots->lock, NULL);
        cond_init_monotonic(&slots->keeper_wake);
        slot_gate_init(&slots->gate, options->n_slots, options->rest_ms);
        error = slots_start(slots);
        if (!error)
                return slots;
        workers_free(slots->threads);
        slot_gate_deinit(&slots->gate);
        free(slots);
        errno = error;
        return NULL;
}

void kdf_slots_free(struct kdf_slots *slots)
{
        if (!slots)
                return;
        workers_free(slots->threads);
        (void)pthread_mutex_lock(&slots->lock);
        slots->is_stopping = true;
        (void)pthread_cond_signal(&slots->keeper_wake);
        (void)pthread_mutex_unlock(&slots->lock);
        (void)pthread_join(slots->keeper, NULL);
        while (slots->n_idle)
                oldest_give_back(slots);
        (void)pthread_cond_destroy(&slots->keeper_wake);
        (void)pthread_mutex_destroy(&slots->lock);
        slot_gate_deinit(&slots->gate);
        free(slots);
}

struct root_key_port kdf_slots_port(struct kdf_slots *slots)
{
        return (struct root_key_port){.reserve = slots_reserve,
                                      .release = slots_release,
                                      .derive = slots_derive,
                                      .context = slots};
}

void kdf_slots_status(struct kdf_slots *slots, struct kdf_status *ret)
{
        (void)pthread_mutex_lock(&slots->lock);
        *ret = (struct kdf_status){.n_places = slots->n_places,
                                   .n_allowed = places_allowed(slots),
                                   .n_kept = slots->n_kept,
                                   .mean_us = slots->mean_us,
                                   .n_derived = slots->n_derived,
                                   .n_refused = slots->n_refused};
        (void)pthread_mutex_unlock(&slots->lock);
}
