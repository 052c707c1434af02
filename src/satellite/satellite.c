/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls on kept connections and new ones.
 */
#include "satellite/satellite.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/event.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "satellite/channel.h"
#include "satellite/dial.h"
#include "satellite/message.h"

enum {
        KEPT_MAXIMUM = 8, /* idle connections */
        REQUEST_MAXIMUM = 3 * LIMIT_API_KEY,
};

#define USER_AGENT SLICE("grantd/" GRANTD_VERSION)

/* An idle connection; its place is free where the address is empty. */
struct kept {
        char address[LIMIT_SATELLITE_ADDRESS + 1];
        struct channel channel;
        int64_t since; /* of monotonic_now() */
};

/* What is asked of whom. */
struct call {
        struct slice address;
        struct slice name;
        const struct buf *request;
        int64_t deadline;  /* of everything */
        int socket;        /* that the call waits at; -1: none. Under the lock, as the next */
        struct call *next; /* of those that run */
};

struct satellites {
        struct satellite_options options;
        struct link_maker *maker;
        struct resolver *resolver;
        pthread_mutex_t lock;
        bool is_stopping;   /* under the lock, as all that follows */
        unsigned n_calls;   /* that run */
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
        satellites->maker = link_maker_new();
        satellites->resolver = resolver_new();
        if (satellites->maker && satellites->resolver)
                return satellites;
        satellites_free(satellites);
        return NULL;
}

void satellites_free(struct satellites *satellites)
{
        if (!satellites)
                return;
        for (size_t i = 0; i < KEPT_MAXIMUM; i++)
                if (*satellites->kept[i].address)
                        channel_deinit(&satellites->kept[i].channel);
        link_maker_free(satellites->maker);
        resolver_free(satellites->resolver);
        pthread_mutex_destroy(&satellites->lock);
        free(satellites);
}

/* --- stopping --- */

/* From now on the call can be ended from outside. Return: false if it is to end at once. */
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

/* Before the socket is closed, or kept, since its number may be another's then. */
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

/* The newest kept connection to this address; none if all are too old, which satellites_tidy()
 * closes. */
static bool kept_take(struct satellites *satellites, struct slice address, struct channel *ret)
{
        int64_t oldest = monotonic_in(-satellites->options.times.idle);
        struct kept *found = NULL;

        pthread_mutex_lock(&satellites->lock);
        for (size_t i = 0; i < KEPT_MAXIMUM; i++) {
                struct kept *kept = &satellites->kept[i];

                if (*kept->address && kept->since > oldest &&
                    (!found || kept->since > found->since) &&
                    slice_equal(slice_from_string(kept->address), address))
                        found = kept;
        }
        if (found) {
                *ret = found->channel;
                found->address[0] = '\0';
        }
        pthread_mutex_unlock(&satellites->lock);
        return found != NULL;
}

void satellites_tidy(struct satellites *satellites)
{
        int64_t oldest = monotonic_in(-satellites->options.times.idle);
        struct channel old[KEPT_MAXIMUM];
        size_t n = 0;

        pthread_mutex_lock(&satellites->lock);
        for (size_t i = 0; i < KEPT_MAXIMUM; i++) {
                struct kept *kept = &satellites->kept[i];

                if (!*kept->address || kept->since > oldest)
                        continue;
                old[n++] = kept->channel;
                kept->address[0] = '\0';
        }
        pthread_mutex_unlock(&satellites->lock);
        while (n)
                channel_deinit(&old[--n]);
}

/* A free place, or that of the connection unused for longest. */
static struct kept *place_choose(struct kept *kept)
{
        struct kept *oldest = &kept[0];

        for (size_t i = 0; i < KEPT_MAXIMUM; i++) {
                if (!*kept[i].address)
                        return &kept[i];
                if (kept[i].since < oldest->since)
                        oldest = &kept[i];
        }
        return oldest;
}

static void kept_give(struct satellites *satellites, struct slice address, struct channel *channel)
{
        struct channel out = {0};
        struct kept *place;

        pthread_mutex_lock(&satellites->lock);
        place = place_choose(satellites->kept);
        if (*place->address)
                out = place->channel;
        *place = (struct kept){.channel = *channel, .since = monotonic_now()};
        memcpy(place->address, address.data, address.size);
        pthread_mutex_unlock(&satellites->lock);
        if (out.link)
                channel_deinit(&out);
}

/* --- one call --- */

/* Shakes hands over a socket that is watched. */
static enum err link_make(struct satellites *satellites, struct call *call, int socket,
                          const struct node_id *id, struct link **ret)
{
        int64_t deadline = monotonic_within(call->deadline, satellites->options.times.handshake);

        if (!call_watch(satellites, call, socket))
                return ERR_SATELLITE_UNAVAILABLE;
        return link_open(satellites->maker, socket, id, deadline, ret);
}

static enum err channel_open(struct satellites *satellites, struct call *call, struct channel *ret)
{
        struct satellite_address address;
        struct link *link;
        int socket;
        enum err error;

        if (call->address.size > LIMIT_SATELLITE_ADDRESS ||
            !satellite_address_parse(call->address, &address))
                return ERR_SATELLITE_ADDRESS;
        TRY(dial(satellites->resolver, satellites->options.allowed, address.host, address.port,
                 monotonic_within(call->deadline, satellites->options.times.connect), &socket));
        error = link_make(satellites, call, socket, &address.id, &link);
        if (error == ERR_OK) {
                channel_init(ret, link);
                return ERR_OK;
        }
        call_unwatch(satellites, call);
        (void)close(socket);
        return error;
}

/* Asks over this channel, which is kept or closed after. */
static enum err channel_use(struct satellites *satellites, struct call *call,
                            struct channel *channel, struct channel_answer *answer)
{
        enum err error = ERR_SATELLITE_UNAVAILABLE;

        if (call_watch(satellites, call, link_socket(channel->link)))
                error = channel_call(
                        channel, call->name, call->request,
                        monotonic_within(call->deadline, satellites->options.times.call), answer);
        call_unwatch(satellites, call);
        if (error == ERR_OK || channel_is_refusal(error))
                kept_give(satellites, call->address, channel);
        else
                channel_deinit(channel);
        return error;
}

/* A kept connection may have died while nobody looked, so a call that is lost on one is made once
 * more on a new one; both calls can be repeated without harm. */
static enum err call_make(struct satellites *satellites, struct call *call,
                          struct channel_answer *answer)
{
        struct channel channel;

        if (kept_take(satellites, call->address, &channel)) {
                enum err error = channel_use(satellites, call, &channel, answer);

                if (error != ERR_SATELLITE_LOST)
                        return error;
        }
        TRY(channel_open(satellites, call, &channel));
        return channel_use(satellites, call, &channel, answer);
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

/* What was to be expected is no reason to warn. */
static enum event_level level_of(enum err error)
{
        return error == ERR_OK || error == ERR_SATELLITE_KEY_REFUSED ||
                               error == ERR_SATELLITE_FORBIDDEN
                       ? EVENT_DEBUG
                       : EVENT_WARNING;
}

/* The texts of satellites go to the log and nowhere else. */
static void call_log(const struct call *call, enum err error, const struct channel_answer *answer)
{
        EVENT(level_of(error), "satellite", EVENT_SLICE("address", slice_to(call->address, 200)),
              EVENT_SLICE("call", call->name), EVENT_TEXT("outcome", error_info(error)->name),
              EVENT_INTEGER("code", (int64_t)answer->code), EVENT_TEXT("text", answer->text));
}

static enum err satellite_call(struct satellites *satellites, struct slice address,
                               struct slice name, const struct buf *request,
                               struct channel_answer *answer)
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
        error = call_make(satellites, &call, answer);
        call_end(satellites, &call);
        call_log(&call, error, answer);
        return error;
}

/* --- the port --- */

static enum err on_project_info(void *context, struct arena *arena, struct slice address,
                                struct secret api_key, struct satellite_project *ret)
{
        struct message_header header = {.api_key = api_key, .user_agent = USER_AGENT};
        struct buf request CLEANUP(buf_deinit) = BUF_INIT(REQUEST_MAXIMUM);
        struct channel_answer answer CLEANUP(channel_answer_deinit) = CHANNEL_ANSWER_INIT;
        struct message_project project;

        message_put_project_info(&request, &header);
        TRY(satellite_call(context, address, CALL_PROJECT_INFO, &request, &answer));
        if (!message_read_project(buf_slice(&answer.message), &project))
                return ERR_SATELLITE_NONSENSE;
        *ret = (struct satellite_project){.salt = arena_copy(arena, project.salt),
                                          .public_id = arena_copy(arena, project.public_id)};
        return arena_check(arena);
}

static enum err on_revoke(void *context, struct slice address, struct secret parent,
                          struct secret target)
{
        struct message_header header = {.api_key = parent, .user_agent = USER_AGENT};
        struct buf request CLEANUP(buf_deinit) = BUF_INIT(REQUEST_MAXIMUM);
        struct channel_answer answer CLEANUP(channel_answer_deinit) = CHANNEL_ANSWER_INIT;

        message_put_revoke(&request, &header, target);
        TRY(satellite_call(context, address, CALL_REVOKE_API_KEY, &request, &answer));
        return answer.message.size == 0 ? ERR_OK : ERR_SATELLITE_NONSENSE;
}

struct satellite_port satellites_port(struct satellites *satellites)
{
        return (struct satellite_port){
                .project_info = on_project_info,
                .revoke = on_revoke,
                .context = satellites,
        };
}
