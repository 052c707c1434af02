/* SPDX-License-Identifier: Apache-2.0
 *
 * Starting libmicrohttpd, and stopping it without leaving anybody unanswered.
 */
#include "http/engine_mhd.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "http/listen.h"

enum {
        CONNECTION_MEMORY = 32 * 1024, /* bounds the head; the library answers 414 or 431 */
        FLUSH_MILLISECONDS = 2000,     /* for answers to leave, at the end of a shut-down */
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
        engine->options.threads = or_default(options->threads, 1);
        engine->options.workers = or_default(options->workers, 1);
        engine->options.queue = or_default(options->queue, 256);
        engine->options.connections = or_default(options->connections, 1024);
        engine->options.idle_seconds = or_default(options->idle_seconds, 60);
        engine->options.seconds = or_default(options->seconds, 30);
        engine->socket = -1;
        waiting_init(&engine->waiting);
        exchange_pool_init(&engine->pool);
        return engine;
}

static void engine_free(struct engine *engine)
{
        workers_free(engine->workers);
        deadlines_free(engine->deadlines);
        if (engine->socket >= 0)
                close(engine->socket);
        waiting_deinit(&engine->waiting);
        exchange_pool_deinit(&engine->pool);
        free(engine);
}

/* Our own deadlines take the place of the library's time-out, which every byte pushes back. */
static struct MHD_Daemon *daemon_start(struct engine *engine)
{
        const struct engine_options *options = &engine->options;
        unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                         (options->tls_key ? (unsigned)MHD_USE_TLS : 0u);
        struct MHD_OptionItem items[] = {
                {MHD_OPTION_LISTEN_SOCKET, engine->socket, NULL},
                {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
                {MHD_OPTION_CONNECTION_LIMIT, options->connections, NULL},
                {MHD_OPTION_STRICT_FOR_CLIENT, 0, NULL},
                {options->tls_key ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0,
                 (void *)(uintptr_t)options->tls_key},
                {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->tls_certificate},
                {MHD_OPTION_END, 0, NULL},
        };
        struct MHD_OptionItem threads[] = {
                {options->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
                 options->threads, NULL},
                {MHD_OPTION_END, 0, NULL},
        };

        return MHD_start_daemon(
                flags, 0, NULL, NULL, engine_mhd_on_request, engine, MHD_OPTION_ARRAY, items,
                MHD_OPTION_ARRAY, threads, MHD_OPTION_URI_LOG_CALLBACK, engine_mhd_on_target,
                engine, MHD_OPTION_NOTIFY_COMPLETED, engine_mhd_on_completed, engine,
                MHD_OPTION_NOTIFY_CONNECTION, engine_mhd_on_connection, engine,
                MHD_OPTION_UNESCAPE_CALLBACK, engine_mhd_on_unescape, NULL, MHD_OPTION_END);
}

static bool engine_run(struct engine *engine)
{
        const struct engine_options *options = &engine->options;

        engine->deadlines = deadlines_new();
        engine->workers = workers_new(options->workers, options->queue);
        if (engine->deadlines && engine->workers)
                engine->daemon = daemon_start(engine);
        return engine->daemon;
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
        engine_free(engine);
        errno = error;
        return ERR_INTERNAL;
}

uint16_t engine_port(const struct engine *engine)
{
        return engine->port;
}

/* Waits for a count to reach zero, in small steps: this happens once, at the end. */
static void wait_for_none(atomic_int *count, unsigned milliseconds)
{
        int64_t until = exchange_clock() + (int64_t)milliseconds * 1000;
        struct timespec step = {.tv_nsec = 2 * 1000 * 1000};

        while (atomic_load(count) > 0 && exchange_clock() < until)
                nanosleep(&step, NULL);
}

void engine_stop(struct engine *engine, unsigned milliseconds)
{
        struct exchange *exchange;

        if (!engine)
                return;
        atomic_store(&engine->stopping, true);
        MHD_quiesce_daemon(engine->daemon);
        close(engine->socket);
        engine->socket = -1;
        wait_for_none(&engine->n_waiting, milliseconds);
        while ((exchange = waiting_close(&engine->waiting)))
                engine_mhd_answer_stopping(exchange);
        /* The library ends the process if it is stopped while a connection is suspended. */
        while (atomic_load(&engine->n_waiting) > 0)
                wait_for_none(&engine->n_waiting, FLUSH_MILLISECONDS);
        wait_for_none(&engine->n_open, FLUSH_MILLISECONDS);
        MHD_stop_daemon(engine->daemon);
        engine_free(engine);
}
