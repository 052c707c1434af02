/* SPDX-License-Identifier: Apache-2.0
 *
 * What the engine_mhd files share, the only ones that know libmicrohttpd (0.9.75): one starts and
 * stops the engine, one has the epoll threads, one answers the library's callbacks, which run on
 * these threads and must not block.
 */
#pragma once

#include <microhttpd.h>

#include "http/deadlines.h"
#include "http/delays.h"
#include "http/engine.h"
#include "http/waiting.h"

enum {
        LOOPS_MAXIMUM = 16,
        CONNECTION_MEMORY = 32 * 1024, /* bounds the head; the library answers 414 or 431 */
};

/* An epoll thread with the connections it has accepted. */
struct engine_loop {
        struct engine *engine;
        struct engine_loop *next;
        struct MHD_Daemon *daemon;
        pthread_t thread;
        int epoll; /* the daemon's */
        int wake;  /* an eventfd, or -1 */
        atomic_bool is_woken;
        bool runs;
        bool listens;
        bool has_closed;        /* a connection, while the library looked */
        atomic_bool is_retired; /* accepts no more, and ends with its last connection */
        atomic_bool has_ended;
};

struct engine {
        struct engine_options options;
        struct engine_loop *loops; /* of who starts, renews and stops the engine */
        unsigned n_loops;          /* that accept connections */
        atomic_int n_listening;    /* loops that still accept connections */
        atomic_bool ended;         /* the loops shall end */
        struct workers *workers;
        struct workers *quick;
        struct deadlines *deadlines;
        struct delays *delays; /* of answers 429; NULL: they leave at once */
        int socket;
        uint16_t port;
        _Atomic uint64_t next_id;
        atomic_bool stopping;
        atomic_int n_open;    /* exchanges that their connection holds */
        atomic_int n_waiting; /* of these, the suspended ones */
        atomic_int n_running; /* handed over, and somebody may still be working on them */
        struct waiting waiting;
        struct exchange_pool pool;
};

/* The context of the callbacks is the connection's loop. A request line was read: begins an
 * exchange. */
void *engine_mhd_on_target(void *context, const char *uri, struct MHD_Connection *connection);

/* Once for the head, once for each piece of body, once for its end, once after being resumed. */
enum MHD_Result engine_mhd_on_request(void *context, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *data, size_t *data_size, void **request);

void engine_mhd_on_completed(void *context, struct MHD_Connection *connection, void **request,
                             enum MHD_RequestTerminationCode why);

void engine_mhd_on_connection(void *context, struct MHD_Connection *connection,
                              void **socket_context, enum MHD_ConnectionNotificationCode what);

/* Leaves paths as they were sent. */
size_t engine_mhd_on_unescape(void *context, struct MHD_Connection *connection, char *text);

/* Answers a claimed exchange with 503 in the place of its worker, who may still be writing into the
 * call. */
void engine_mhd_answer_stopping(struct exchange *exchange);

/* Starts the loops, which begin to accept. Return: false with errno set; then
 * engine_mhd_loops_end() cleans up. */
bool engine_mhd_loops_start(struct engine *engine);

/* Starts loops anew, with the options as they are now, and retires the old ones; or, if that cannot
 * be, keeps these. Return: false with errno set. */
bool engine_mhd_loops_renew(struct engine *engine);

/* Makes a loop look at its connections and the engine's flags. */
void engine_mhd_loop_wake(struct engine_loop *loop);

/* All of them. */
void engine_mhd_loops_wake(struct engine *engine);

/* Ends the loops and closes their connections. */
void engine_mhd_loops_end(struct engine *engine);
