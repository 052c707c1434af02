/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP server itself: it reads and bounds requests on a few epoll threads, hands each complete
 * one to a worker, and sends what the handler answered. What is refused here gets the JSON of
 * docs/protocol/http.md 1.3; after broken framing the connection is closed. A few heads the library
 * refuses itself, with a page of its own and a close: those that are no HTTP at all, have a
 * Content-Length that is none, or are too large even to be looked at.
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
        PACE_NONBLOCKING, /* on few threads: it computes, but waits for nothing */
        PACE_AT_ONCE,     /* on the epoll thread: the handler does nothing worth mentioning */
};

struct engine_options {
        struct timer *timer;  /* must outlive the engine */
        const char *listen;   /* "127.0.0.1:10100", "[::1]:10100"; port 0: any free one */
        unsigned threads;     /* that read and write; 0: 1 */
        unsigned workers;     /* that run handlers that may block; 0: 1 */
        unsigned nonblocking; /* workers for PACE_NONBLOCKING; 0: 1 */
        unsigned queue;       /* requests that may wait for either; more get 503 at once */
        unsigned connections; /* open at once; 0: 1,024 */
        unsigned per_address; /* of these, by one address, of IPv6 by one /64; 0: all */
        const struct networks *proxies; /* exempt from that; must outlive the engine; may be NULL */
        unsigned idle_connections;      /* of these, between two requests; 0: all */
        unsigned idle_seconds;          /* between two requests, 0: 60 */
        unsigned
                head_seconds; /* for a head, a connection's first from its start; 0: 15; at most: */
        unsigned seconds;     /* for receiving a body, and for sending an answer; 0: 30 */
        unsigned refusal_pause;      /* ms that an answer 429 waits before it leaves; 0: none */
        const char *tls_certificate; /* PEM text with its chain, or NULL; then `tls_key` as well */
        const char *tls_key;         /* PEM text */
        bool https;       /* the public URL is: answers carry Strict-Transport-Security */
        uint64_t id_seed; /* random: keeps request ids of different starts apart */

        const struct vocabulary
                *vocabulary; /* of the engine's own refusals, and a call's at first */
        /* Answers a request by the functions of respond.h, or has it answered later. */
        enum http_handled (*handle)(void *context, struct http_call *call);
        /* Where `handle` runs for this one; NULL: PACE_BLOCKING for all. */
        enum http_pace (*pace)(void *context, const struct http_request *request);
        /* Every answer, just before it goes out; may be NULL. The time is the one
         * since the request line was read. */
        void (*answered)(void *context, const struct http_call *call, int64_t microseconds);
        void *context;
};

/* Starts serving. The strings need not outlive the call.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: `listen` is not an address; ERR_INTERNAL: errno says why. */
enum err engine_start(const struct engine_options *options, struct engine **ret_engine);

/* Takes another certificate and key, PEM texts, for the connections that come from now on; those
 * that are there keep theirs. Not for an engine that was started without. On failure it goes on
 * with what it had. Return: ERR_OK; ERR_INTERNAL: they are not a certificate and its key, or errno
 * says why. */
enum err engine_renew(struct engine *engine, const char *tls_certificate, const char *tls_key);

/* The port it listens on. */
uint16_t engine_port(const struct engine *engine);

struct engine_counts {
        unsigned connections; /* open */
        unsigned exchanges;   /* requests whose head is there and whose answer is not sent yet */
};

/* What there is now; nothing of NULL. Any thread may ask. */
void engine_counts(const struct engine *engine, struct engine_counts *ret);

/* No more connections; requests being worked on get their answers for up to `milliseconds`, then a
 * 503; kept connections get 503. Waits for handlers that still run, then frees the engine. NULL
 * does nothing. */
void engine_stop(struct engine *engine, unsigned milliseconds);
