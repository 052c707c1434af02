/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of one request and its answer.
 */
#include "http/exchange.h"

#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "base/secret.h"

int64_t exchange_clock(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct exchange *exchange_new(struct engine *engine, struct slice target, struct slice peer,
                              struct slice id)
{
        struct exchange *exchange = calloc(1, sizeof(*exchange));

        if (!exchange)
                return NULL;
        exchange->engine = engine;
        exchange->started = exchange_clock();
        atomic_init(&exchange->holders, 1);
        exchange->arena = (struct arena)ARENA_INIT(LIMIT_ARENA);
        exchange->body = (struct buf)BUF_INIT(LIMIT_BODY);
        exchange->call.response.body = (struct buf)BUF_INIT(HTTP_RESPONSE_MAXIMUM);
        exchange->call.arena = &exchange->arena;
        exchange->call.request.peer = arena_copy(&exchange->arena, peer);
        exchange->call.request.id = arena_copy(&exchange->arena, id);
        exchange->head.arena = &exchange->arena;
        exchange->head.request = &exchange->call.request;
        head_take_target(&exchange->head, target);
        return exchange;
}

void exchange_hold(struct exchange *exchange)
{
        atomic_fetch_add(&exchange->holders, 1);
}

void exchange_release(struct exchange *exchange)
{
        if (atomic_fetch_sub(&exchange->holders, 1) > 1)
                return;
        buf_deinit(&exchange->body);
        buf_deinit(&exchange->call.response.body);
        arena_deinit(&exchange->arena);
        free(exchange);
}

bool exchange_take_body(struct exchange *exchange, uint8_t *bytes, size_t size)
{
        exchange->received += size;
        if (exchange->received <= LIMIT_BODY)
                buf_put(&exchange->body, slice_new(bytes, size));
        wipe(bytes, size);
        return exchange->received <= LINGER_BODY;
}

void exchange_complete(struct exchange *exchange)
{
        exchange->call.request.body = buf_slice(&exchange->body);
}
