/* SPDX-License-Identifier: Apache-2.0
 *
 * The exchanges whose connections are suspended while a worker writes the response. Exactly one
 * party responds to each: the worker, or the shutdown that no longer waits for it.
 */
#pragma once

#include <pthread.h>

#include "http/exchange.h"

struct waiting {
        pthread_mutex_t lock;
        struct http_exchange *first; /* suspended, without a response yet */
        bool closed;                 /* nothing more is handed to the workers */
};

void waiting_init(struct waiting *waiting);
void waiting_deinit(struct waiting *waiting);

/* Hands a suspended exchange to the workers, which then hold a reference. Return: false if their
 * queue is full or we are shutting down; then the caller responds. */
bool waiting_submit(struct waiting *waiting, struct workers *workers,
                    struct http_exchange *exchange);

/* Gives the caller the right to respond; the second party must not touch the connection. Return:
 * whether the exchange was still unclaimed. */
bool waiting_claim(struct waiting *waiting, struct http_exchange *exchange);

/* Closes the list. Return: an exchange without a response, claimed for the caller, who must release
 * it; NULL when there is none left. */
struct http_exchange *waiting_close(struct waiting *waiting);
