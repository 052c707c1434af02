/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls on kept connections and new ones.
 */
#include "remote/satellite/satellite.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/event.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "remote/dial.h"
#include "remote/satellite/message.h"
#include "remote/satellite/stream.h"

enum {
        KEPT_MAXIMUM = 8, /* idle connections */
        REQUEST_MAXIMUM = 3 * LIMIT_API_KEY,
};

#define USER_AGENT SLICE("grantd/" GRANTD_VERSION)

/* A slot for an idle connection. */
struct kept {
        struct satellite_connection *connection; /* NULL: the slot is free */
        char address[LIMIT_SATELLITE_ADDRESS + 1];
        int64_t since; /* of monotonic_now() */
};

/* One call: the satellite, the method and its deadline. */
struct call {
        struct slice address;
        struct slice name;
        const struct buf *request;
        int64_t deadline;  /* of the whole call */
        int socket;        /* that the call waits on; -1: none. Under the lock, like the next */
        struct call *next; /* of the running calls */
};

struct satellites {
        struct satellite_options options;
        struct satellite_connector *connector;
        struct resolver *resolver;
        pthread_mutex_t lock;
        bool is_stopping;   /* under the lock, like all that follows */
        unsigned n_calls;   /* running calls */
        struct call *calls; /* the same, as a list */
        struct kept kept[KEPT_MAXIMUM];
};

struct satellite_times satellite_times_default(void)
{
        return (struct satellite_times){
                .connect = 5000,
                .handshake = 5000,
                .call = 10000,
                .all = 20000,
                .idle = 120000,
        };
}

struct satellites *satellites_new(const struct satellite_options *options)
{
        struct satellites *satellites = calloc(1, sizeof(*satellites));

        if (!satellites)
                return NULL;
        satellites->options = *options;
        pthread_mutex_init(&satellites->lock, NULL);
        satellites->connector = satellite_connector_new();
        satellites->resolver = resolver_new();
        if (satellites->connector && satellites->resolver)
                return satellites;
        satellites_free(satellites);
        return NULL;
}

void satellites_free(struct satellites *satellites)
{
        if (!satellites)
                return;
        for (size_t i = 0; i < KEPT_MAXIMUM; i++)
                satellite_connection_close(satellites->kept[i].connection);
        satellite_connector_free(satellites->connector);
        resolver_free(satellites->resolver);
        pthread_mutex_destroy(&satellites->lock);
        free(satellites);
}

/* --- stopping --- */

/* From now on another thread can end the call. Return: false if it must end at once. */
static bool call_watch(struct satellites *satellites, struct call *call, int socket)
{
        bool goes_on;

        pthread_mutex_lock(&satellites->lock);
        goes_on = !satellites->is_stopping;
        if (goes_on)
                call->socket = socket;
        pthread_mutex_unlock(&satellites->lock);
        return goes_on;
}

/* Call it before the socket is closed or kept, since its number may then be another's. */
static void call_unwatch(struct satellites *satellites, struct call *call)
{
        pthread_mutex_lock(&satellites->lock);
        call->socket = -1;
        pthread_mutex_unlock(&satellites->lock);
}

void satellites_stop(struct satellites *satellites)
{
        if (!satellites)
                return;
        pthread_mutex_lock(&satellites->lock);
        satellites->is_stopping = true;
        for (struct call *call = satellites->calls; call; call = call->next)
                if (call->socket >= 0)
                        (void)shutdown(call->socket, SHUT_RDWR);
        pthread_mutex_unlock(&satellites->lock);
}

/* --- kept connections --- */

/* The newest kept connection to this address; NULL if all are too old (see satellites_tidy()). */
static struct satellite_connection *kept_take(struct satellites *satellites, struct slice address)
{
        int64_t oldest = monotonic_in(-satellites->options.times.idle);
        struct satellite_connection *connection = NULL;
        struct kept *found = NULL;

        pthread_mutex_lock(&satellites->lock);
        for (size_t i = 0; i < KEPT_MAXIMUM; i++) {
                struct kept *kept = &satellites->kept[i];

                if (kept->connection && kept->since > oldest &&
                    (!found || kept->since > found->since) &&
                    slice_equal(slice_from_string(kept->address), address))
                        found = kept;
        }
        if (found)
                connection = take(&found->connection);
        pthread_mutex_unlock(&satellites->lock);
        return connection;
}

void satellites_tidy(struct satellites *satellites)
{
        int64_t oldest = monotonic_in(-satellites->options.times.idle);
        struct satellite_connection *old[KEPT_MAXIMUM];
        size_t n = 0;

        pthread_mutex_lock(&satellites->lock);
        for (size_t i = 0; i < KEPT_MAXIMUM; i++) {
                struct kept *kept = &satellites->kept[i];

                if (kept->connection && kept->since <= oldest)
                        old[n++] = take(&kept->connection);
        }
        pthread_mutex_unlock(&satellites->lock);
        while (n)
                satellite_connection_close(old[--n]);
}

/* A free slot, or that of the least recently used connection. */
static struct kept *slot_choose(struct kept *kept)
{
        struct kept *oldest = &kept[0];

        for (size_t i = 0; i < KEPT_MAXIMUM; i++) {
                if (!kept[i].connection)
                        return &kept[i];
                if (kept[i].since < oldest->since)
                        oldest = &kept[i];
        }
        return oldest;
}

static void kept_give(struct satellites *satellites, struct slice address,
                      struct satellite_connection *connection)
{
        struct satellite_connection *replaced;
        struct kept *slot;

        pthread_mutex_lock(&satellites->lock);
        slot = slot_choose(satellites->kept);
        replaced = slot->connection;
        *slot = (struct kept){.connection = connection, .since = monotonic_now()};
        memcpy(slot->address, address.data, address.size);
        pthread_mutex_unlock(&satellites->lock);
        satellite_connection_close(replaced);
}

/* --- one call --- */

/* Does the handshake over a watched socket. */
static enum err handshake(struct satellites *satellites, struct call *call, int socket,
                          const struct node_id *id, struct satellite_connection **ret)
{
        int64_t deadline = monotonic_within(call->deadline, satellites->options.times.handshake);

        if (!call_watch(satellites, call, socket))
                return ERR_SATELLITE_UNAVAILABLE;
        return satellite_connection_open(satellites->connector, socket, id, deadline, ret);
}

static enum err connection_open(struct satellites *satellites, struct call *call,
                                struct satellite_connection **ret)
{
        const struct dialer dialer = {satellites->resolver, satellites->options.allowlist,
                                      "satellite.allowed"};
        struct satellite_address address;
        int socket;
        enum err error;

        if (call->address.size > LIMIT_SATELLITE_ADDRESS ||
            !satellite_address_parse(call->address, &address))
                return ERR_SATELLITE_ADDRESS;
        error = dial(&dialer, &(struct dial_target){address.host, address.port},
                     monotonic_within(call->deadline, satellites->options.times.connect), &socket);
        if (error != ERR_OK)
                return error == ERR_FORBIDDEN ? ERR_SATELLITE_FORBIDDEN : ERR_SATELLITE_UNAVAILABLE;
        error = handshake(satellites, call, socket, &address.id, ret);
        if (error == ERR_OK)
                return ERR_OK;
        call_unwatch(satellites, call);
        (void)close(socket);
        return error;
}

/* Makes the call over this connection, then keeps or closes it. */
static enum err connection_use(struct satellites *satellites, struct call *call,
                               struct satellite_connection *connection,
                               struct stream_result *result)
{
        enum err error = ERR_SATELLITE_UNAVAILABLE;

        if (call_watch(satellites, call, connection->socket))
                error = stream_call(
                        connection, call->name, call->request,
                        monotonic_within(call->deadline, satellites->options.times.call), result);
        call_unwatch(satellites, call);
        if (error == ERR_OK || stream_is_refusal(error))
                kept_give(satellites, call->address, connection);
        else
                satellite_connection_close(connection);
        return error;
}

/* A kept connection may have died in the meantime. So if the outcome of a call on one is unknown,
 * the call is repeated on a new connection; repeating it does no harm. */
static enum err call_make(struct satellites *satellites, struct call *call,
                          struct stream_result *result)
{
        struct satellite_connection *connection = kept_take(satellites, call->address);

        if (connection) {
                enum err error = connection_use(satellites, call, connection, result);

                if (error != ERR_SATELLITE_OUTCOME_UNKNOWN)
                        return error;
        }
        TRY(connection_open(satellites, call, &connection));
        return connection_use(satellites, call, connection, result);
}

static bool call_begin(struct satellites *satellites, struct call *call)
{
        bool has_room;

        pthread_mutex_lock(&satellites->lock);
        has_room = satellites->n_calls < satellites->options.calls;
        if (has_room) {
                satellites->n_calls++;
                call->next = satellites->calls;
                satellites->calls = call;
        }
        pthread_mutex_unlock(&satellites->lock);
        return has_room;
}

static void call_end(struct satellites *satellites, const struct call *call)
{
        struct call **at = &satellites->calls;

        pthread_mutex_lock(&satellites->lock);
        satellites->n_calls--;
        while (*at != call)
                at = &(*at)->next;
        *at = call->next;
        pthread_mutex_unlock(&satellites->lock);
}

/* An expected outcome is no reason for a warning. */
static enum event_level level_of(enum err error)
{
        return error == ERR_OK || error == ERR_SATELLITE_KEY_REFUSED ||
                               error == ERR_SATELLITE_FORBIDDEN
                       ? EVENT_DEBUG
                       : EVENT_WARNING;
}

/* Texts from satellites go to the log only. */
static void call_log(const struct call *call, enum err error, const struct stream_result *result)
{
        EVENT(level_of(error), "satellite", EVENT_SLICE("address", slice_to(call->address, 200)),
              EVENT_SLICE("call", call->name), EVENT_TEXT("outcome", error_info(error)->name),
              EVENT_INTEGER("code", (int64_t)result->code), EVENT_TEXT("text", result->text));
}

static enum err satellite_call(struct satellites *satellites, struct slice address,
                               struct slice name, const struct buf *request,
                               struct stream_result *result)
{
        struct call call = {
                .address = address,
                .name = name,
                .request = request,
                .deadline = monotonic_in(satellites->options.times.all),
                .socket = -1,
        };
        enum err error;

        if (request->failed)
                return ERR_INTERNAL;
        if (!call_begin(satellites, &call))
                return ERR_BUSY;
        error = call_make(satellites, &call, result);
        call_end(satellites, &call);
        call_log(&call, error, result);
        return error;
}

/* --- the port --- */

static enum err on_project_info(void *context, struct arena *arena, struct slice address,
                                struct secret api_key, struct satellite_project *ret)
{
        struct message_header header = {.api_key = api_key, .user_agent = USER_AGENT};
        struct buf request CLEANUP(buf_deinit) = BUF_INIT(REQUEST_MAXIMUM);
        struct stream_result result CLEANUP(stream_result_deinit) = STREAM_RESULT_INIT;
        struct message_project project;

        message_put_project_info(&request, &header);
        TRY(satellite_call(context, address, CALL_PROJECT_INFO, &request, &result));
        if (!message_read_project(buf_slice(&result.message), &project))
                return ERR_SATELLITE_PROTOCOL;
        *ret = (struct satellite_project){.salt = arena_copy(arena, project.salt),
                                          .public_id = arena_copy(arena, project.public_id)};
        return arena_check(arena);
}

static enum err on_revoke(void *context, struct slice address, struct secret parent,
                          struct secret target)
{
        struct message_header header = {.api_key = parent, .user_agent = USER_AGENT};
        struct buf request CLEANUP(buf_deinit) = BUF_INIT(REQUEST_MAXIMUM);
        struct stream_result result CLEANUP(stream_result_deinit) = STREAM_RESULT_INIT;

        message_put_revoke(&request, &header, target);
        TRY(satellite_call(context, address, CALL_REVOKE_API_KEY, &request, &result));
        return result.message.size == 0 ? ERR_OK : ERR_SATELLITE_PROTOCOL;
}

struct satellite_port satellites_port(struct satellites *satellites)
{
        return (struct satellite_port){
                .project_info = on_project_info,
                .revoke = on_revoke,
                .context = satellites,
        };
}
