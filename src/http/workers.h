/* SPDX-License-Identifier: Apache-2.0
 *
 * A fixed number of threads that do jobs from one bounded queue, first come, first served.
 */
#pragma once

#include <stdbool.h>

struct workers;

/* Embedded in what the job is about; good until `run` is called with it. */
struct work {
        struct work *next;
        void (*run)(struct work *work);
};

/* `queue`: jobs that may wait while no thread is idle. Return: the pool, or NULL with errno set. */
struct workers *workers_new(unsigned n_workers, unsigned queue);

/* Return: false if the queue is full; then `work` is still the caller's. */
bool workers_submit(struct workers *workers, struct work *work);

/* Does what is queued, waits for the threads to end and frees the pool. NULL does nothing. */
void workers_free(struct workers *workers);
