/* SPDX-License-Identifier: Apache-2.0
 *
 * Three packets out, one back.
 */
#include "satellite/channel.h"

#include "base/macros.h"
#include "base/monotonic.h"

enum {
        CALL_MAXIMUM = FRAME_DATA_MAXIMUM, /* bytes of a call, frames included */
        CHUNK = 4096,
        /* Less than one frame is ever left, and a chunk comes to it. */
        LEFT_MAXIMUM = FRAME_HEAD_MAXIMUM + FRAME_DATA_MAXIMUM + CHUNK,
};

void channel_init(struct channel *channel, struct link *link)
{
        *channel = (struct channel){.link = link, .left = BUF_INIT(LEFT_MAXIMUM)};
}

void channel_deinit(struct channel *channel)
{
        link_close(channel->link);
        buf_deinit(&channel->left);
        channel->link = NULL;
}

void channel_answer_deinit(struct channel_answer *answer)
{
        buf_deinit(&answer->message);
}

bool channel_is_refusal(enum err error)
{
        return error == ERR_SATELLITE_KEY_REFUSED || error == ERR_SATELLITE_KEY_INVALID ||
               error == ERR_SATELLITE_BUSY || error == ERR_SATELLITE_FAILED;
}

/* The codes of the satellite's errors. */
enum code {
        CODE_PROTOCOL = 0, /* no such call, or a message that it cannot read */
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
                return ERR_SATELLITE_NONSENSE;
        case CODE_INVALID:
                return ERR_SATELLITE_KEY_INVALID;
        case CODE_DENIED:
                return ERR_SATELLITE_KEY_REFUSED;
        case CODE_EXHAUSTED:
        case CODE_UNAVAILABLE:
                return ERR_SATELLITE_BUSY;
        default: /* 13 and whatever else it calls its own troubles */
                return ERR_SATELLITE_FAILED;
        }
}

static enum err error_judge(struct slice data, struct channel_answer *ret)
{
        struct answer_error said;

        if (!answer_error_read(data, &said))
                return ERR_SATELLITE_NONSENSE;
        ret->code = said.code;
        answer_text_clean(said.text, ret->text);
        return code_judge(said.code);
}

/* Keeps what follows the answer for the next call, which it may belong to. */
static void left_keep(struct channel *channel, struct slice rest)
{
        size_t size = rest.size;

        if (size)
                memmove(channel->left.data, rest.data, size);
        channel->left.size = size;
}

static enum err chunk_read(struct channel *channel, int64_t deadline)
{
        uint8_t chunk[CHUNK];
        size_t n = 0;

        if (monotonic_now() >= deadline)
                return ERR_SATELLITE_LOST;
        if (link_read(channel->link, chunk, sizeof(chunk), deadline, &n) != ERR_OK)
                return ERR_SATELLITE_LOST;
        buf_put(&channel->left, slice_new(chunk, n));
        return channel->left.failed ? ERR_SATELLITE_NONSENSE : ERR_OK;
}

/* Reads until the answer is whole. */
static enum err answer_await(struct channel *channel, struct answer *answer, int64_t deadline,
                             struct channel_answer *ret)
{
        for (;;) {
                struct slice rest = buf_slice(&channel->left);
                enum answer_step step = answer_read(answer, &rest);

                left_keep(channel, rest);
                switch (step) {
                case ANSWER_MORE:
                        TRY(chunk_read(channel, deadline));
                        break;
                case ANSWER_MESSAGE:
                        buf_put(&ret->message, buf_slice(&answer->data));
                        return ret->message.failed ? ERR_INTERNAL : ERR_OK;
                case ANSWER_ERROR:
                        return error_judge(buf_slice(&answer->data), ret);
                case ANSWER_NONE:
                        return ERR_SATELLITE_LOST;
                case ANSWER_BROKEN:
                        return ERR_SATELLITE_NONSENSE;
                }
        }
}

static enum err call_write(struct channel *channel, struct slice name, const struct buf *request,
                           int64_t deadline)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(CALL_MAXIMUM);

        frame_put_call(&out, channel->stream, name, buf_slice(request));
        if (out.failed || request->failed)
                return ERR_INTERNAL;
        return link_write(channel->link, buf_slice(&out), deadline) == ERR_OK ? ERR_OK
                                                                              : ERR_SATELLITE_LOST;
}

/* Whether it arrives shows at the next call. */
static void call_close(struct channel *channel, int64_t deadline)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(FRAME_HEAD_MAXIMUM);

        frame_put_close(&out, channel->stream);
        (void)!link_write(channel->link, buf_slice(&out), deadline);
}

enum err channel_call(struct channel *channel, struct slice name, const struct buf *request,
                      int64_t deadline, struct channel_answer *ret)
{
        struct answer answer CLEANUP(answer_deinit) = ANSWER_INIT(++channel->stream);
        enum err error;

        if (monotonic_now() >= deadline)
                return ERR_SATELLITE_UNAVAILABLE;
        TRY(call_write(channel, name, request, deadline));
        error = answer_await(channel, &answer, deadline, ret);
        if (error == ERR_OK)
                call_close(channel, deadline);
        return error;
}
