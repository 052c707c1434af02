/* SPDX-License-Identifier: Apache-2.0
 *
 * The exchanges whose connections are suspended while a worker answers them. Exactly one party
 * answers each: the worker, or the shut-down that does not wait for it any longer.
 */
#pragma once

#include <pthread.h>

#include "http/exchange.h"

struct waiting {
        pthread_mutex_t lock;
        struct http_exchange *first; /* suspended and not answered */
        bool closed;                 /* nothing more is handed to the workers */
};

void waiting_init(struct waiting *waiting);
void waiting_deinit(struct waiting *waiting);

/* Hands a suspended exchange to the workers, who hold it from then on.
 * Return: false if their queue is full or we are shutting down; then the caller answers. */
bool waiting_submit(struct waiting *waiting, struct workers *workers,
                    struct http_exchange *exchange);

/* Makes the caller the one who answers; whoever comes second must not touch the connection.
 * Return: whether the exchange was still unanswered. */
bool waiting_claim(struct waiting *waiting, struct http_exchange *exchange);

/* Closes the list. Return: one exchange that is still unanswered, claimed for the caller, who holds
 * it and releases it; NULL when there is none left. */
struct http_exchange *waiting_close(struct waiting *waiting);
