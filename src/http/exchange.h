/* SPDX-License-Identifier: Apache-2.0
 *
 * One request and its response inside the engine. Its connection holds a reference and, while a
 * handler runs, so does the worker: if the shutdown responds with 503 in the meantime, the handler
 * still reads valid memory. Private to the engine; independent of the library.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/workers.h"
#include "http/call.h"
#include "http/head.h"

/* A client that is still sending when we respond and close may never read the response. So beyond
 * LIMIT_BODY_DISCARDED, after which the 413 also closes, we read on up to this bound.
 */
enum { LINGER_BODY = 8 * 1024 * 1024 };

enum exchange_stage {
        STAGE_HEAD,    /* the head was read */
        STAGE_BODY,    /* the head was accepted */
        STAGE_READY,   /* received completely, soon to be handed over */
        STAGE_WAITING, /* suspended, with a worker */
        STAGE_SENT,    /* the response is the library's */
};

/* Ended exchanges, whose wiped memory is reused for later requests. */
struct exchange_pool {
        pthread_mutex_t lock;
        struct http_exchange *first;
        unsigned n;
};

struct http_exchange {
        struct work work;
        struct exchange_pool *pool;
        struct engine *engine;
        void *connection;         /* the library's */
        struct engine_loop *loop; /* of the connection */
        void *answer;             /* the library's response, once there is one */
        int status;
        enum exchange_stage stage;
        struct arena arena;
        struct buf body;
        uint64_t received; /* bytes of body, kept or not */
        int64_t started;   /* of monotonic_now() */
        struct http_head head;
        struct http_call call;

        atomic_int holders;
        atomic_bool answered;       /* this and the list are waiting.c's */
        struct http_exchange *next; /* also in the pool's list and the loop's list of ready ones */
        struct http_exchange **link;
};

static inline struct http_exchange *exchange_of_call(struct http_call *call)
{
        return (struct http_exchange *)(void *)((char *)call -
                                                offsetof(struct http_exchange, call));
}

void exchange_pool_init(struct exchange_pool *pool);

/* Every exchange must have been released. */
void exchange_pool_deinit(struct exchange_pool *pool);

/* Begins with the target of the request line; `peer` and `id` are copied.
 * Return: the exchange, held once, or NULL without memory. */
struct http_exchange *exchange_new(struct exchange_pool *pool, struct engine *engine,
                                   struct slice target, struct slice peer, struct slice id);

void exchange_hold(struct http_exchange *exchange);

/* Releases a reference; the last one wipes the exchange and returns it to the pool. */
void exchange_release(struct http_exchange *exchange);

/* Appends a piece of the body if all of it fits LIMIT_BODY, and wipes the source. Return: false if
 * too much had to be discarded. */
bool exchange_take_body(struct http_exchange *exchange, uint8_t *bytes, size_t size);

/* Called after the last piece: makes the request ready for the handler. */
void exchange_complete(struct http_exchange *exchange);
