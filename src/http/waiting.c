/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of suspended exchanges.
 */
#include "http/waiting.h"

#include "base/lock.h"

void waiting_init(struct waiting *waiting)
{
        *waiting = (struct waiting){.first = NULL};
        lock_init(&waiting->lock);
}

void waiting_deinit(struct waiting *waiting)
{
        pthread_mutex_destroy(&waiting->lock);
}

/* Under the lock, like unlink. */
static void waiting_link(struct waiting *waiting, struct http_exchange *exchange)
{
        exchange->next = waiting->first;
        exchange->link = &waiting->first;
        if (exchange->next)
                exchange->next->link = &exchange->next;
        waiting->first = exchange;
}

static bool waiting_unlink(struct http_exchange *exchange)
{
        if (atomic_exchange(&exchange->answered, true))
                return false;
        *exchange->link = exchange->next;
        if (exchange->next)
                exchange->next->link = exchange->link;
        return true;
}

bool waiting_submit(struct waiting *waiting, struct workers *workers,
                    struct http_exchange *exchange)
{
        bool accepted;

        exchange_hold(exchange);
        pthread_mutex_lock(&waiting->lock);
        waiting_link(waiting, exchange);
        accepted = !waiting->closed && workers_submit(workers, &exchange->work);
        if (!accepted)
                (void)waiting_unlink(exchange);
        pthread_mutex_unlock(&waiting->lock);
        if (!accepted)
                exchange_release(exchange);
        return accepted;
}

bool waiting_claim(struct waiting *waiting, struct http_exchange *exchange)
{
        bool claimed;

        pthread_mutex_lock(&waiting->lock);
        claimed = waiting_unlink(exchange);
        pthread_mutex_unlock(&waiting->lock);
        return claimed;
}

struct http_exchange *waiting_close(struct waiting *waiting)
{
        struct http_exchange *exchange;

        pthread_mutex_lock(&waiting->lock);
        waiting->closed = true;
        exchange = waiting->first;
        if (exchange) {
                (void)waiting_unlink(exchange);
                exchange_hold(exchange);
        }
        pthread_mutex_unlock(&waiting->lock);
        return exchange;
}
