/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames make up a packet, and the packet is the response.
 */
#include "remote/satellite/response.h"

enum { CODE_SIZE = 8 };

void response_deinit(struct response *response)
{
        buf_deinit(&response->data);
}

/* Message numbers increase with every packet, and a packet is always finished before the next one.
 */
static bool frame_fits(const struct response *response, const struct frame *frame)
{
        if (response->is_begun)
                return frame->message == response->message && frame->kind == response->kind;
        return frame->message > response->message;
}

static enum response_step packet_judge(uint8_t kind)
{
        switch (kind) {
        case FRAME_MESSAGE:
                return RESPONSE_MESSAGE;
        case FRAME_ERROR:
                return RESPONSE_ERROR;
        case FRAME_CANCEL:
        case FRAME_CLOSE:
        case FRAME_CLOSE_SEND:
                return RESPONSE_NONE;
        default: /* kinds that only a caller sends, and unknown ones */
                return RESPONSE_BROKEN;
        }
}

static enum response_step frame_add(struct response *response, const struct frame *frame)
{
        if (packet_judge(frame->kind) == RESPONSE_BROKEN || !frame_fits(response, frame))
                return RESPONSE_BROKEN;
        response->is_begun = true;
        response->message = frame->message;
        response->kind = frame->kind;
        buf_put(&response->data, frame->data);
        if (response->data.failed)
                return RESPONSE_BROKEN;
        if (!frame->is_done)
                return RESPONSE_MORE;
        response->is_begun = false;
        return packet_judge(frame->kind);
}

enum response_step response_read(struct response *response, struct slice *bytes)
{
        struct frame frame;

        for (;;) {
                size_t before = bytes->size;
                enum frame_step read = frame_read(bytes, &frame);
                enum response_step step;

                if (read != FRAME_READ)
                        return read == FRAME_MORE ? RESPONSE_MORE : RESPONSE_BROKEN;
                response->n_read += before - bytes->size;
                if (response->n_read > RESPONSE_TRAFFIC_MAXIMUM)
                        return RESPONSE_BROKEN;
                if (frame.is_control || frame.stream != response->stream)
                        continue;
                step = frame_add(response, &frame);
                if (step != RESPONSE_MORE)
                        return step;
        }
}

bool response_error_read(struct slice data, struct response_error *ret)
{
        uint64_t code = 0;

        if (data.size < CODE_SIZE)
                return false;
        for (size_t i = 0; i < CODE_SIZE; i++)
                code = code << 8 | data.data[i];
        *ret = (struct response_error){.code = code, .text = slice_from(data, CODE_SIZE)};
        return true;
}

void response_text_clean(struct slice text, char ret[RESPONSE_TEXT_MAXIMUM + 1])
{
        size_t n = text.size < RESPONSE_TEXT_MAXIMUM ? text.size : RESPONSE_TEXT_MAXIMUM;

        memset(ret, '?', n);
        for (size_t i = 0; i < n; i++)
                if (text.data[i] >= ' ' && text.data[i] <= '~')
                        memcpy(&ret[i], &text.data[i], 1);
        ret[n] = '\0';
}
