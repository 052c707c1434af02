/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of one request and its response.
 */
#include "http/exchange.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/lock.h"
#include "base/monotonic.h"
#include "base/secret.h"

enum {
        POOL_EXCHANGES = 256, /* kept for later requests */
        POOL_BUF = 16 * 1024, /* bytes of a kept buffer, at most */
};

void exchange_pool_init(struct exchange_pool *pool)
{
        *pool = (struct exchange_pool){.first = NULL};
        lock_init(&pool->lock);
}

static void exchange_free(struct http_exchange *exchange)
{
        buf_deinit(&exchange->body);
        buf_deinit(&exchange->call.response.body);
        arena_deinit(&exchange->arena);
        free(exchange);
}

void exchange_pool_deinit(struct exchange_pool *pool)
{
        while (pool->first) {
                struct http_exchange *exchange = pool->first;

                pool->first = exchange->next;
                exchange_free(exchange);
        }
        pthread_mutex_destroy(&pool->lock);
}

/* Return: one of the pool's, or a new one; NULL without memory. */
static struct http_exchange *exchange_get(struct exchange_pool *pool)
{
        struct http_exchange *exchange;

        pthread_mutex_lock(&pool->lock);
        exchange = pool->first;
        if (exchange) {
                pool->first = exchange->next;
                pool->n--;
        }
        pthread_mutex_unlock(&pool->lock);
        if (exchange)
                return exchange;
        exchange = calloc(1, sizeof(*exchange));
        if (!exchange)
                return NULL;
        exchange->arena = (struct arena)ARENA_INIT(LIMIT_ARENA);
        exchange->body = (struct buf)BUF_INIT(LIMIT_BODY);
        exchange->call.response.body = (struct buf)BUF_INIT(HTTP_RESPONSE_MAXIMUM);
        return exchange;
}

/* Memory of an unusual size is freed. */
static struct buf buf_kept(struct buf *buf, size_t maximum)
{
        if (buf->capacity > POOL_BUF)
                buf_deinit(buf);
        else
                buf_reset(buf);
        buf->maximum = maximum;
        return *buf;
}

/* Wipes what was there; only the memory itself is kept. */
static void exchange_clean(struct http_exchange *exchange)
{
        struct buf body = buf_kept(&exchange->body, LIMIT_BODY);
        struct buf answer = buf_kept(&exchange->call.response.body, HTTP_RESPONSE_MAXIMUM);
        struct arena arena;

        arena_reset(&exchange->arena);
        arena = exchange->arena;
        *exchange = (struct http_exchange){
                .arena = arena, .body = body, .call = {.response = {.body = answer}}};
}

static void exchange_put(struct http_exchange *exchange)
{
        struct exchange_pool *pool = exchange->pool;
        bool is_kept;

        exchange_clean(exchange);
        pthread_mutex_lock(&pool->lock);
        is_kept = pool->n < POOL_EXCHANGES;
        if (is_kept) {
                exchange->next = pool->first;
                pool->first = exchange;
                pool->n++;
        }
        pthread_mutex_unlock(&pool->lock);
        if (!is_kept)
                exchange_free(exchange);
}

struct http_exchange *exchange_new(struct exchange_pool *pool, struct engine *engine,
                                   struct slice target, struct slice peer, struct slice id)
{
        struct http_exchange *exchange = exchange_get(pool);

        if (!exchange)
                return NULL;
        exchange->pool = pool;
        exchange->engine = engine;
        exchange->next = NULL;
        exchange->started = monotonic_now();
        atomic_store(&exchange->holders, 1);
        exchange->call.arena = &exchange->arena;
        exchange->call.request.peer = arena_copy(&exchange->arena, peer);
        exchange->call.request.id = arena_copy(&exchange->arena, id);
        exchange->head.arena = &exchange->arena;
        exchange->head.request = &exchange->call.request;
        head_take_target(&exchange->head, target);
        if (arena_check(&exchange->arena) == ERR_OK)
                return exchange;
        exchange_release(exchange);
        return NULL;
}

void exchange_hold(struct http_exchange *exchange)
{
        atomic_fetch_add(&exchange->holders, 1);
}

void exchange_release(struct http_exchange *exchange)
{
        if (atomic_fetch_sub(&exchange->holders, 1) == 1)
                exchange_put(exchange);
        registers_wipe();
}

bool exchange_take_body(struct http_exchange *exchange, uint8_t *bytes, size_t size)
{
        exchange->received += size;
        if (exchange->received <= LIMIT_BODY)
                buf_put(&exchange->body, slice_new(bytes, size));
        wipe(bytes, size);
        registers_wipe();
        return exchange->received <= LINGER_BODY;
}

void exchange_complete(struct http_exchange *exchange)
{
        exchange->call.request.body = buf_slice(&exchange->body);
}
