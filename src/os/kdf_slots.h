/* SPDX-License-Identifier: Apache-2.0
 *
 * Root-key derivations on a bounded number of slots, each with memory that is reused.
 *
 * A ticket is issued only if it can be served in time at the measured speed, and if there
 * is memory for it. Accounts and clients share the tickets; see os/shares.h.
 */
#pragma once

#include "base/timer.h"
#include "core/ports.h"

struct kdf_slots;

/* Derives a key in `memory`, whose content does not matter. Return: ERR_OK; ERR_INTERNAL. */
typedef enum err kdf_derive_fn(void *memory, struct secret passphrase, struct slice salt,
                               struct crypto_key *ret_key);

/* root_key_options() has the values for Storj. */
struct kdf_options {
        struct timer *timer; /* must outlive the slots */
        unsigned n_slots;    /* mint.slots; MEMORIES_MOST at most */
        int64_t max_wait_ms; /* mint.max_wait */
        int64_t idle_ms;     /* memory idle for this long is freed */
        size_t memory_size;  /* bytes of memory a derivation needs */
        kdf_derive_fn *derive;
};

/* Return: the slots, or NULL with errno set. */
struct kdf_slots *kdf_slots_new(const struct kdf_options *options);

/* All tickets must have been used or released. NULL does nothing. */
void kdf_slots_free(struct kdf_slots *slots);

struct root_key_port kdf_slots_port(struct kdf_slots *slots);

/* For /metrics and tests. */
struct kdf_status {
        unsigned n_queued;  /* taken: waiting and running */
        unsigned n_allowed; /* tickets available at the measured speed */
        unsigned n_kept;    /* memories allocated, in use or not */
        int64_t mean_us;    /* time of a derivation */
        uint64_t n_derived;
        uint64_t n_refused;        /* refused: no ticket was free, or no memory */
        uint64_t n_without_memory; /* those of them for lack of memory */
};

void kdf_slots_status(struct kdf_slots *slots, struct kdf_status *ret);
