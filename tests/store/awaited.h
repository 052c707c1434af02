/* SPDX-License-Identifier: Apache-2.0
 *
 * Waiting for operations that do not wait.
 */
#pragma once

#include <semaphore.h>

#include "core/store.h"

struct awaited {
        sem_t told;
        enum err outcome;
};

static inline struct awaited awaited_new(void)
{
        struct awaited awaited = {.outcome = ERR_INTERNAL};

        sem_init(&awaited.told, 0, 0);
        return awaited;
}

static inline void awaited_tell(void *context, enum err outcome)
{
        struct awaited *awaited = context;

        awaited->outcome = outcome;
        sem_post(&awaited->told);
}

static inline struct completion awaited_completion(struct awaited *awaited)
{
        return (struct completion){awaited_tell, awaited};
}

static inline enum err awaited_end(struct awaited *awaited)
{
        sem_wait(&awaited->told);
        sem_destroy(&awaited->told);
        return awaited->outcome;
}
