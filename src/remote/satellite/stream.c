/* SPDX-License-Identifier: Apache-2.0
 *
 * A call sends three packets and receives one.
 */
#include "remote/satellite/stream.h"

#include "base/macros.h"
#include "base/monotonic.h"

enum { CALL_MAXIMUM = FRAME_DATA_MAXIMUM }; /* bytes of a call, frames included */

void stream_result_deinit(struct stream_result *result)
{
        buf_deinit(&result->message);
}

bool stream_is_refusal(enum err error)
{
        return error == ERR_SATELLITE_KEY_REFUSED || error == ERR_SATELLITE_KEY_INVALID ||
               error == ERR_SATELLITE_BUSY || error == ERR_SATELLITE_FAILED;
}

/* The codes of the satellite's errors. */
enum code {
        CODE_PROTOCOL = 0, /* no such method, or a message that it cannot read */
        CODE_INVALID = 3,
        CODE_DENIED = 7,
        CODE_EXHAUSTED = 8,
        CODE_UNIMPLEMENTED = 12,
        CODE_UNAVAILABLE = 14,
};

static enum err code_judge(uint64_t code)
{
        switch (code) {
        case CODE_PROTOCOL:
        case CODE_UNIMPLEMENTED:
                return ERR_SATELLITE_PROTOCOL;
        case CODE_INVALID:
                return ERR_SATELLITE_KEY_INVALID;
        case CODE_DENIED:
                return ERR_SATELLITE_KEY_REFUSED;
        case CODE_EXHAUSTED:
        case CODE_UNAVAILABLE:
                return ERR_SATELLITE_BUSY;
        default: /* 13 and all other codes for problems of its own */
                return ERR_SATELLITE_FAILED;
        }
}

static enum err error_judge(struct slice data, struct stream_result *ret)
{
        struct response_error said;

        if (!response_error_read(data, &said))
                return ERR_SATELLITE_PROTOCOL;
        ret->code = said.code;
        response_text_clean(said.text, ret->text);
        return code_judge(said.code);
}

/* Keeps bytes that follow the response, which may belong to the next call. */
static void rest_keep(struct satellite_connection *connection, struct slice rest)
{
        if (rest.size)
                memmove(connection->received.data, rest.data, rest.size);
        connection->received.size = rest.size;
}

static enum err more_receive(struct satellite_connection *connection, int64_t deadline)
{
        enum err error = ERR_SATELLITE_UNAVAILABLE;

        if (monotonic_now() < deadline)
                error = satellite_connection_receive(connection, deadline);
        return error == ERR_SATELLITE_UNAVAILABLE ? ERR_SATELLITE_OUTCOME_UNKNOWN : error;
}

/* Reads until the response is complete. */
static enum err response_await(struct satellite_connection *connection, struct response *response,
                               int64_t deadline, struct stream_result *ret)
{
        for (;;) {
                struct slice rest = buf_slice(&connection->received);
                enum response_step step = response_read(response, &rest);

                rest_keep(connection, rest);
                switch (step) {
                case RESPONSE_MORE:
                        TRY(more_receive(connection, deadline));
                        break;
                case RESPONSE_MESSAGE:
                        buf_put(&ret->message, buf_slice(&response->data));
                        return ret->message.failed ? ERR_INTERNAL : ERR_OK;
                case RESPONSE_ERROR:
                        return error_judge(buf_slice(&response->data), ret);
                case RESPONSE_NONE:
                        return ERR_SATELLITE_OUTCOME_UNKNOWN;
                case RESPONSE_BROKEN:
                        return ERR_SATELLITE_PROTOCOL;
                }
        }
}

static enum err call_write(struct satellite_connection *connection, struct slice name,
                           const struct buf *request, int64_t deadline)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(CALL_MAXIMUM);

        frame_put_call(&out, connection->last_stream, name, buf_slice(request));
        if (out.failed || request->failed)
                return ERR_INTERNAL;
        return satellite_connection_write(connection, buf_slice(&out), deadline) == ERR_OK
                       ? ERR_OK
                       : ERR_SATELLITE_OUTCOME_UNKNOWN;
}

/* A failure shows at the next call. */
static void call_close(struct satellite_connection *connection, int64_t deadline)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(FRAME_HEAD_MAXIMUM);

        frame_put_close(&out, connection->last_stream);
        (void)!satellite_connection_write(connection, buf_slice(&out), deadline);
}

enum err stream_call(struct satellite_connection *connection, struct slice name,
                     const struct buf *request, int64_t deadline, struct stream_result *ret)
{
        struct response response CLEANUP(response_deinit) =
                RESPONSE_INIT(++connection->last_stream);
        enum err error;

        if (monotonic_now() >= deadline)
                return ERR_SATELLITE_UNAVAILABLE;
        TRY(call_write(connection, name, request, deadline));
        error = response_await(connection, &response, deadline, ret);
        if (error == ERR_OK)
                call_close(connection, deadline);
        return error;
}
