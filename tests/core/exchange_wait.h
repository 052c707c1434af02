/* SPDX-License-Identifier: Apache-2.0
 *
 * Waiting for an exchange.
 */
#pragma once

#include "op_of.h"
#include <semaphore.h>

#include "core/token/device.h"
#include "core/token/exchange.h"
#include "core/token/refresh.h"

struct exchange_wait {
        sem_t done;
        enum err error;
        struct exchange_result result;
};

static inline void exchange_wait_ended(void *context, enum err error,
                                       const struct exchange_result *result)
{
        struct exchange_wait *wait = context;

        wait->error = error;
        if (result)
                wait->result = *result;
        sem_post(&wait->done);
}

static inline enum err exchange_wait_take(struct exchange_wait *wait, struct exchange_result *ret)
{
        sem_wait(&wait->done);
        sem_destroy(&wait->done);
        if (wait->error == ERR_OK)
                *ret = wait->result;
        return wait->error;
}

/* Return: the outcome of the exchange; its result if it succeeded. */
static inline enum err exchange_code_wait(struct op *op, const struct exchange_form *form,
                                          struct exchange_result *ret)
{
        struct exchange_wait wait = {.error = ERR_INTERNAL};

        sem_init(&wait.done, 0, 0);
        exchange_code(op, form, (struct exchange_end){exchange_wait_ended, &wait});
        return exchange_wait_take(&wait, ret);
}

/* The same of a refresh token. */
static inline enum err refresh_exchange_wait(struct op *op, const struct refresh_form *form,
                                             struct exchange_result *ret)
{
        struct exchange_wait wait = {.error = ERR_INTERNAL};

        sem_init(&wait.done, 0, 0);
        refresh_exchange(op, form, (struct exchange_end){exchange_wait_ended, &wait});
        return exchange_wait_take(&wait, ret);
}

/* The same of a device_code. */
static inline enum err device_exchange_wait(struct op *op, const struct device_form *form,
                                            struct exchange_result *ret)
{
        struct exchange_wait wait = {.error = ERR_INTERNAL};

        sem_init(&wait.done, 0, 0);
        device_exchange(op, form, (struct exchange_end){exchange_wait_ended, &wait});
        return exchange_wait_take(&wait, ret);
}
