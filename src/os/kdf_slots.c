/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets, slots and memories. A ticket is a queue slot, a slot is a thread, and a memory is the
 * block it works in. Slots serve tickets in turns, and run at the lowest priority: none is idle
 * while a ticket waits, and shorter work comes first.
 */
#include "os/kdf_slots.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "base/workers.h"
#include "os/memories.h"
#include "os/shares.h"

enum {
        MEAN_FIRST_US = 100000, /* assumed before the first derivation */
        MEAN_WEIGHT = 8,        /* the newest measurement has the weight of one eighth */
};

struct kdf_slots {
        struct kdf_options options;
        struct workers *threads;
        struct memories memories;
        pthread_mutex_t lock;
        struct shares queue;
        uint64_t n_derived, n_refused, n_without_memory;
        int64_t mean_us;
        bool has_measured;
};

struct derivation_ticket {
        struct share share;
};

/* --- tickets --- */

/* Called with the lock held. Return: the number of tickets while that many slots work. */
static unsigned queue_limit(const struct kdf_slots *slots, unsigned n_slots)
{
        int64_t waiting = slots->options.max_wait_ms * 1000 * n_slots /
                          (slots->mean_us > 0 ? slots->mean_us : 1);

        return n_slots +
               (unsigned)(waiting < LIMIT_WAIT_DERIVATION ? waiting : LIMIT_WAIT_DERIVATION);
}

/* Called with the lock held. Asks for memory for that many derivations, up to the number of slots.
 * Return: for how many there is memory. */
static unsigned slots_need(struct kdf_slots *slots, unsigned n_queued, bool *ret_lacks_memory)
{
        unsigned n_slots = slots->options.n_slots;
        unsigned n_wanted = n_queued < n_slots ? n_queued : n_slots;
        unsigned n_kept = memories_need(&slots->memories, n_wanted);

        *ret_lacks_memory = n_kept < n_wanted;
        return *ret_lacks_memory ? n_kept : n_slots;
}

/* Called with the lock held. */
static bool ticket_take(struct kdf_slots *slots, struct share *share)
{
        bool lacks_memory;
        unsigned n_slots = slots_need(slots, slots->queue.n_taken + 1, &lacks_memory);

        if (n_slots && shares_take(&slots->queue, share, queue_limit(slots, n_slots)))
                return true;
        slots->n_refused++;
        slots->n_without_memory += lacks_memory;
        (void)slots_need(slots, slots->queue.n_taken, &lacks_memory);
        return false;
}

static enum err slots_reserve(void *context, const struct derivation_user *user,
                              struct derivation_ticket **ret_ticket)
{
        struct kdf_slots *slots = context;
        struct derivation_ticket *ticket = calloc(1, sizeof(*ticket));
        bool is_taken;

        if (!ticket)
                return ERR_BUSY;
        ticket->share.turn.party = user->account_id;
        ticket->share.turn.part = user->client_id;
        (void)pthread_mutex_lock(&slots->lock);
        is_taken = ticket_take(slots, &ticket->share);
        (void)pthread_mutex_unlock(&slots->lock);
        if (is_taken)
                *ret_ticket = ticket;
        else
                free(ticket);
        return is_taken ? ERR_OK : ERR_BUSY;
}

static void slots_release(void *context, struct derivation_ticket *ticket)
{
        struct kdf_slots *slots = context;
        bool lacks_memory;

        (void)pthread_mutex_lock(&slots->lock);
        shares_give(&slots->queue, &ticket->share);
        (void)slots_need(slots, slots->queue.n_taken, &lacks_memory);
        (void)pthread_mutex_unlock(&slots->lock);
        free(ticket);
}

/* --- deriving --- */

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

/* One derivation; lives on the stack of the waiting thread. */
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
        void *memory = memories_take(&slots->memories);

        derivation->outcome = slots->options.derive(memory, derivation->passphrase,
                                                    derivation->salt, &derivation->key);
        memories_give(&slots->memories, memory);
}

/* On a slot's thread. */
static void slot_run(void *context)
{
        struct derivation *derivation = context;
        int64_t began = monotonic_now();

        derivation_run(derivation);
        if (derivation->outcome == ERR_OK)
                mean_update(derivation->slots, monotonic_now() - began);
}

/* Later tickets may be served first only as far as the longest allowed wait leaves time for it. */
static unsigned patience_of(struct kdf_slots *slots)
{
        unsigned n_allowed, n_taken;

        (void)pthread_mutex_lock(&slots->lock);
        n_allowed = queue_limit(slots, slots->options.n_slots);
        n_taken = slots->queue.n_taken;
        (void)pthread_mutex_unlock(&slots->lock);
        return n_allowed > n_taken ? n_allowed - n_taken : 0;
}

static enum err slots_derive(void *context, struct derivation_ticket *ticket,
                             struct secret passphrase, struct slice salt,
                             struct crypto_key *ret_key)
{
        struct kdf_slots *slots = context;
        struct derivation derivation = {
                .slots = slots, .passphrase = passphrase, .salt = salt, .outcome = ERR_INTERNAL};
        struct turn turn = ticket->share.turn;

        /* There is always room for a job that has a ticket. */
        turn.patience = patience_of(slots);
        (void)workers_do_in_turn(slots->threads, &turn, slot_run, &derivation);
        slots_release(slots, ticket);
        if (derivation.outcome == ERR_OK)
                *ret_key = derivation.key;
        wipe(&derivation.key, sizeof(derivation.key));
        return derivation.outcome;
}

/* --- life --- */

struct kdf_slots *kdf_slots_new(const struct kdf_options *options)
{
        struct kdf_slots *slots = calloc(1, sizeof(*slots));
        unsigned n_slots = options->n_slots;
        int error;

        if (!slots)
                return NULL;
        slots->options = *options;
        slots->mean_us = MEAN_FIRST_US;
        memories_init(&slots->memories, options->timer, options->memory_size, options->idle_ms);
        (void)pthread_mutex_init(&slots->lock, NULL);
        slots->threads = workers_new(n_slots, n_slots + LIMIT_WAIT_DERIVATION, WORKERS_LOWEST);
        if (slots->threads)
                return slots;
        error = errno;
        kdf_slots_free(slots);
        errno = error;
        return NULL;
}

void kdf_slots_free(struct kdf_slots *slots)
{
        if (!slots)
                return;
        workers_free(slots->threads);
        memories_deinit(&slots->memories);
        (void)pthread_mutex_destroy(&slots->lock);
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
        *ret = (struct kdf_status){.n_queued = slots->queue.n_taken,
                                   .n_allowed = queue_limit(slots, slots->options.n_slots),
                                   .n_kept = memories_count(&slots->memories),
                                   .mean_us = slots->mean_us,
                                   .n_derived = slots->n_derived,
                                   .n_refused = slots->n_refused,
                                   .n_without_memory = slots->n_without_memory};
        (void)pthread_mutex_unlock(&slots->lock);
}
