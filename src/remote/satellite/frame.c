/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing frames.
 */
#include "remote/satellite/frame.h"

#include "accessgrant/protowire.h"
#include "base/macros.h"

enum {
        VARINT_MAXIMUM = 10, /* bytes */
        DONE = 1 << 0,
        CONTROL = 1 << 7,
        KIND_MASK = 0x3f,
};

static enum frame_step varint_read(struct slice *bytes, uint64_t *ret)
{
        if (ag_varint_read(bytes, ret))
                return FRAME_READ;
        return bytes->size < VARINT_MAXIMUM ? FRAME_MORE : FRAME_BROKEN;
}

enum frame_step frame_read(struct slice *bytes, struct frame *ret)
{
        struct slice rest = slice_from(*bytes, 1);
        struct frame frame;
        uint64_t size = 0;
        uint64_t *const numbers[] = {&frame.stream, &frame.message, &size};

        if (bytes->size == 0)
                return FRAME_MORE;
        for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
                enum frame_step step = varint_read(&rest, numbers[i]);

                if (step != FRAME_READ)
                        return step;
        }
        if (size > FRAME_DATA_MAXIMUM)
                return FRAME_BROKEN;
        if (size > rest.size)
                return FRAME_MORE;
        frame.kind = bytes->data[0] >> 1 & KIND_MASK;
        frame.is_done = bytes->data[0] & DONE;
        frame.is_control = bytes->data[0] & CONTROL;
        frame.data = slice_to(rest, size);
        *bytes = slice_from(rest, size);
        *ret = frame;
        return FRAME_READ;
}

void frame_put(struct buf *out, enum frame_kind kind, uint64_t stream, uint64_t message,
               struct slice data)
{
        buf_put_byte(out, (uint8_t)(kind << 1 | DONE));
        ag_put_varint(out, stream);
        ag_put_varint(out, message);
        ag_put_varint(out, data.size);
        buf_put(out, data);
}

/* The message numbers of our packets in a call. */
enum { OUR_INVOKE = 1, OUR_MESSAGE, OUR_CLOSE_SEND, OUR_CLOSE };

void frame_put_call(struct buf *out, uint64_t stream, struct slice name, struct slice request)
{
        frame_put(out, FRAME_INVOKE, stream, OUR_INVOKE, name);
        frame_put(out, FRAME_MESSAGE, stream, OUR_MESSAGE, request);
        frame_put(out, FRAME_CLOSE_SEND, stream, OUR_CLOSE_SEND, (struct slice){0});
}

void frame_put_close(struct buf *out, uint64_t stream)
{
        frame_put(out, FRAME_CLOSE, stream, OUR_CLOSE, (struct slice){0});
}
