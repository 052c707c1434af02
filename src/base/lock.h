/* SPDX-License-Identifier: Apache-2.0
 *
 * Locks that are held for a few instructions: a thread that finds one taken spins briefly before it
 * sleeps, since waking up costs more than the wait.
 */
#pragma once

#include <pthread.h>

static inline void lock_init(pthread_mutex_t *lock)
{
        pthread_mutexattr_t adaptive;

        (void)pthread_mutexattr_init(&adaptive);
        (void)pthread_mutexattr_settype(&adaptive, PTHREAD_MUTEX_ADAPTIVE_NP);
        (void)pthread_mutex_init(lock, &adaptive);
        (void)pthread_mutexattr_destroy(&adaptive);
}
