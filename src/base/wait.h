/* SPDX-License-Identifier: Apache-2.0
 *
 * Waiting for other threads.
 */
#pragma once

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

/* A condition whose deadlines are of CLOCK_MONOTONIC, which nobody sets. */
static inline void cond_init_monotonic(pthread_cond_t *cond)
{
        pthread_condattr_t monotonic;

        (void)pthread_condattr_init(&monotonic);
        (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        (void)pthread_cond_init(cond, &monotonic);
        (void)pthread_condattr_destroy(&monotonic);
}

/* Waits through signals. */
static inline void semaphore_wait(sem_t *semaphore)
{
        while (sem_wait(semaphore) != 0 && errno == EINTR)
                ;
}
