/* SPDX-License-Identifier: Apache-2.0
 *
 * One request and its answer inside the engine. It is held by its connection and, while a handler
 * runs, by the worker: when a shut-down answers 503 over the handler's head, the handler still
 * reads from memory that is there. Private to the engine; knows nothing of the library.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/workers.h"
#include "http/call.h"
#include "http/head.h"

/* A client that is still sending when we answer and close may never read the answer. So more is
 * read before the 413 than LIMIT_BODY_DISCARDED, after which it also closes; but not without end.
 */
enum { LINGER_BODY = 8 * 1024 * 1024 };

enum exchange_stage {
        STAGE_HEAD,    /* the head was read */
        STAGE_BODY,    /* the head was accepted */
        STAGE_READY,   /* received whole, soon to be handed over */
        STAGE_WAITING, /* suspended, with a worker */
        STAGE_SENT,    /* the answer is the library's */
};

/* Ended exchanges whose memory, wiped, waits for the next request. */
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
        struct http_exchange *next; /* of the pool's list too, and of the loop's ready ones */
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

/* Lets go of it; the last one wipes it and gives it back. */
void exchange_release(struct http_exchange *exchange);

/* Keeps a piece of the body if the whole fits LIMIT_BODY, and wipes it where it came from.
 * Return: false when even discarding has an end. */
bool exchange_take_body(struct http_exchange *exchange, uint8_t *bytes, size_t size);

/* After the last piece: the request is what the handler may see. */
void exchange_complete(struct http_exchange *exchange);
