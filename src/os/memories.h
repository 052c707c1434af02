/* SPDX-License-Identifier: Apache-2.0
 *
 * Large blocks of memory that are reused: the kernel takes longer to clear a fresh one than we take
 * to use it. They can be reserved before they are needed.
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
        struct timer_job job; /* frees blocks that were idle for long */
        struct timer *timer;
        size_t size;     /* bytes of each */
        int64_t idle_ms; /* a block idle for this long is freed */
        pthread_mutex_t lock;
        pthread_cond_t changed; /* one is idle */
        unsigned n_needed;      /* at least this many are kept, if there are as many */
        unsigned n_kept;        /* in use or idle */
        unsigned n_idle;
        struct idle_memory idle[MEMORIES_MOST]; /* a stack, so the oldest is at the bottom */
};

/* `timer` must outlive the blocks. */
void memories_init(struct memories *, struct timer *timer, size_t size, int64_t idle_ms);

/* No block may be in use. */
void memories_deinit(struct memories *);

/* Reserves `n` blocks, at most MEMORIES_MOST; if that is fewer than before, the others are freed
 * once they were idle for long enough. Return: how many there are, perhaps fewer; with 0, none can
 * be taken. */
unsigned memories_need(struct memories *, unsigned n);

/* Waits for an idle block; takes the one used last, whose pages are most likely in the cache. */
void *memories_take(struct memories *);
void memories_give(struct memories *, void *memory);

/* Return: how many are allocated. */
unsigned memories_count(struct memories *);
