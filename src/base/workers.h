/* SPDX-License-Identifier: Apache-2.0
 *
 * A pool of threads that runs jobs from one bounded queue: in order, or in turns for jobs that name
 * their party.
 */
#pragma once

#include <stdbool.h>

#include "base/turns.h"

struct workers;

/* Embedded in the object it is about; must stay valid until `run` is called with it. */
struct work {
        struct work *next;
        void (*run)(struct work *work);
        struct turn *turn; /* its place in the queue; NULL: first come, first served */
};

enum workers_priority {
        WORKERS_NORMAL, /* answers requests */
        WORKERS_LOW,    /* computes for long, at a low priority */
        WORKERS_LOWEST, /* computes on all processors, when hardly anyone else wants them */
};

/* `queue`: jobs that may wait while no thread is idle. Return: the pool, or NULL with errno set. */
struct workers *workers_new(unsigned n_workers, unsigned queue, enum workers_priority priority);

/* Return: false if the queue is full; the caller then keeps `work`. */
bool workers_submit(struct workers *workers, struct work *work);

/* Runs a job on a thread of the pool and waits for it. `turn` says whose job it is, and is the
 * pool's until this returns; NULL: nobody's.
 * Return: false if the queue is full. */
bool workers_do_in_turn(struct workers *workers, struct turn *turn, void (*run)(void *context),
                        void *context);

/* Finishes the queued jobs, stops the threads and frees the pool. NULL does nothing. */
void workers_free(struct workers *workers);
