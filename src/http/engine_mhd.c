/* SPDX-License-Identifier: Apache-2.0
 *
 * Starting the engine, and stopping it without leaving a request unanswered.
 */
#include "http/engine_mhd.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/monotonic.h"
#include "http/listen.h"

enum {
        HEAD_SECONDS = 15,
        FLUSH_MILLISECONDS = 2000, /* for responses to be sent, at the end of a shutdown */
        STEP_MILLISECONDS = 2,
        STREAM_WORKERS = 2,
        DELAYED_SHARE = 4, /* at most one in so many connections waits for a delayed response */
};

static unsigned or_default(unsigned value, unsigned when_zero)
{
        return value ? value : when_zero;
}

static struct engine *engine_new(const struct engine_options *options)
{
        struct engine *engine = calloc(1, sizeof(*engine));

        if (!engine)
                return NULL;
        engine->options = *options;
        if (!engine->options.person_field)
                engine->options.person_field = "";
        engine->n_loops = or_default(options->threads, 1);
        if (engine->n_loops > LOOPS_MAXIMUM)
                engine->n_loops = LOOPS_MAXIMUM;
        engine->options.workers = or_default(options->workers, 1);
        engine->options.nonblocking = or_default(options->nonblocking, 1);
        engine->options.queue = or_default(options->queue, 256);
        engine->options.connections = or_default(options->connections, 1024);
        engine->options.idle_seconds = or_default(options->idle_seconds, 60);
        engine->options.seconds = or_default(options->seconds, 30);
        engine->options.head_seconds = or_default(options->head_seconds, HEAD_SECONDS);
        if (engine->options.head_seconds > engine->options.seconds)
                engine->options.head_seconds = engine->options.seconds;
        engine->socket = -1;
        waiting_init(&engine->waiting);
        exchange_pool_init(&engine->pool);
        return engine;
}

static void engine_free(struct engine *engine)
{
        workers_free(engine->workers);
        workers_free(engine->nonblocking);
        workers_free(engine->streamers);
        delays_free(engine->delays);
        deadlines_free(engine->deadlines);
        connection_slots_free(engine->slots);
        if (engine->socket >= 0)
                close(engine->socket);
        waiting_deinit(&engine->waiting);
        exchange_pool_deinit(&engine->pool);
        free(engine);
}

static bool engine_run(struct engine *engine)
{
        const struct engine_options *options = &engine->options;

        engine->deadlines = deadlines_new(options->timer);
        engine->slots = connection_slots_new(&(struct connection_slots_options){
                .connections = options->connections,
                .per_address = options->per_address,
                .idle = options->idle_connections,
                .proxies = options->proxies,
        });
        if (options->refusal_pause)
                engine->delays = delays_new(options->timer, options->refusal_pause,
                                            options->connections / DELAYED_SHARE + 1);
        engine->workers = workers_new(options->workers, options->queue, WORKERS_NORMAL);
        engine->nonblocking = workers_new(options->nonblocking, options->queue, WORKERS_NORMAL);
        engine->streamers =
                workers_new(STREAM_WORKERS, options->connections + CONNECTIONS_OVER, WORKERS_LOW);
        return engine->deadlines && engine->slots && engine->workers && engine->nonblocking &&
               engine->streamers && (engine->delays || !options->refusal_pause) &&
               engine_mhd_loops_start(engine);
}

enum err engine_start(const struct engine_options *options, struct engine **ret_engine)
{
        struct engine *engine;
        int socket, error;

        TRY(listen_open(options->listen, &socket));
        engine = engine_new(options);
        if (!engine) {
                close(socket);
                return ERR_INTERNAL;
        }
        engine->socket = socket;
        engine->port = listen_port(socket);
        if (engine_run(engine)) {
                *ret_engine = engine;
                return ERR_OK;
        }
        error = errno;
        engine_mhd_loops_end(engine);
        engine_free(engine);
        errno = error;
        return ERR_INTERNAL;
}

enum err engine_renew(struct engine *engine, const char *tls_certificate, const char *tls_key)
{
        bool renewed;

        engine->options.tls_certificate = tls_certificate;
        engine->options.tls_key = tls_key;
        renewed = engine_mhd_loops_renew(engine);
        /* Only read when a loop starts. */
        engine->options.tls_certificate = NULL;
        engine->options.tls_key = NULL;
        return renewed ? ERR_OK : ERR_INTERNAL;
}

uint16_t engine_port(const struct engine *engine)
{
        return engine->port;
}

void engine_counts(const struct engine *engine, struct engine_counts *ret)
{
        *ret = (struct engine_counts){0};
        if (!engine)
                return;
        *ret = (struct engine_counts){
                .connections = connection_slots_taken(engine->slots),
                .exchanges = (unsigned)atomic_load(&engine->n_open),
        };
}

/* Polls until a count is zero; polling is good enough, since it happens once, at the end. */
static void wait_for_none(atomic_int *count, unsigned milliseconds)
{
        int64_t until = monotonic_in(milliseconds);

        while (atomic_load(count) > 0 && monotonic_now() < until)
                monotonic_sleep(STEP_MILLISECONDS);
}

void engine_stop(struct engine *engine, unsigned milliseconds)
{
        struct http_exchange *exchange;

        if (!engine)
                return;
        atomic_store(&engine->stopping, true);
        engine_mhd_loops_wake(engine);
        wait_for_none(&engine->n_listening, FLUSH_MILLISECONDS);
        close(engine->socket);
        engine->socket = -1;
        if (engine->delays)
                delays_flush(engine->delays);
        wait_for_none(&engine->n_waiting, milliseconds);
        atomic_store(&engine->streams_end, true);
        while ((exchange = waiting_close(&engine->waiting)))
                engine_mhd_answer_stopping(exchange);
        /* The library ends the process if it is stopped while a connection is suspended. */
        while (atomic_load(&engine->n_waiting) > 0)
                wait_for_none(&engine->n_waiting, FLUSH_MILLISECONDS);
        wait_for_none(&engine->n_open, FLUSH_MILLISECONDS);
        /* A thread that responded later may still hold an exchange. */
        while (atomic_load(&engine->n_running) > 0)
                wait_for_none(&engine->n_running, FLUSH_MILLISECONDS);
        engine_mhd_loops_end(engine);
        engine_free(engine);
}
