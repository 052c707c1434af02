/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP server: it reads requests, within limits, on a few epoll threads, passes each complete
 * one to a worker, and sends the handler's response. A request refused here gets the JSON of
 * docs/protocol/http.md 1.3; after broken framing the connection is closed. A few heads are refused
 * by the library, with a page of its own, and the connection is closed: those that are not HTTP at
 * all, have an invalid Content-Length, or exceed the library's buffer.
 */
#pragma once

#include "base/error.h"
#include "base/network.h"
#include "http/call.h"

struct engine;
struct timer; /* base/timer.h */

/* Where a request is handled. */
enum http_pace {
        PACE_BLOCKING,    /* on many threads */
        PACE_NONBLOCKING, /* on a few threads: it computes, but never blocks */
        PACE_AT_ONCE,     /* on the epoll thread: the handler does next to nothing */
};

struct engine_options {
        struct timer *timer;  /* must outlive the engine */
        const char *listen;   /* "127.0.0.1:10100", "[::1]:10100"; port 0: any free one */
        unsigned threads;     /* that read and write; 0: 1 */
        unsigned workers;     /* that run handlers that may block; 0: 1 */
        unsigned nonblocking; /* workers for PACE_NONBLOCKING; 0: 1 */
        unsigned queue;       /* requests that may wait for either kind; more get 503 at once */
        unsigned connections; /* open at once; 0: 1,024 */
        unsigned per_address; /* of these, from one address, or one IPv6 /64; 0: all */
        const struct networks *proxies; /* exempt from this; must outlive the engine; may be NULL */
        const char *person_field;  /* in which a proxy names a person; must outlive the engine; NULL
                                      or empty: none */
        unsigned idle_connections; /* of these, between two requests; 0: all */
        unsigned idle_seconds;     /* between two requests, 0: 60 */
        unsigned head_seconds;  /* for receiving a head, a connection's first from its start; 0: 15;
                                   at most: */
        unsigned seconds;       /* for receiving a body, and for sending a response; 0: 30 */
        unsigned refusal_pause; /* ms by which a 429 response is delayed; 0: none */
        const char *tls_certificate; /* PEM text with its chain, or NULL; then `tls_key` as well */
        const char *tls_key;         /* PEM text */
        bool https; /* whether the public URL is https: responses have Strict-Transport-Security */
        uint64_t id_seed; /* random: distinguishes the request ids of different starts */

        const struct vocabulary
                *vocabulary; /* for the engine's own refusals, and the default of a call */
        /* Writes the response with the functions of respond.h, or arranges for it to be written
         * later. */
        enum http_handled (*handle)(void *context, struct http_call *call);
        /* Where `handle` runs for a request; NULL: PACE_BLOCKING for all. */
        enum http_pace (*pace)(void *context, const struct http_request *request);
        /* Called for every response, just before it is sent; may be NULL. The time counts from the
         * request line. */
        void (*answered)(void *context, const struct http_call *call, int64_t microseconds);
        void *context;
};

/* Starts serving. The strings need not outlive the call.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: `listen` is not an address; ERR_INTERNAL: errno says why. */
enum err engine_start(const struct engine_options *options, struct engine **ret_engine);

/* Uses another certificate and key, PEM texts, for new connections; existing ones keep theirs. Only
 * for an engine that was started with a certificate. On failure it keeps using the old ones.
 * Return: ERR_OK; ERR_INTERNAL: they are not a certificate and its key, or see errno. */
enum err engine_renew(struct engine *engine, const char *tls_certificate, const char *tls_key);

/* The port it listens on. */
uint16_t engine_port(const struct engine *engine);

struct engine_counts {
        unsigned connections; /* open */
        unsigned exchanges;   /* requests whose head was read and whose response is not sent yet */
};

/* The current numbers; zeros for NULL. May be called by any thread. */
void engine_counts(const struct engine *engine, struct engine_counts *ret);

/* Accepts no more connections. Running requests may finish for up to `milliseconds`, then they get
 * 503; new requests on kept connections get 503. Waits for running handlers, then frees the engine.
 * NULL does nothing. */
void engine_stop(struct engine *engine, unsigned milliseconds);
