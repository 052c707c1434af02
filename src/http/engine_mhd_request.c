/* SPDX-License-Identifier: Apache-2.0
 *
 * From the library's callbacks to a handler and back. What it lets through and we refuse is judged
 * in head.c.
 *
 * An answer is never queued before the request is read whole, unless the connection is to be
 * closed: the library would close it then anyway.
 */
#include "http/engine_mhd.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/macros.h"
#include "base/secret.h"
#include "http/listen.h"
#include "http/respond.h"

enum { ID_SIZE = 32 };

/* What is known of a connection between its requests. */
struct peer {
        struct deadline deadline;
        char address[ADDRESS_TEXT_SIZE];
};

static struct peer *peer_of(struct MHD_Connection *connection)
{
        return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
                ->socket_context;
}

static void peer_allow(struct MHD_Connection *connection, unsigned seconds)
{
        struct peer *peer = peer_of(connection);

        if (peer)
                deadline_set(&peer->deadline, deadline_now() + seconds);
}

/* Answers */

static void response_headers(struct engine *engine, struct MHD_Response *response,
                             const struct http_call *call)
{
        char id[ID_SIZE + 1] = "";

        memcpy(id, call->request.id.data, ID_SIZE);
        MHD_add_response_header(response, "X-Request-Id", id);
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
        if (engine->options.https)
                MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
        if (atomic_load(&engine->stopping))
                MHD_add_response_header(response, "Connection", "close");
        for (size_t i = 0; i < call->response.n_headers; i++)
                MHD_add_response_header(response, call->response.headers[i].name,
                                        call->response.headers[i].value);
}

/* The library's copy of a Set-Cookie, which holds a session. It would be freed as it is. */
struct cookie_copy {
        char *value;
};

/* When the response ends; the library frees its headers after this. */
static void cookie_wipe(void *context)
{
        struct cookie_copy *copy = context;

        if (copy->value)
                wipe(copy->value, strlen(copy->value));
        free(copy);
}

static struct MHD_Response *response_with_cookie(struct engine *engine, struct http_call *call)
{
        struct buf *body = &call->response.body;
        struct cookie_copy *copy = calloc(1, sizeof(*copy));
        struct MHD_Response *response;

        if (!copy)
                return NULL;
        response = MHD_create_response_from_buffer_with_free_callback_cls(body->size, body->data,
                                                                          cookie_wipe, copy);
        if (!response) {
                free(copy);
                return NULL;
        }
        response_headers(engine, response, call);
        copy->value = (char *)(uintptr_t)MHD_get_response_header(response, "Set-Cookie");
        return response;
}

static bool has_cookie(const struct http_response *response)
{
        for (size_t i = 0; i < response->n_headers; i++)
                if (strcmp(response->headers[i].name, "Set-Cookie") == 0)
                        return true;
        return false;
}

/* Return: NULL without memory. The body must stay as long as the response, or be copied. */
static struct MHD_Response *response_new(struct engine *engine, struct http_call *call, bool copy)
{
        struct MHD_Response *response;
        struct buf *body = &call->response.body;

        if (call->response.status == 0 || body->failed)
                respond_error(call, ERR_INTERNAL);
        if (!copy && has_cookie(&call->response))
                return response_with_cookie(engine, call);
        response = MHD_create_response_from_buffer(
                body->size, body->data, copy ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
        if (response)
                response_headers(engine, response, call);
        return response;
}

static void exchange_report(struct exchange *exchange)
{
        const struct engine_options *options = &exchange->engine->options;

        if (options->answered)
                options->answered(options->context, &exchange->call,
                                  exchange_clock() - exchange->started);
}

/* Hands the answer to the library. Return: what the library wants, MHD_NO closes. */
static enum MHD_Result exchange_send(struct exchange *exchange)
{
        struct MHD_Response *response = exchange->answer;
        enum MHD_Result result;

        exchange->stage = STAGE_SENT;
        exchange->answer = NULL;
        if (!response)
                return MHD_NO;
        peer_allow(exchange->connection, exchange->engine->options.seconds);
        result = MHD_queue_response(exchange->connection, (unsigned)exchange->status, response);
        MHD_destroy_response(response);
        return result;
}

/* Sends what the call's response says, from an epoll thread. */
static enum MHD_Result exchange_answer(struct exchange *exchange)
{
        exchange->answer = response_new(exchange->engine, &exchange->call, false);
        exchange->status = exchange->call.response.status;
        exchange_report(exchange);
        return exchange_send(exchange);
}

static enum MHD_Result exchange_refuse(struct exchange *exchange, enum err error, bool close)
{
        struct http_call *call = &exchange->call;

        call->no_store = true;
        if (close)
                respond_header(call, "Connection", SLICE("close"));
        respond_error(call, error);
        return exchange_answer(exchange);
}

/* Broken framing: one 400 without a body, and whatever follows on the connection is not read. */
static enum MHD_Result exchange_refuse_bare(struct exchange *exchange)
{
        struct http_call *call = &exchange->call;

        respond_header(call, "Connection", SLICE("close"));
        respond_empty(call, 400);
        exchange->answer = response_new(exchange->engine, call, false);
        exchange->status = 400;
        return exchange_send(exchange);
}

/* Workers */

/* Wakes the connection, whose next callback sends the answer. */
static void exchange_resume(struct exchange *exchange)
{
        struct engine *engine = exchange->engine;
        struct engine_loop *loop = exchange->loop;

        MHD_resume_connection(exchange->connection);
        engine_mhd_loop_wake(loop);
        atomic_fetch_sub(&engine->n_waiting, 1);
}

static struct exchange *exchange_of(struct work *work)
{
        _Static_assert(offsetof(struct exchange, work) == 0, "an exchange begins with its work");
        return (struct exchange *)(void *)work;
}

static void exchange_resume_late(struct work *work)
{
        exchange_resume(exchange_of(work));
}

/* Who fails too often is answered a little later. Return: whether it waits now. */
static bool exchange_is_delayed(struct exchange *exchange)
{
        struct delays *delays = exchange->engine->delays;

        if (exchange->status != 429 || !delays)
                return false;
        exchange->work.run = exchange_resume_late;
        return delays_add(delays, &exchange->work);
}

/* The answer is there. Lets go of the exchange, for whoever was handed it. */
static void exchange_finish(struct exchange *exchange)
{
        struct engine *engine = exchange->engine;
        struct MHD_Response *response = response_new(engine, &exchange->call, false);

        exchange_report(exchange);
        if (waiting_claim(&engine->waiting, exchange)) {
                exchange->answer = response;
                exchange->status = exchange->call.response.status;
                if (!exchange_is_delayed(exchange))
                        exchange_resume(exchange);
        } else if (response) {
                MHD_destroy_response(response);
        }
        exchange_release(exchange);
        atomic_fetch_sub(&engine->n_running, 1);
}

static void call_finish(struct http_call *call)
{
        exchange_finish(
                (struct exchange *)(void *)((char *)call - offsetof(struct exchange, call)));
}

/* On to the threads that may wait. */
static void exchange_hand_on(struct exchange *exchange)
{
        exchange->call.wants_to_wait = false;
        exchange->call.may_wait = true;
        if (workers_submit(exchange->engine->workers, &exchange->work))
                return;
        exchange->call.no_store = true;
        respond_error(&exchange->call, ERR_BUSY);
        exchange_finish(exchange);
}

/* Held meanwhile, since whoever answers later lets go of it, perhaps at once. */
static void exchange_handle(struct exchange *exchange)
{
        const struct engine_options *options = &exchange->engine->options;
        struct http_call *call = &exchange->call;

        exchange_hold(exchange);
        options->handle(options->context, call);
        if (call->wants_to_wait)
                exchange_hand_on(exchange);
        else if (!call->is_later)
                exchange_finish(exchange);
        exchange_release(exchange);
}

/* On a worker. What a shut-down has answered is not begun any more. */
static void exchange_run(struct work *work)
{
        struct exchange *exchange = exchange_of(work);
        struct engine *engine = exchange->engine;

        if (!atomic_load(&exchange->answered)) {
                exchange_handle(exchange);
                return;
        }
        exchange_release(exchange);
        atomic_fetch_sub(&engine->n_running, 1);
}

/* The connection sleeps before a worker knows of it, for the worker may be done at once. */
static enum MHD_Result exchange_hand_over(struct exchange *exchange, enum http_pace pace)
{
        struct engine *engine = exchange->engine;
        struct http_call *call = &exchange->call;

        exchange->stage = STAGE_WAITING;
        exchange->work.run = exchange_run;
        call->may_wait = pace == PACE_PATIENT;
        call->finish = call_finish;
        atomic_fetch_add(&engine->n_waiting, 1);
        atomic_fetch_add(&engine->n_running, 1);
        MHD_suspend_connection(exchange->connection);
        if (waiting_submit(&engine->waiting, call->may_wait ? engine->workers : engine->quick,
                           exchange))
                return MHD_YES;
        atomic_fetch_sub(&engine->n_running, 1);
        call->no_store = true;
        respond_error(call, atomic_load(&engine->stopping) ? ERR_STOPPING : ERR_BUSY);
        exchange_report(exchange);
        exchange->answer = response_new(engine, call, false);
        exchange->status = call->response.status;
        exchange_resume(exchange);
        return MHD_YES;
}

/* Requests */

void *engine_mhd_on_target(void *context, const char *uri, struct MHD_Connection *connection)
{
        struct engine_loop *loop = context;
        struct engine *engine = loop->engine;
        struct peer *peer = peer_of(connection);
        struct exchange *exchange;
        char id[ID_SIZE + 1];

        if (!peer)
                return NULL;
        snprintf(id, sizeof(id), "%016llx%016llx", (unsigned long long)engine->options.id_seed,
                 (unsigned long long)atomic_fetch_add(&engine->next_id, 1));
        exchange = exchange_new(&engine->pool, engine, slice_from_string(uri),
                                slice_from_string(peer->address), slice_new(id, ID_SIZE));
        if (!exchange)
                return NULL;
        exchange->connection = connection;
        exchange->loop = loop;
        atomic_fetch_add(&engine->n_open, 1);
        peer_allow(connection, engine->options.seconds);
        return exchange;
}

/* A value that stands before its name comes of a folded line, whose second half the library joins
 * to the *name*; nobody may fold lines any more (RFC 9112 section 5.2). */
static enum MHD_Result on_field(void *context, enum MHD_ValueKind kind, const char *name,
                                size_t name_size, const char *value, size_t value_size)
{
        struct http_head *head = context;

        (void)kind;
        if (value && (uintptr_t)value < (uintptr_t)name)
                head->broken = true;
        head_take_field(head, slice_new(name, name_size), slice_new(value, value_size));
        return MHD_YES;
}

static enum MHD_Result exchange_begin(struct exchange *exchange, const char *method,
                                      const char *version)
{
        struct http_head *head = &exchange->head;
        struct MHD_Connection *connection = exchange->connection;

        MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_field, head);
        if (!head_finish(head, slice_from_string(method), slice_from_string(version)))
                return exchange_refuse_bare(exchange);
        if (head->length > LINGER_BODY ||
            (head->length > LIMIT_BODY &&
             MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Expect")))
                return exchange_refuse(exchange, ERR_BODY_TOO_LARGE, true);
        exchange->stage = STAGE_BODY;
        return MHD_YES;
}

static enum MHD_Result exchange_dispatch(struct exchange *exchange)
{
        struct engine *engine = exchange->engine;
        const struct engine_options *options = &engine->options;
        enum http_pace pace = PACE_PATIENT;

        if (exchange->received > LIMIT_BODY)
                return exchange_refuse(exchange, ERR_BODY_TOO_LARGE,
                                       exchange->received > LIMIT_BODY_DISCARDED);
        if (atomic_load(&engine->stopping))
                return exchange_refuse(exchange, ERR_STOPPING, true);
        exchange_complete(exchange);
        deadline_set(&peer_of(exchange->connection)->deadline, DEADLINE_NEVER);
        if (options->pace)
                pace = options->pace(options->context, &exchange->call.request);
        if (pace != PACE_AT_ONCE)
                return exchange_hand_over(exchange, pace);
        options->handle(options->context, &exchange->call);
        return exchange_answer(exchange);
}

enum MHD_Result engine_mhd_on_request(void *context, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *data, size_t *data_size, void **request)
{
        struct exchange *exchange = *request;

        (void)context;
        (void)connection;
        (void)url;
        if (!exchange)
                return MHD_NO;
        switch (exchange->stage) {
        case STAGE_HEAD:
                return exchange_begin(exchange, method, version);
        case STAGE_BODY:
                if (*data_size == 0)
                        return exchange_dispatch(exchange);
                /* The library's buffer, which it lends as const; it reads no more of it. */
                if (!exchange_take_body(exchange, (uint8_t *)(uintptr_t)data, *data_size))
                        return MHD_NO;
                *data_size = 0;
                return MHD_YES;
        case STAGE_WAITING:
                return exchange_send(exchange);
        case STAGE_SENT:
                return MHD_NO;
        }
        return MHD_NO;
}

void engine_mhd_on_completed(void *context, struct MHD_Connection *connection, void **request,
                             enum MHD_RequestTerminationCode why)
{
        const struct engine_loop *loop = context;
        struct engine *engine = loop->engine;
        struct exchange *exchange = *request;

        (void)why;
        if (!exchange)
                return;
        /* The client went away while its answer was being made. */
        if (exchange->answer)
                MHD_destroy_response(exchange->answer);
        exchange->answer = NULL;
        exchange_release(exchange);
        *request = NULL;
        atomic_fetch_sub(&engine->n_open, 1);
        peer_allow(connection, engine->options.idle_seconds);
}

void engine_mhd_on_connection(void *context, struct MHD_Connection *connection,
                              void **socket_context, enum MHD_ConnectionNotificationCode what)
{
        struct engine_loop *loop = context;
        struct engine *engine = loop->engine;
        struct peer *peer = *socket_context;

        if (what == MHD_CONNECTION_NOTIFY_CLOSED)
                loop->has_closed = true;
        if (what == MHD_CONNECTION_NOTIFY_CLOSED && peer) {
                deadlines_remove(engine->deadlines, &peer->deadline);
                free(peer);
                *socket_context = NULL;
        }
        if (what != MHD_CONNECTION_NOTIFY_STARTED)
                return;
        peer = calloc(1, sizeof(*peer));
        if (!peer)
                return;
        address_encode(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
                               ->client_addr,
                       peer->address);
        peer->deadline.socket =
                MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        deadline_set(&peer->deadline, deadline_now() + engine->options.idle_seconds);
        deadlines_add(engine->deadlines, &peer->deadline);
        *socket_context = peer;
}

size_t engine_mhd_on_unescape(void *context, struct MHD_Connection *connection, char *text)
{
        (void)context;
        (void)connection;
        return strlen(text);
}

void engine_mhd_answer_stopping(struct exchange *exchange)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct engine *engine = exchange->engine;
        struct http_call call = {.arena = &arena, .no_store = true};

        call.request.id = exchange->call.request.id;
        respond_error(&call, ERR_STOPPING);
        exchange->answer = response_new(engine, &call, true);
        exchange->status = call.response.status;
        exchange_resume(exchange);
        buf_deinit(&call.response.body);
        exchange_release(exchange);
}
