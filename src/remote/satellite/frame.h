/* SPDX-License-Identifier: Apache-2.0
 *
 * DRPC frames: how calls and their responses are cut into pieces on the wire
 * (docs/protocol/satellite.md 4).
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
        uint8_t kind; /* enum frame_kind, or one that is not known */
        bool is_done;
        bool is_control; /* to be ignored by who does not know it */
        uint64_t stream;
        uint64_t message;
        struct slice data; /* borrowed */
};

enum frame_step {
        FRAME_READ,
        FRAME_MORE,   /* the bytes end before the frame does */
        FRAME_BROKEN, /* no frame begins like that, or one that is too large */
};

/* Reads the frame that the bytes begin with, and takes it off them. */
enum frame_step frame_read(struct slice *bytes, struct frame *ret);

/* The packets of a call: what is called, the request, and that no more comes. */
void frame_put_call(struct buf *out, uint64_t stream, struct slice name, struct slice request);

/* The packet after the response to a call, where the connection goes on. */
void frame_put_close(struct buf *out, uint64_t stream);

/* A whole packet in one frame. */
void frame_put(struct buf *out, enum frame_kind kind, uint64_t stream, uint64_t message,
               struct slice data);
