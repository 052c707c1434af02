/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine on a loopback port whose handler reports what it received.
 */
#pragma once

#include "api/vocabulary.h"
#include "wire.h"

#include <microhttpd.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "base/timer.h"
#include "http/engine.h"
#include "http/respond.h"

enum { SOON = 2000 }; /* milliseconds */

struct world {
        struct timer *timer;
        struct engine *engine;
        uint16_t port;
        atomic_int n_handled;
        atomic_int n_reported;
        bool holds_back;                   /* responses, for longer than a test lasts */
        atomic_bool gate_open;             /* lets "/gate" and "/fast/gate" respond */
        _Atomic(struct http_call *) later; /* "/nonblocking/later", for which the test responds */
};

static inline void nap(long milliseconds)
{
        struct timespec time = {.tv_sec = milliseconds / 1000,
                                .tv_nsec = milliseconds % 1000 * 1000000};

        nanosleep(&time, NULL);
}

/* Responds with what it received, so that tests can check it. */
static inline enum http_handled handle(void *context, struct http_call *call)
{
        const struct http_request *request = &call->request;
        struct world *world = context;
        char text[2048];

        atomic_fetch_add(&world->n_handled, 1);
        while ((slice_equal(request->path, SLICE("/gate")) ||
                slice_equal(request->path, SLICE("/fast/gate"))) &&
               !atomic_load(&world->gate_open))
                nap(1);
        if (slice_equal(request->path, SLICE("/empty"))) {
                respond_empty(call, 204);
                return HTTP_ANSWERED;
        }
        if (slice_equal(request->path, SLICE("/nonblocking/wait")) && !call->may_wait)
                return HTTP_MUST_WAIT;
        if (slice_equal(request->path, SLICE("/nonblocking/later"))) {
                atomic_store(&world->later, call);
                return HTTP_LATER;
        }
        if (slice_equal(request->path, SLICE("/refuse"))) {
                respond_error(call, ERR_TOO_MANY_REQUESTS);
                return HTTP_ANSWERED;
        }
        if (slice_equal(request->path, SLICE("/cookie")))
                respond_header(call, "Set-Cookie", SLICE("session=secret"));
        snprintf(text, sizeof(text),
                 "cookie=%.*s method=%d path=%.*s query=%.*s host=%.*s peer=%.*s body=%zu:%.*s.",
                 (int)request->headers.cookie.size, (const char *)request->headers.cookie.data,
                 (int)request->method, (int)request->path.size, (const char *)request->path.data,
                 (int)request->query.size, (const char *)request->query.data,
                 (int)request->headers.host.size, (const char *)request->headers.host.data,
                 (int)request->peer.size, (const char *)request->peer.data, request->body.size,
                 request->body.size < 64 ? (int)request->body.size : 0,
                 (const char *)request->body.data);
        respond_text(call, 200, "text/plain", slice_from_string(text));
        return HTTP_ANSWERED;
}

static inline enum http_pace pace(void *context, const struct http_request *request)
{
        (void)context;
        if (slice_starts_with(request->path, SLICE("/fast")))
                return PACE_AT_ONCE;
        return slice_starts_with(request->path, SLICE("/nonblocking")) ? PACE_NONBLOCKING
                                                                       : PACE_BLOCKING;
}

static inline void reported(void *context, const struct http_call *call, int64_t microseconds)
{
        struct world *world = context;

        CHECK(call->response.status != 0 && microseconds >= 0);
        atomic_fetch_add(&world->n_reported, 1);
}

static inline struct world *world_new(struct engine_options options)
{
        struct world *world = calloc(1, sizeof(*world));

        assert_non_null(world);
        options.listen = "127.0.0.1:0";
        options.handle = handle;
        options.vocabulary = &vocabulary_grantd;
        options.pace = pace;
        options.answered = reported;
        options.context = world;
        world->holds_back = options.refusal_pause > SOON;
        options.id_seed = 0x0123456789abcdef;
        world->timer = options.timer = timer_start();
        CHECK_OK(engine_start(&options, &world->engine));
        world->port = engine_port(world->engine);
        return world;
}

/* Whether no exchange is left within a short time. */
static inline bool world_is_quiet(struct world *world)
{
        struct engine_counts counts;

        for (int i = 0; i < 1000; i++) {
                engine_counts(world->engine, &counts);
                if (counts.exchanges == 0)
                        return true;
                nap(5);
        }
        return false;
}

/* Checks that the test has left no exchange behind. */
static inline void world_freep(struct world **world)
{
        atomic_store(&(*world)->gate_open, true);
        CHECK((*world)->holds_back || world_is_quiet(*world));
        engine_stop((*world)->engine, 1000);
        timer_stop((*world)->timer);
        free(*world);
}

#define WORLD(...)                                                                                 \
        struct world *world CLEANUP(world_freep) = world_new((struct engine_options){__VA_ARGS__})
#define WIRE(name) struct wire *name CLEANUP(wire_freep) = wire_open(world->port)

/* From version 1.0 on, the library refuses most of what is malformed before we see it: with a page
 * of its own, or by closing the connection. */
static const bool library_refuses = MHD_VERSION >= 0x01000000;

/* The request was refused, once, and nothing after it was read. */
static inline void check_malformed(struct world *world, struct wire *wire, const char *request)
{
        size_t n = wire_count(wire, "\r\nDate: "); /* the library names HTTP/1.1 in its pages */
        bool is_400 = n == 1 && strncmp(wire->answer, "HTTP/1.1 400 Bad Request\r\n", 26) == 0 &&
                      strstr(wire->answer, "Connection: close\r\n");
        bool is_ours = strstr(wire->answer, "X-Request-Id: ") &&
                       strstr(wire->answer, "\r\n\r\n{\"error\":\"invalid_request\"");

        CHECK_INT(atomic_load(&world->n_handled), 0);
        if (!(is_400 && is_ours) && !(library_refuses && (is_400 || n == 0)))
                fail_msg("%s\ngot: %s", request, wire->answer);
}
