/* SPDX-License-Identifier: Apache-2.0
 *
 * DRPC frames: how calls and their responses are split on the wire (docs/protocol/satellite.md 4).
 *
 *      control, one byte: done | kind << 1 | control flag << 7
 *      stream, message, length: varints
 *      data
 *
 * A packet is one or more frames of the same stream, message and kind, the last of them done.
 */
#pragma once

#include "base/buf.h"

enum {
        FRAME_DATA_MAXIMUM = 64 * 1024, /* bytes of data that are accepted in a frame or packet */
        FRAME_HEAD_MAXIMUM = 1 + 3 * 10,
};

enum frame_kind {
        FRAME_INVOKE = 1,
        FRAME_MESSAGE = 2,
        FRAME_ERROR = 3,
        FRAME_CANCEL = 4,
        FRAME_CLOSE = 5,
        FRAME_CLOSE_SEND = 6,
        FRAME_METADATA = 7,
};

struct frame {
        uint8_t kind; /* enum frame_kind, or an unknown one */
        bool is_done;
        bool is_control; /* to be ignored if its kind is unknown */
        uint64_t stream;
        uint64_t message;
        struct slice data; /* borrowed */
};

enum frame_step {
        FRAME_READ,
        FRAME_MORE,   /* the bytes end before the frame does */
        FRAME_BROKEN, /* not a frame, or too large */
};

/* Reads the frame at the start of the bytes, and removes it. */
enum frame_step frame_read(struct slice *bytes, struct frame *ret);

/* The packets of a call: the method, the request, and the end of sending. */
void frame_put_call(struct buf *out, uint64_t stream, struct slice name, struct slice request);

/* The packet after the response to a call, if the connection is kept. */
void frame_put_close(struct buf *out, uint64_t stream);

/* A whole packet in one frame. */
void frame_put(struct buf *out, enum frame_kind kind, uint64_t stream, uint64_t message,
               struct slice data);
