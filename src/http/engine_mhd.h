/* SPDX-License-Identifier: Apache-2.0
 *
 * What the engine_mhd files share. Only they use libmicrohttpd (0.9.75): one starts and stops the
 * engine, the others are for the epoll threads, the connections, the requests and the responses.
 * The library's callbacks run on the epoll threads and must not block.
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
        /* Bounds the head; beyond it the library responds with 414 or 431. More than 32 KiB, so
         * that it is mapped, and returned to the system when the connection ends. */
        CONNECTION_MEMORY = 36 * 1024,
        CONNECTIONS_OVER = 64, /* abandoned connections that have not ended yet, per loop */
        HANG_UPS_AT_ONCE = 64,
        ID_SIZE = 32,
};

/* The state of a connection. It owns its exchange, which ends with the response, the next request
 * line or the connection, whether or not the library reports that. */
struct peer {
        struct deadline deadline;
        struct connection_slot slot;
        struct engine_loop *loop;
        struct MHD_Connection *connection;
        struct http_exchange *exchange; /* from the end of the head to the end of the response */
        struct slice target;            /* of the request line, in the library's buffer */
        char *query;                    /* its "?" with the query, hidden from the library */
        char query_begin;
        bool is_known;    /* has sent a whole request */
        bool hung_up;     /* the peer will send nothing more: in the list */
        unsigned n_looks; /* checks since it hung up, while the library was busy */
        LIST_ENTRY(peer) in_hung_up;
        bool is_chunked; /* sends a body in chunks: in the list */
        int n_unread;    /* unread bytes at the last check whether the library reads them */
        uint64_t n_read; /* bytes of body that it had read then */
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
        unsigned n_rounds; /* rounds in a row in which the library had more to do at once */
        struct http_exchange *ready; /* received completely, to be handed to the workers */
        atomic_bool is_woken;
        bool runs;
        bool listens;
        bool has_closed;        /* a connection ended while the library ran */
        atomic_bool is_retired; /* accepts no more connections, and ends with its last one */
        atomic_bool has_ended;
};

struct engine {
        struct engine_options options;
        struct engine_loop *loops; /* for the thread that starts, renews or stops the engine */
        unsigned n_loops;          /* that accept connections */
        atomic_int n_listening;    /* loops that still accept connections */
        atomic_bool ended;         /* the loops shall end */
        struct workers *workers;
        struct workers *nonblocking;
        struct workers *streamers; /* few, so that streams take little from other requests */
        struct deadlines *deadlines;
        struct connection_slots *slots;
        struct delays *delays; /* of 429 responses; NULL: they are sent at once */
        int socket;
        uint16_t port;
        _Atomic uint64_t next_id;
        atomic_bool stopping;
        atomic_bool streams_end; /* no more pieces are produced */
        atomic_int n_open;       /* exchanges that their connection holds */
        atomic_int n_waiting;    /* of these, suspended or about to be */
        atomic_int n_running;    /* handed over, and possibly still in use by a worker */
        struct waiting waiting;
        struct exchange_pool pool;
};

/* The context of all callbacks is the connection's loop. Decides whether an address may connect. */
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

/* Leaves paths undecoded, as they were sent. */
size_t engine_mhd_on_unescape(void *context, struct MHD_Connection *connection, char *text);

/* NULL if there was no memory for it. */
struct peer *engine_mhd_peer(struct MHD_Connection *connection);

/* Moves its deadline to `seconds` from now. */
void engine_mhd_allow(struct peer *peer, unsigned seconds);

/* Starts the exchange of a connection whose head was read. Return: NULL without memory. */
struct http_exchange *engine_mhd_exchange_new(struct peer *peer);

/* Restores the target as it was sent. */
void engine_mhd_target_restore(struct peer *peer);

/* Reads the request line, the fields and the empty line after them into the exchange's head. If
 * anything else is between them, the head holds a refusal afterwards. */
void engine_mhd_head_take(struct http_exchange *exchange, const char *method, const char *version);

/* Whether a header field was added by us, not sent by the client. */
bool engine_mhd_is_own_field(const char *value);

/* Hands the completely received exchanges to the workers. */
void engine_mhd_ready_run(struct engine_loop *loop);

/* Removes one of them that has ended. */
void engine_mhd_ready_remove(struct http_exchange *exchange);

/* Shuts down connections whose peer has hung up and waits for no response. If the library has more
 * to do at once, it gets time for that first. */
void engine_mhd_hang_ups(struct engine_loop *loop, bool is_busy);

/* Shuts down connections whose bytes the library keeps polling for but never reads. */
void engine_mhd_stuck_ones(struct engine_loop *loop);

/* Called when the head announced a chunked body. */
void engine_mhd_chunked_begin(struct peer *peer);

/* Creates the library's response object. The body must live as long as it, or be copied. Return:
 * NULL without memory. */
struct MHD_Response *engine_mhd_response(struct engine *engine, struct http_call *call, bool copy);

/* Responds to a claimed exchange with 503 instead of its worker, which may still be writing into
 * the call. */
void engine_mhd_answer_stopping(struct http_exchange *exchange);

/* Wakes the suspended connection of an exchange, and gives it time to send. */
void engine_mhd_resume(struct http_exchange *exchange);

/* Creates the response of an exchange whose call has a stream, without headers. Return: NULL
 * without memory. */
struct MHD_Response *engine_mhd_stream_new(struct http_exchange *exchange);

/* Starts the loops, which then accept connections. Return: false with errno set; then
 * engine_mhd_loops_end() cleans up. */
bool engine_mhd_loops_start(struct engine *engine);

/* Starts new loops with the current options and retires the old ones; keeps the old ones if that
 * fails. Return: false with errno set. */
bool engine_mhd_loops_renew(struct engine *engine);

/* Makes a loop check its connections and the engine's flags. */
void engine_mhd_loop_wake(struct engine_loop *loop);

/* Wakes all loops. */
void engine_mhd_loops_wake(struct engine *engine);

/* Stops the loops and closes their connections. */
void engine_mhd_loops_end(struct engine *engine);
