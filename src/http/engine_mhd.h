/* SPDX-License-Identifier: Apache-2.0
 *
 * What the engine_mhd files share, the only ones that know libmicrohttpd (0.9.75): one starts and
 * stops the engine, one has the epoll threads, one the connections, one the requests, one the
 * answers. The library's callbacks run on the epoll threads and must not block.
 */
#pragma once

#include <microhttpd.h>
#include <sys/queue.h>

#include "http/connection_slots.h"
#include "http/deadlines.h"
#include "http/delays.h"
#include "http/engine.h"
#include "http/listen.h"
#include "http/waiting.h"

enum {
        LOOPS_MAXIMUM = 16,
        /* Bounds the head; beyond, the library answers 414 or 431. More than 32 KiB, so that it is
         * mapped, and is the system's again when the connection ends. */
        CONNECTION_MEMORY = 36 * 1024,
        CONNECTIONS_OVER = 64, /* that were given up and have not ended yet, a loop */
        HANG_UPS_AT_ONCE = 64,
        ID_SIZE = 32,
};

/* What is known of a connection. It owns its exchange, which ends with the answer, the next request
 * line or the connection, whatever the library tells or forgets. */
struct peer {
        struct deadline deadline;
        struct connection_slot slot;
        struct engine_loop *loop;
        struct MHD_Connection *connection;
        struct http_exchange *exchange; /* from the end of the head to the end of the answer */
        struct slice target;            /* of the request line, in the library's buffer */
        char *query; /* its "?", with what stood behind: hidden from the library */
        char query_begin;
        bool is_known;    /* has sent a whole request */
        bool hung_up;     /* the other end sends nothing more: in the list */
        unsigned n_looks; /* at it since, while the library was busy */
        LIST_ENTRY(peer) in_hung_up;
        bool is_chunked; /* sends a body in chunks: in the list */
        int n_unread;    /* bytes when it was last looked whether the library reads them */
        unsigned n_stuck;
        LIST_ENTRY(peer) in_chunked;
        int64_t started; /* of monotonic_now() */
        char address[ADDRESS_TEXT_SIZE];
};

/* An epoll thread with the connections it has accepted. */
struct engine_loop {
        struct engine *engine;
        struct engine_loop *next;
        struct MHD_Daemon *daemon;
        pthread_t thread;
        int epoll;    /* the daemon's */
        int wake;     /* an eventfd, or -1 */
        int hang_ups; /* an epoll descriptor, or -1 */
        LIST_HEAD(, peer) hung_up;
        LIST_HEAD(, peer) chunked;
        unsigned n_rounds;           /* in which the library had more to do at once */
        struct http_exchange *ready; /* received whole, and to be handed to the workers */
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
        struct workers *nonblocking;
        struct workers *streamers; /* few, so that streams take little from whoever asks once */
        struct deadlines *deadlines;
        struct connection_slots *slots;
        struct delays *delays; /* of answers 429; NULL: they leave at once */
        int socket;
        uint16_t port;
        _Atomic uint64_t next_id;
        atomic_bool stopping;
        atomic_bool streams_end; /* no more pieces are made */
        atomic_int n_open;       /* exchanges that their connection holds */
        atomic_int n_waiting;    /* of these, those that are or will be suspended */
        atomic_int n_running;    /* handed over, and somebody may still be working on them */
        struct waiting waiting;
        struct exchange_pool pool;
};

/* The context of the callbacks is the connection's loop. Whether an address may connect. */
enum MHD_Result engine_mhd_on_accept(void *context, const struct sockaddr *address, socklen_t size);

/* A request line was read. */
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

/* NULL if there was no memory to know it. */
struct peer *engine_mhd_peer(struct MHD_Connection *connection);

/* Lets it go on for so long. */
void engine_mhd_allow(struct peer *peer, unsigned seconds);

/* Begins the exchange of a connection whose head is there. Return: NULL without memory. */
struct http_exchange *engine_mhd_exchange_new(struct peer *peer);

/* Puts the target back as it was sent. */
void engine_mhd_target_restore(struct peer *peer);

/* Takes the request line, the fields, and the empty line behind them into the exchange's head,
 * which has a refusal afterwards if something else stands between them. */
void engine_mhd_head_take(struct http_exchange *exchange, const char *method, const char *version);

/* Whether a header field is none of the client's. */
bool engine_mhd_is_own_field(const char *value);

/* Hands the exchanges that were received whole to the workers. */
void engine_mhd_ready_run(struct engine_loop *loop);

/* One of them has ended before. */
void engine_mhd_ready_remove(struct http_exchange *exchange);

/* Shuts down the connections whose other end has hung up and waits for no answer; where the library
 * has more to do at once, not before it has had time for it. */
void engine_mhd_hang_ups(struct engine_loop *loop, bool is_busy);

/* Shuts down the connections whose bytes the library does not read and keeps coming back to. */
void engine_mhd_stuck_ones(struct engine_loop *loop);

/* The head said that the body comes in chunks. */
void engine_mhd_chunked_begin(struct peer *peer);

/* The library's form of an answer. Return: NULL without memory. The body must stay as long as the
 * response, or be copied. */
struct MHD_Response *engine_mhd_response(struct engine *engine, struct http_call *call, bool copy);

/* Answers a claimed exchange with 503 in the place of its worker, who may still be writing into the
 * call. */
void engine_mhd_answer_stopping(struct http_exchange *exchange);

/* Wakes the connection of an exchange, which sleeps, and gives it time to send. */
void engine_mhd_resume(struct http_exchange *exchange);

/* The response of an exchange whose call has a stream, without headers. Return: NULL without
 * memory. */
struct MHD_Response *engine_mhd_stream_new(struct http_exchange *exchange);

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
