/* SPDX-License-Identifier: Apache-2.0
 *
 * From frames to a packet to an answer.
 */
#include "satellite/answer.h"

enum { CODE_SIZE = 8 };

void answer_deinit(struct answer *answer)
{
        buf_deinit(&answer->data);
}

/* Numbers of messages rise with every packet, and a packet is not left unfinished. */
static bool frame_fits(const struct answer *answer, const struct frame *frame)
{
        if (answer->is_begun)
                return frame->message == answer->message && frame->kind == answer->kind;
        return frame->message > answer->message;
}

static enum answer_step packet_judge(uint8_t kind)
{
        switch (kind) {
        case FRAME_MESSAGE:
                return ANSWER_MESSAGE;
        case FRAME_ERROR:
                return ANSWER_ERROR;
        case FRAME_CANCEL:
        case FRAME_CLOSE:
        case FRAME_CLOSE_SEND:
                return ANSWER_NONE;
        default: /* what only a caller sends, and what nobody knows */
                return ANSWER_BROKEN;
        }
}

static enum answer_step frame_add(struct answer *answer, const struct frame *frame)
{
        if (packet_judge(frame->kind) == ANSWER_BROKEN || !frame_fits(answer, frame))
                return ANSWER_BROKEN;
        answer->is_begun = true;
        answer->message = frame->message;
        answer->kind = frame->kind;
        buf_put(&answer->data, frame->data);
        if (answer->data.failed)
                return ANSWER_BROKEN;
        if (!frame->is_done)
                return ANSWER_MORE;
        answer->is_begun = false;
        return packet_judge(frame->kind);
}

enum answer_step answer_read(struct answer *answer, struct slice *bytes)
{
        struct frame frame;

        for (;;) {
                size_t before = bytes->size;
                enum frame_step read = frame_read(bytes, &frame);
                enum answer_step step;

                if (read != FRAME_READ)
                        return read == FRAME_MORE ? ANSWER_MORE : ANSWER_BROKEN;
                answer->n_read += before - bytes->size;
                if (answer->n_read > ANSWER_TRAFFIC_MAXIMUM)
                        return ANSWER_BROKEN;
                if (frame.is_control || frame.stream != answer->stream)
                        continue;
                step = frame_add(answer, &frame);
                if (step != ANSWER_MORE)
                        return step;
        }
}

bool answer_error_read(struct slice data, struct answer_error *ret)
{
        uint64_t code = 0;

        if (data.size < CODE_SIZE)
                return false;
        for (size_t i = 0; i < CODE_SIZE; i++)
                code = code << 8 | data.data[i];
        *ret = (struct answer_error){.code = code, .text = slice_from(data, CODE_SIZE)};
        return true;
}

void answer_text_clean(struct slice text, char ret[ANSWER_TEXT_MAXIMUM + 1])
{
        size_t n = text.size < ANSWER_TEXT_MAXIMUM ? text.size : ANSWER_TEXT_MAXIMUM;

        memset(ret, '?', n);
        for (size_t i = 0; i < n; i++)
                if (text.data[i] >= ' ' && text.data[i] <= '~')
                        memcpy(&ret[i], &text.data[i], 1);
        ret[n] = '\0';
}
