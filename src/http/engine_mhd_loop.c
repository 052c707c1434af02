/* SPDX-License-Identifier: Apache-2.0
 *
 * The epoll threads. The library has threads of its own, but in version 0.9.75 they can sleep
 * although there is work: when epoll returns exactly 128 events, the library asks for more before
 * it handles these, and waits as long as it would have waited for the first. So we wait, and the
 * library only polls.
 *
 * While it polls, it may consume the signal for a connection that was resumed at that moment
 * without handling that connection. So we also wake the loop by a signal of our own after resuming
 * a connection.
 *
 * And when it has its maximum of connections it stops listening, and starts again only at the
 * beginning of the poll after one of them has ended. So after the end of a connection we poll once
 * more.
 */
#include "http/engine_mhd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/macros.h"

enum { BUSY_ROUNDS = 16 }; /* between two polls, while there is always more to do */

static bool has_more_to_do(const struct engine_loop *loop)
{
        MHD_UNSIGNED_LONG_LONG timeout;

        return MHD_get_timeout(loop->daemon, &timeout) == MHD_YES && timeout == 0;
}

/* Waits until there is something to do, or the loop is woken. */
static void loop_wait(struct engine_loop *loop)
{
        struct pollfd polled[] = {{.fd = loop->epoll, .events = POLLIN},
                                  {.fd = loop->wake, .events = POLLIN},
                                  {.fd = loop->hang_ups, .events = POLLIN}};
        uint64_t count;
        ssize_t got;

        if (has_more_to_do(loop))
                return;
        if (poll(polled, ARRAY_SIZE(polled), -1) <= 0 || !(polled[1].revents & POLLIN))
                return;
        got = read(loop->wake, &count, sizeof(count));
        (void)got; /* it is readable and non-blocking, so this cannot fail */
        atomic_store(&loop->is_woken, false);
}

void engine_mhd_loop_wake(struct engine_loop *loop)
{
        static const uint64_t one = 1;
        ssize_t put;

        if (atomic_exchange(&loop->is_woken, true))
                return;
        put = write(loop->wake, &one, sizeof(one));
        (void)put; /* only one at a time is in it */
}

/* Called here because nothing else uses the daemon at this point. */
static void loop_listen_or_not(struct engine_loop *loop)
{
        if (!loop->listens ||
            (!atomic_load(&loop->engine->stopping) && !atomic_load(&loop->is_retired)))
                return;
        (void)close(MHD_quiesce_daemon(loop->daemon));
        loop->listens = false;
        atomic_fetch_sub(&loop->engine->n_listening, 1);
}

/* A retired loop ends with its last connection. */
static bool loop_is_over(struct engine_loop *loop)
{
        if (atomic_load(&loop->engine->ended))
                return true;
        return atomic_load(&loop->is_retired) && !loop->listens &&
               MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
                               ->num_connections == 0;
}

/* Handles what the library misses. If it returns at once each time, it may be for bytes it has no
 * room for, and it would do so until the deadline. */
static void loop_look_after(struct engine_loop *loop)
{
        bool is_busy = has_more_to_do(loop);

        loop->n_rounds = is_busy ? loop->n_rounds + 1 : 0;
        if (is_busy && loop->n_rounds % BUSY_ROUNDS != 0)
                return;
        engine_mhd_hang_ups(loop, is_busy);
        if (is_busy)
                engine_mhd_stuck_ones(loop);
}

static void *loop_main(void *context)
{
        struct engine_loop *loop = context;

        while (!loop_is_over(loop)) {
                loop_listen_or_not(loop);
                loop->has_closed = false;
                (void)MHD_run(loop->daemon);
                engine_mhd_ready_run(loop);
                loop_look_after(loop);
                if (!loop->has_closed)
                        loop_wait(loop);
        }
        atomic_store(&loop->has_ended, true);
        return NULL;
}

/* GnuTLS's defaults, without the TLS versions that RFC 8996 deprecates. */
static const char tls_versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

/* How strictly the library reads. We read more strictly, and answer what we refuse like anything
 * else; but from version 1.0 on, it would by default redirect who has a space in the target. */
#if MHD_VERSION >= 0x01000000
#define STRICTNESS MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1
#else
#define STRICTNESS MHD_OPTION_STRICT_FOR_CLIENT, 0
#endif

/* Our own deadlines replace the library's timeout, which every byte resets. The library closes the
 * socket it is given when it stops, and also when it fails to start. */
static struct MHD_Daemon *daemon_start(struct engine *engine, struct engine_loop *loop)
{
        const struct engine_options *options = &engine->options;
        unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME |
                         (options->tls_key ? (unsigned)MHD_USE_TLS : 0u);
        struct MHD_OptionItem items[] = {
                {MHD_OPTION_LISTEN_SOCKET, fcntl(engine->socket, F_DUPFD_CLOEXEC, 0), NULL},
                {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
                {MHD_OPTION_CONNECTION_LIMIT,
                 (options->connections + engine->n_loops - 1) / engine->n_loops + CONNECTIONS_OVER,
                 NULL},
                {STRICTNESS, NULL},
                {options->tls_key ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0,
                 (void *)(uintptr_t)options->tls_key},
                {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->tls_certificate},
                {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_versions},
                {MHD_OPTION_END, 0, NULL},
        };

        return MHD_start_daemon(flags, 0, engine_mhd_on_accept, loop, engine_mhd_on_request, loop,
                                MHD_OPTION_ARRAY, items, MHD_OPTION_URI_LOG_CALLBACK,
                                engine_mhd_on_target, loop, MHD_OPTION_NOTIFY_COMPLETED,
                                engine_mhd_on_completed, loop, MHD_OPTION_NOTIFY_CONNECTION,
                                engine_mhd_on_connection, loop, MHD_OPTION_UNESCAPE_CALLBACK,
                                engine_mhd_on_unescape, NULL, MHD_OPTION_END);
}

/* The loop is in the engine's list afterwards, even if it could not be started. */
static bool loop_start(struct engine *engine)
{
        struct engine_loop *loop = calloc(1, sizeof(*loop));

        if (!loop)
                return false;
        loop->engine = engine;
        loop->next = engine->loops;
        engine->loops = loop;
        loop->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        loop->hang_ups = epoll_create1(EPOLL_CLOEXEC);
        if (loop->wake >= 0 && loop->hang_ups >= 0)
                loop->daemon = daemon_start(engine, loop);
        if (!loop->daemon)
                return false;
        loop->epoll = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
        loop->listens = true;
        atomic_fetch_add(&engine->n_listening, 1);
        errno = pthread_create(&loop->thread, NULL, loop_main, loop);
        loop->runs = errno == 0;
        return loop->runs;
}

bool engine_mhd_loops_start(struct engine *engine)
{
        for (unsigned i = 0; i < engine->n_loops; i++)
                if (!loop_start(engine))
                        return false;
        return true;
}

void engine_mhd_loops_wake(struct engine *engine)
{
        for (struct engine_loop *loop = engine->loops; loop; loop = loop->next)
                if (loop->runs)
                        engine_mhd_loop_wake(loop);
}

static void loop_free(struct engine_loop *loop)
{
        if (loop->runs)
                pthread_join(loop->thread, NULL);
        if (loop->listens)
                atomic_fetch_sub(&loop->engine->n_listening, 1);
        if (loop->daemon)
                MHD_stop_daemon(loop->daemon);
        if (loop->wake >= 0)
                close(loop->wake);
        if (loop->hang_ups >= 0)
                close(loop->hang_ups);
        free(loop);
}

/* Frees the loops that have ended, or were never started. */
static void loops_reap(struct engine *engine)
{
        struct engine_loop **link = &engine->loops;

        while (*link) {
                struct engine_loop *loop = *link;

                if (loop->runs && !atomic_load(&loop->has_ended)) {
                        link = &loop->next;
                        continue;
                }
                *link = loop->next;
                loop_free(loop);
        }
}

/* Retires the loops from `loop` up to `end`. */
static void loops_retire(struct engine_loop *loop, const struct engine_loop *end)
{
        for (; loop != end; loop = loop->next) {
                atomic_store(&loop->is_retired, true);
                if (loop->runs)
                        engine_mhd_loop_wake(loop);
        }
}

bool engine_mhd_loops_renew(struct engine *engine)
{
        struct engine_loop *old = engine->loops;
        bool started = engine_mhd_loops_start(engine);

        if (started)
                loops_retire(old, NULL);
        else
                loops_retire(engine->loops, old);
        loops_reap(engine);
        return started;
}

void engine_mhd_loops_end(struct engine *engine)
{
        atomic_store(&engine->ended, true);
        engine_mhd_loops_wake(engine);
        while (engine->loops) {
                struct engine_loop *loop = engine->loops;

                engine->loops = loop->next;
                loop_free(loop);
        }
}
