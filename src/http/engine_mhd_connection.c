/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections: who may have one, their state, and their ends.
 *
 * The library checks a connection only when something new happens on it, so it misses a hang-up
 * that arrives together with the last bytes. So we watch for hang-ups ourselves, and shut down a
 * connection whose peer has nothing more to send and waits for no response.
 */
#include "http/engine_mhd.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "http/listen.h"

enum {
        STUCK_LOOKS = 4, /* after this many checks with the same bytes unread */
        HANG_UP_LOOKS = 4,
};

struct peer *engine_mhd_peer(struct MHD_Connection *connection)
{
        return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
                ->socket_context;
}

void engine_mhd_allow(struct peer *peer, unsigned seconds)
{
        deadline_set(&peer->deadline, monotonic_in((int64_t)seconds * 1000));
}

/* --- hang-ups --- */

static void hung_up_link(struct engine_loop *loop, struct peer *peer)
{
        if (!peer->hung_up)
                LIST_INSERT_HEAD(&loop->hung_up, peer, in_hung_up);
        peer->hung_up = true;
}

static void hung_up_unlink(struct peer *peer)
{
        if (peer->hung_up)
                LIST_REMOVE(peer, in_hung_up);
        peer->hung_up = false;
}

/* Done once; if it fails, the deadline catches the hang-up. */
static void hang_up_watch(struct engine_loop *loop, struct peer *peer)
{
        struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = peer};

        (void)epoll_ctl(loop->hang_ups, EPOLL_CTL_ADD, peer->deadline.socket, &event);
}

static void hang_ups_note(struct engine_loop *loop)
{
        struct epoll_event events[HANG_UPS_AT_ONCE];
        int n = epoll_wait(loop->hang_ups, events, HANG_UPS_AT_ONCE, 0);

        for (int i = 0; i < n; i++)
                hung_up_link(loop, events[i].data.ptr);
}

/* Whether the request is complete: then it gets a response, though the peer sends nothing more. */
static bool is_being_answered(const struct peer *peer)
{
        return peer->exchange && peer->exchange->stage >= STAGE_READY;
}

static int unread_bytes(const struct peer *peer)
{
        int n = 0;

        return ioctl(peer->deadline.socket, FIONREAD, &n) == 0 ? n : 0;
}

void engine_mhd_hang_ups(struct engine_loop *loop, bool is_busy)
{
        struct peer *next;

        hang_ups_note(loop);
        for (struct peer *peer = LIST_FIRST(&loop->hung_up); peer; peer = next) {
                next = LIST_NEXT(peer, in_hung_up);
                if (is_being_answered(peer) || unread_bytes(peer))
                        continue;
                /* As long as the library has more to do, it may still hold bytes it has read. */
                if (is_busy && ++peer->n_looks < HANG_UP_LOOKS)
                        continue;
                hung_up_unlink(peer);
                (void)shutdown(peer->deadline.socket, SHUT_RDWR);
        }
}

/* --- chunks whose first line does not fit the connection's memory --- */

void engine_mhd_chunked_begin(struct peer *peer)
{
        if (!peer->is_chunked)
                LIST_INSERT_HEAD(&peer->loop->chunked, peer, in_chunked);
        peer->is_chunked = true;
        peer->n_unread = 0;
        peer->n_read = 0;
        peer->n_stuck = 0;
}

static void chunked_end(struct peer *peer)
{
        if (peer->is_chunked)
                LIST_REMOVE(peer, in_chunked);
        peer->is_chunked = false;
}

/* A fast sender fills the socket as often as the library empties it, so the number of unread bytes
 * alone would say nothing. */
static bool is_stuck(struct peer *peer)
{
        uint64_t n_read = peer->exchange ? peer->exchange->received : 0;
        int n_unread = is_being_answered(peer) ? 0 : unread_bytes(peer);
        bool same = n_unread == peer->n_unread && n_read == peer->n_read;

        peer->n_unread = n_unread;
        peer->n_read = n_read;
        return n_unread && same;
}

void engine_mhd_stuck_ones(struct engine_loop *loop)
{
        for (struct peer *peer = LIST_FIRST(&loop->chunked); peer;
             peer = LIST_NEXT(peer, in_chunked)) {
                peer->n_stuck = is_stuck(peer) ? peer->n_stuck + 1 : 0;
                if (peer->n_stuck == STUCK_LOOKS)
                        (void)shutdown(peer->deadline.socket, SHUT_RDWR);
        }
}

/* --- the exchange of a connection --- */

/* If it has one. */
static void exchange_end(struct peer *peer)
{
        struct http_exchange *exchange = peer->exchange;
        struct engine *engine = peer->loop->engine;

        if (!exchange)
                return;
        peer->exchange = NULL;
        chunked_end(peer);
        if (exchange->stage == STAGE_READY)
                engine_mhd_ready_remove(exchange);
        /* The client left while its response was being written. */
        if (exchange->answer)
                MHD_destroy_response(exchange->answer);
        exchange->answer = NULL;
        exchange_release(exchange);
        atomic_fetch_sub(&engine->n_open, 1);
}

struct http_exchange *engine_mhd_exchange_new(struct peer *peer)
{
        struct engine *engine = peer->loop->engine;
        struct http_exchange *exchange;
        char id[ID_SIZE + 1];

        exchange_end(peer);
        snprintf(id, sizeof(id), "%016llx%016llx", (unsigned long long)engine->options.id_seed,
                 (unsigned long long)atomic_fetch_add(&engine->next_id, 1));
        exchange = exchange_new(&engine->pool, engine, peer->target,
                                slice_from_string(peer->address), slice_new(id, ID_SIZE));
        if (!exchange)
                return NULL;
        exchange->started = peer->started;
        exchange->connection = peer->connection;
        exchange->call.vocabulary = engine->options.vocabulary;
        exchange->loop = peer->loop;
        atomic_fetch_add(&engine->n_open, 1);
        peer->exchange = exchange;
        return exchange;
}

/* --- callbacks of the library --- */

enum MHD_Result engine_mhd_on_accept(void *context, const struct sockaddr *address, socklen_t size)
{
        struct engine_loop *loop = context;
        uint8_t bytes[16];

        (void)size;
        address_bytes(address, bytes);
        return connection_slots_admit(loop->engine->slots, bytes) ? MHD_YES : MHD_NO;
}

static struct peer *peer_new(struct engine_loop *loop, struct MHD_Connection *connection)
{
        const struct sockaddr *address =
                MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
                        ->client_addr;
        int socket =
                MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        struct peer *peer = calloc(1, sizeof(*peer));
        uint8_t bytes[16];

        address_bytes(address, bytes);
        if (!peer || !connection_slots_take(loop->engine->slots, &peer->slot, bytes, socket)) {
                free(peer);
                return NULL;
        }
        address_encode(address, peer->address);
        peer->loop = loop;
        peer->connection = connection;
        peer->deadline.socket = socket;
        return peer;
}

static void peer_free(struct peer *peer)
{
        struct engine *engine = peer->loop->engine;

        exchange_end(peer);
        hung_up_unlink(peer);
        (void)epoll_ctl(peer->loop->hang_ups, EPOLL_CTL_DEL, peer->deadline.socket, NULL);
        deadlines_remove(engine->deadlines, &peer->deadline);
        connection_slots_release(engine->slots, &peer->slot);
        free(peer);
}

/* Without memory the connection has no state, and its first request is refused. */
void engine_mhd_on_connection(void *context, struct MHD_Connection *connection,
                              void **socket_context, enum MHD_ConnectionNotificationCode what)
{
        struct engine_loop *loop = context;
        struct peer *peer = *socket_context;

        if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
                loop->has_closed = true;
                if (peer)
                        peer_free(peer);
                *socket_context = NULL;
                return;
        }
        peer = peer_new(loop, connection);
        if (!peer)
                return;
        engine_mhd_allow(peer, loop->engine->options.head_seconds);
        deadlines_add(loop->engine->deadlines, &peer->deadline);
        hang_up_watch(loop, peer);
        *socket_context = peer;
}

/* The library would parse parameters and cookies into tables that exceed the connection's memory,
 * start a refusal of its own, and then go on as if nothing had happened. So we hide both from it:
 * the query is cut off, and an empty cookie comes first. */
static const char no_cookie[] = "";

bool engine_mhd_is_own_field(const char *value)
{
        return value == no_cookie;
}

void *engine_mhd_on_target(void *context, const char *uri, struct MHD_Connection *connection)
{
        const struct engine_loop *loop = context;
        struct peer *peer = engine_mhd_peer(connection);
        /* The library's own buffer, which it passes as const. */
        char *query = strchr((char *)(uintptr_t)uri, '?');

        if (!peer)
                return NULL;
        exchange_end(peer);
        peer->target = slice_from_string(uri);
        peer->started = monotonic_now();
        peer->query = query;
        if (query) {
                peer->query_begin = query[1];
                query[1] = '\0';
        }
        (void)MHD_set_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_COOKIE,
                                       no_cookie);
        engine_mhd_allow(peer, loop->engine->options.head_seconds);
        return NULL;
}

void engine_mhd_target_restore(struct peer *peer)
{
        if (!peer->query)
                return;
        peer->query[0] = '?';
        peer->query[1] = peer->query_begin;
        peer->query = NULL;
}

void engine_mhd_on_completed(void *context, struct MHD_Connection *connection, void **request,
                             enum MHD_RequestTerminationCode why)
{
        const struct engine_loop *loop = context;
        struct peer *peer = engine_mhd_peer(connection);

        (void)why;
        *request = NULL;
        if (!peer)
                return;
        exchange_end(peer);
        connection_slots_set(loop->engine->slots, &peer->slot, CONNECTION_IDLE);
        engine_mhd_allow(peer, loop->engine->options.idle_seconds);
}

size_t engine_mhd_on_unescape(void *context, struct MHD_Connection *connection, char *text)
{
        (void)context;
        (void)connection;
        return strlen(text);
}
