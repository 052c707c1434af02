/* SPDX-License-Identifier: Apache-2.0
 *
 * Root-key derivations on a bounded number of slots, each with memory that is kept from one
 * derivation to the next.
 *
 * A place in the queue is given only if it can be served in time at the speed measured so far, and
 * if there is memory to serve it with. Accounts and clients share them; see os/shares.h.
 */
#pragma once

#include "base/timer.h"
#include "core/ports.h"

struct kdf_slots;

/* Derives in `memory`, which may hold anything before. Return: ERR_OK; ERR_INTERNAL. */
typedef enum err kdf_derive_fn(void *memory, struct secret passphrase, struct slice salt,
                               struct crypto_key *ret_key);

/* See root_key_options() for Storj's. */
struct kdf_options {
        struct timer *timer; /* must outlive the slots */
        unsigned n_slots;    /* mint.slots; MEMORIES_MOST at most */
        int64_t max_wait_ms; /* mint.max_wait */
        int64_t idle_ms;     /* memory unused for so long is given back */
        int64_t rest_ms;     /* of a slot, once others want the processor too; 0: none ever rests */
        size_t memory_size;  /* bytes a derivation works in */
        kdf_derive_fn *derive;
};

/* Return: the slots, or NULL with errno set. */
struct kdf_slots *kdf_slots_new(const struct kdf_options *options);

/* No ticket may be out. NULL does nothing. */
void kdf_slots_free(struct kdf_slots *slots);

struct root_key_port kdf_slots_port(struct kdf_slots *slots);

/* For /metrics and tests. */
struct kdf_status {
        unsigned n_queued;  /* taken: waiting and running */
        unsigned n_allowed; /* tickets there are at the measured speed */
        unsigned n_kept;    /* memories held, in use or not */
        int64_t mean_us;    /* a derivation takes */
        uint64_t n_derived;
        uint64_t n_refused;        /* no ticket was free, or no memory */
        uint64_t n_without_memory; /* those among them that lacked memory */
};

void kdf_slots_status(struct kdf_slots *slots, struct kdf_status *ret);
