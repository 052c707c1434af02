/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames of a satellite's connection: a frame that was read is written as the same frame, and a
 * response is the same whether its bytes arrive at once or one by one.
 */
#include "base/macros.h"
#include "fuzz.h"
#include "remote/satellite/response.h"

static void frames_check(struct slice bytes)
{
        struct frame frame, again;

        while (frame_read(&bytes, &frame) == FRAME_READ) {
                struct buf out CLEANUP(buf_deinit) =
                        BUF_INIT(FRAME_HEAD_MAXIMUM + FRAME_DATA_MAXIMUM);
                struct slice written;

                frame_put(&out, (enum frame_kind)frame.kind, frame.stream, frame.message,
                          frame.data);
                REQUIRE(!out.failed);
                written = buf_slice(&out);
                REQUIRE(frame_read(&written, &again) == FRAME_READ && written.size == 0);
                REQUIRE(again.kind == frame.kind && again.is_done && !again.is_control);
                REQUIRE(again.stream == frame.stream && again.message == frame.message);
                REQUIRE(slice_equal(again.data, frame.data));
        }
}

static enum response_step response_read_slowly(struct response *response, struct slice bytes)
{
        struct buf left CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        enum response_step step = RESPONSE_MORE;

        for (size_t i = 0; i < bytes.size && step == RESPONSE_MORE; i++) {
                struct slice rest;

                buf_put_byte(&left, bytes.data[i]);
                rest = buf_slice(&left);
                step = response_read(response, &rest);
                if (rest.size)
                        memmove(left.data, rest.data, rest.size);
                left.size = rest.size;
        }
        return step;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct response at_once CLEANUP(response_deinit) = RESPONSE_INIT(1);
        struct response slowly CLEANUP(response_deinit) = RESPONSE_INIT(1);
        struct slice bytes = slice_new(data, size);
        enum response_step step = response_read(&at_once, &bytes);

        if (size > 4096)
                return 0;
        REQUIRE(step == response_read_slowly(&slowly, slice_new(data, size)));
        REQUIRE(step != RESPONSE_MESSAGE ||
                slice_equal(buf_slice(&at_once.data), buf_slice(&slowly.data)));
        frames_check(slice_new(data, size));
        return 0;
}
