/* SPDX-License-Identifier: Apache-2.0
 *
 * Responses that are produced while they are sent. The library asks for bytes on its epoll thread;
 * when a piece is used up, the connection is suspended and a worker produces the next one. So a
 * client that reads slowly holds a piece and its connection, but no worker. Streams have a few
 * workers of their own and take turns: however many there are, other requests are served meanwhile.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "http/engine_mhd.h"
#include "http/respond.h"

enum {
        BLOCK = 16 * 1024, /* bytes the library asks for at once */
        PIECE_MAXIMUM = 4 * 1024 * 1024,
};

struct stream {
        struct work work; /* first, so that a pointer to it is one to its stream */
        struct http_exchange *exchange;
        struct http_stream source;
        struct buf piece;
        size_t sent; /* of the piece */
        bool has_more;
        bool failed;
};

/* On a worker. */
static void stream_make(struct work *work)
{
        struct stream *stream = (struct stream *)(void *)work;
        struct http_exchange *exchange = stream->exchange;
        struct engine *engine = exchange->engine;

        buf_reset(&stream->piece);
        stream->sent = 0;
        stream->has_more = false;
        stream->failed = stream->source.next(stream->source.context, &stream->piece,
                                             &stream->has_more) != ERR_OK;
        engine_mhd_resume(exchange);
        atomic_fetch_sub(&engine->n_running, 1);
}

/* The connection is suspended before a worker gets it, since the worker may be done at once. A
 * shutdown waits only for the piece that is being produced. Return: false if no worker takes the
 * next piece. */
static bool stream_ask(struct stream *stream)
{
        struct http_exchange *exchange = stream->exchange;
        struct engine *engine = exchange->engine;

        atomic_fetch_add(&engine->n_waiting, 1);
        if (atomic_load(&engine->streams_end)) {
                atomic_fetch_sub(&engine->n_waiting, 1);
                return false;
        }
        atomic_fetch_add(&engine->n_running, 1);
        stream->work.run = stream_make;
        MHD_suspend_connection(exchange->connection);
        if (workers_submit(engine->streamers, &stream->work))
                return true;
        stream->failed = true;
        engine_mhd_resume(exchange);
        atomic_fetch_sub(&engine->n_running, 1);
        return true;
}

static ssize_t stream_read(void *context, uint64_t position, char *out, size_t size)
{
        struct stream *stream = context;
        struct slice rest = slice_from(buf_slice(&stream->piece), stream->sent);

        (void)position;
        if (stream->failed)
                return MHD_CONTENT_READER_END_WITH_ERROR;
        if (!rest.size && !stream->has_more)
                return MHD_CONTENT_READER_END_OF_STREAM;
        if (!rest.size)
                return stream_ask(stream) ? 0 : MHD_CONTENT_READER_END_WITH_ERROR;
        rest = slice_to(rest, size);
        memcpy(out, rest.data, rest.size);
        stream->sent += rest.size;
        return (ssize_t)rest.size;
}

static void stream_free(void *context)
{
        struct stream *stream = context;

        struct http_exchange *exchange = stream->exchange;

        stream->source.free(stream->source.context);
        buf_deinit(&stream->piece);
        free(stream);
        exchange_release(exchange);
}

struct MHD_Response *engine_mhd_stream_new(struct http_exchange *exchange)
{
        struct http_response *from = &exchange->call.response;
        struct stream *stream = calloc(1, sizeof(*stream));
        struct MHD_Response *response;

        if (!stream) {
                respond_stream_drop(from);
                return NULL;
        }
        exchange_hold(exchange);
        stream->exchange = exchange;
        stream->source = from->stream;
        stream->has_more = true;
        stream->piece = (struct buf)BUF_INIT(PIECE_MAXIMUM);
        from->stream = (struct http_stream){0};
        buf_put(&stream->piece, buf_slice(&from->body));
        stream->failed = stream->piece.failed;
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, stream_read, stream,
                                                     stream_free);
        if (!response)
                stream_free(stream);
        return response;
}
