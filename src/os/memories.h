/* SPDX-License-Identifier: Apache-2.0
 *
 * Large pieces of memory that are kept from one use to the next: a fresh one costs more to be
 * cleared by the kernel than to be used. They can be asked for before they are needed.
 */
#pragma once

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "base/timer.h"

enum { MEMORIES_MOST = 16 };

struct idle_memory {
        void *memory;
        int64_t since; /* of monotonic_now() */
};

struct memories {
        struct timer_job job; /* gives back what is idle for long */
        struct timer *timer;
        size_t size;     /* bytes of each */
        int64_t idle_ms; /* unused for so long one is given back */
        pthread_mutex_t lock;
        pthread_cond_t changed; /* one is idle */
        unsigned n_needed;      /* at least so many are kept, if there are */
        unsigned n_kept;        /* in use or idle */
        unsigned n_idle;
        struct idle_memory idle[MEMORIES_MOST]; /* a stack, so the oldest is at the bottom */
};

/* `timer` must outlive them. */
void memories_init(struct memories *, struct timer *timer, size_t size, int64_t idle_ms);

/* All must have been given back. */
void memories_deinit(struct memories *);

/* Makes sure of `n` from now on, MEMORIES_MOST at most; fewer than before lets the others go once
 * they were idle for long enough. Return: how many there are, perhaps fewer; with 0, none can be
 * taken. */
unsigned memories_need(struct memories *, unsigned n);

/* Waits for one that is idle; the one used last, whose pages are the warmest. */
void *memories_take(struct memories *);
void memories_give(struct memories *, void *memory);

/* Return: how many are kept. */
unsigned memories_count(struct memories *);
