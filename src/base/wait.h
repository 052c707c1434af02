/* SPDX-License-Identifier: Apache-2.0
 *
 * Waiting for other threads.
 */
#pragma once

#include <errno.h>
#include <semaphore.h>

/* Waits, ignoring interruptions by signals. */
static inline void semaphore_wait(sem_t *semaphore)
{
        while (sem_wait(semaphore) != 0 && errno == EINTR)
                ;
}
