/* SPDX-License-Identifier: Apache-2.0
 *
 * From the library's callbacks to a handler and back. head.c refuses what the library should have
 * refused.
 *
 * A response is never queued before the request is read completely, unless the connection is to be
 * closed: the library would close it anyway.
 */
#include "http/engine_mhd.h"

#include "base/limits.h"
#include "base/macros.h"
#include "http/respond.h"

static void exchange_report(struct http_exchange *exchange)
{
        const struct engine_options *options = &exchange->engine->options;

        if (options->answered)
                options->answered(options->context, &exchange->call,
                                  monotonic_now() - exchange->started);
}

/* Hands the response to the library. Return: the result for the library; MHD_NO closes. */
static enum MHD_Result exchange_send(struct http_exchange *exchange)
{
        struct MHD_Response *response = exchange->answer;
        enum MHD_Result result;

        exchange->stage = STAGE_SENT;
        exchange->answer = NULL;
        if (!response)
                return MHD_NO;
        engine_mhd_allow(engine_mhd_peer(exchange->connection), exchange->engine->options.seconds);
        result = MHD_queue_response(exchange->connection, (unsigned)exchange->status, response);
        MHD_destroy_response(response);
        return result;
}

/* Sends the call's response, on an epoll thread. */
static enum MHD_Result exchange_answer(struct http_exchange *exchange)
{
        exchange->answer = engine_mhd_response(exchange->engine, &exchange->call, false);
        exchange->status = exchange->call.response.status;
        exchange_report(exchange);
        return exchange_send(exchange);
}

static enum MHD_Result exchange_refuse(struct http_exchange *exchange, enum err error, bool close)
{
        struct http_call *call = &exchange->call;

        call->no_store = true;
        if (close)
                respond_header(call, "Connection", SLICE("close"));
        respond_error(call, error);
        return exchange_answer(exchange);
}

/* Workers */

/* Wakes the connection, whose next callback sends the response. */
static void exchange_resume(struct http_exchange *exchange)
{
        struct engine *engine = exchange->engine;
        struct engine_loop *loop = exchange->loop;

        MHD_resume_connection(exchange->connection);
        engine_mhd_loop_wake(loop);
        atomic_fetch_sub(&engine->n_waiting, 1);
}

void engine_mhd_resume(struct http_exchange *exchange)
{
        engine_mhd_allow(engine_mhd_peer(exchange->connection), exchange->engine->options.seconds);
        exchange_resume(exchange);
}

static struct http_exchange *exchange_of(struct work *work)
{
        _Static_assert(offsetof(struct http_exchange, work) == 0,
                       "an exchange begins with its work");
        return (struct http_exchange *)(void *)work;
}

static void exchange_resume_late(struct work *work)
{
        exchange_resume(exchange_of(work));
}

/* Delays the response to a client that fails too often. Return: whether it is delayed. */
static bool exchange_is_delayed(struct http_exchange *exchange)
{
        struct delays *delays = exchange->engine->delays;

        if (exchange->status != 429 || !delays)
                return false;
        exchange->work.run = exchange_resume_late;
        return delays_add(delays, &exchange->work);
}

/* The response is ready. Releases the exchange for the worker that held it. */
static void exchange_finish(struct http_exchange *exchange)
{
        struct engine *engine = exchange->engine;
        struct MHD_Response *response = engine_mhd_response(engine, &exchange->call, false);

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
        exchange_finish(exchange_of_call(call));
}

/* Passes it on to the threads that may block. */
static void exchange_hand_on(struct http_exchange *exchange)
{
        exchange->call.may_wait = true;
        if (workers_submit(exchange->engine->workers, &exchange->work))
                return;
        exchange->call.no_store = true;
        respond_error(&exchange->call, ERR_BUSY);
        exchange_finish(exchange);
}

/* Holds the exchange meanwhile, since a thread that responds later releases it, perhaps at once. */
static void exchange_handle(struct http_exchange *exchange)
{
        const struct engine_options *options = &exchange->engine->options;
        struct http_call *call = &exchange->call;

        exchange_hold(exchange);
        switch (options->handle(options->context, call)) {
        case HTTP_ANSWERED:
                exchange_finish(exchange);
                break;
        case HTTP_LATER:
                break;
        case HTTP_MUST_WAIT:
                exchange_hand_on(exchange);
                break;
        }
        exchange_release(exchange);
}

/* On a worker. Does nothing if the shutdown has responded already. */
static void exchange_run(struct work *work)
{
        struct http_exchange *exchange = exchange_of(work);
        struct engine *engine = exchange->engine;

        if (!atomic_load(&exchange->answered)) {
                exchange_handle(exchange);
                return;
        }
        exchange_release(exchange);
        atomic_fetch_sub(&engine->n_running, 1);
}

/* The connection is suspended later. If it were suspended now, the library would read again when it
 * is resumed, and mistake the end of the client's data for the end of the connection: a client that
 * shuts down its sending side after a request would never get the response. */
static enum MHD_Result exchange_ready(struct http_exchange *exchange, enum http_pace pace)
{
        struct engine_loop *loop = exchange->loop;

        exchange->stage = STAGE_READY;
        exchange->work.run = exchange_run;
        exchange->call.may_wait = pace == PACE_BLOCKING;
        exchange->call.finish = call_finish;
        atomic_fetch_add(&exchange->engine->n_waiting, 1);
        exchange->next = loop->ready;
        exchange->link = &loop->ready;
        if (exchange->next)
                exchange->next->link = &exchange->next;
        loop->ready = exchange;
        return MHD_YES;
}

static void ready_unlink(struct http_exchange *exchange)
{
        *exchange->link = exchange->next;
        if (exchange->next)
                exchange->next->link = exchange->link;
}

void engine_mhd_ready_remove(struct http_exchange *exchange)
{
        ready_unlink(exchange);
        atomic_fetch_sub(&exchange->engine->n_waiting, 1);
}

/* The connection is suspended before a worker gets it, since the worker may be done at once. */
static void exchange_hand_over(struct http_exchange *exchange)
{
        struct engine *engine = exchange->engine;
        struct http_call *call = &exchange->call;

        exchange->stage = STAGE_WAITING;
        atomic_fetch_add(&engine->n_running, 1);
        MHD_suspend_connection(exchange->connection);
        if (waiting_submit(&engine->waiting, call->may_wait ? engine->workers : engine->nonblocking,
                           exchange))
                return;
        atomic_fetch_sub(&engine->n_running, 1);
        call->no_store = true;
        respond_error(call, atomic_load(&engine->stopping) ? ERR_STOPPING : ERR_BUSY);
        exchange_report(exchange);
        exchange->answer = engine_mhd_response(engine, call, false);
        exchange->status = call->response.status;
        exchange_resume(exchange);
}

void engine_mhd_ready_run(struct engine_loop *loop)
{
        while (loop->ready) {
                struct http_exchange *exchange = loop->ready;

                ready_unlink(exchange);
                exchange_hand_over(exchange);
        }
}

/* Requests */

static enum MHD_Result exchange_begin(struct http_exchange *exchange, const char *method,
                                      const char *version)
{
        struct http_head *head = &exchange->head;
        struct MHD_Connection *connection = exchange->connection;
        struct peer *peer = engine_mhd_peer(connection);
        enum err error;

        if (peer->is_known)
                connection_slots_set(exchange->engine->slots, &peer->slot, CONNECTION_BUSY);
        head->person_field = slice_from_string(exchange->engine->options.person_field);
        engine_mhd_head_take(exchange, method, version);
        error = head_finish(head, slice_from_string(method), slice_from_string(version));
        if (error)
                return exchange_refuse(exchange, error, true);
        if (head->length > LINGER_BODY ||
            (head->length > LIMIT_BODY &&
             MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Expect")))
                return exchange_refuse(exchange, ERR_BODY_TOO_LARGE, true);
        engine_mhd_allow(peer, exchange->engine->options.seconds);
        if (head->chunked)
                engine_mhd_chunked_begin(peer);
        exchange->stage = STAGE_BODY;
        return MHD_YES;
}

static enum MHD_Result exchange_dispatch(struct http_exchange *exchange)
{
        struct engine *engine = exchange->engine;
        const struct engine_options *options = &engine->options;
        struct peer *peer = engine_mhd_peer(exchange->connection);
        enum http_pace pace = PACE_BLOCKING;

        if (exchange->received > LIMIT_BODY)
                return exchange_refuse(exchange, ERR_BODY_TOO_LARGE,
                                       exchange->received > LIMIT_BODY_DISCARDED);
        if (atomic_load(&engine->stopping))
                return exchange_refuse(exchange, ERR_STOPPING, true);
        exchange_complete(exchange);
        deadline_set(&peer->deadline, MONOTONIC_NEVER);
        connection_slots_set(engine->slots, &peer->slot, CONNECTION_BUSY);
        peer->is_known = true;
        if (options->pace)
                pace = options->pace(options->context, &exchange->call.request);
        if (pace != PACE_AT_ONCE)
                return exchange_ready(exchange, pace);
        (void)options->handle(options->context, &exchange->call);
        return exchange_answer(exchange);
}

/* Return: NULL without memory. */
static struct http_exchange *exchange_of_head(struct MHD_Connection *connection)
{
        struct peer *peer = engine_mhd_peer(connection);

        if (!peer)
                return NULL;
        engine_mhd_target_restore(peer);
        return engine_mhd_exchange_new(peer);
}

enum MHD_Result engine_mhd_on_request(void *context, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *data, size_t *data_size, void **request)
{
        struct http_exchange *exchange = *request;

        (void)context;
        (void)url;
        if (!exchange)
                *request = exchange = exchange_of_head(connection);
        if (!exchange)
                return MHD_NO;
        switch (exchange->stage) {
        case STAGE_HEAD:
                return exchange_begin(exchange, method, version);
        case STAGE_BODY:
                if (*data_size == 0)
                        return exchange_dispatch(exchange);
                /* The library's buffer, passed as const; the library reads no more of it. */
                if (!exchange_take_body(exchange, (uint8_t *)(uintptr_t)data, *data_size))
                        return MHD_NO;
                *data_size = 0;
                return MHD_YES;
        case STAGE_READY:
                return MHD_YES;
        case STAGE_WAITING:
                return exchange_send(exchange);
        case STAGE_SENT:
                return MHD_NO;
        }
        return MHD_NO;
}

void engine_mhd_answer_stopping(struct http_exchange *exchange)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct engine *engine = exchange->engine;
        struct http_call call = {
                .arena = &arena, .vocabulary = exchange->call.vocabulary, .no_store = true};

        call.request.id = exchange->call.request.id;
        respond_error(&call, ERR_STOPPING);
        exchange->answer = engine_mhd_response(engine, &call, true);
        exchange->status = call.response.status;
        exchange_resume(exchange);
        buf_deinit(&call.response.body);
        exchange_release(exchange);
}
