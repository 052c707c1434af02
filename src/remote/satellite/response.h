/* SPDX-License-Identifier: Apache-2.0
 *
 * The response to one call, put together from the frames in which it comes.
 */
#pragma once

#include "remote/satellite/frame.h"

enum {
        RESPONSE_TRAFFIC_MAXIMUM =
                4 * FRAME_DATA_MAXIMUM, /* bytes until the response must be whole */
};

struct response {
        uint64_t stream; /* of the call; frames of other streams are ignored */
        uint64_t message;
        uint8_t kind;
        bool is_begun;   /* a part of a packet is there */
        struct buf data; /* of the packet */
        size_t n_read;   /* bytes of frames so far, whosever they are */
};

#define RESPONSE_INIT(stream_)                                                                     \
        {                                                                                          \
                .stream = (stream_), .data = BUF_INIT(FRAME_DATA_MAXIMUM)                          \
        }

enum response_step {
        RESPONSE_MORE,    /* not whole yet */
        RESPONSE_MESSAGE, /* the data is what was asked for */
        RESPONSE_ERROR,   /* the data is a code and a text: see response_error() */
        RESPONSE_NONE,    /* the stream was ended without a response */
        RESPONSE_BROKEN,  /* this is not how a satellite speaks */
};

void response_deinit(struct response *response);

/* Reads frames until the response is whole, and takes them off the bytes. */
enum response_step response_read(struct response *response, struct slice *bytes);

/* What an error says. */
struct response_error {
        uint64_t code;
        struct slice text; /* borrowed; from the network: see response_text_clean() */
};

/* Return: false if the data is shorter than a code. */
bool response_error_read(struct slice data, struct response_error *ret);

enum { RESPONSE_TEXT_MAXIMUM = 120 };

/* The text for a log: printable ASCII, the rest as '?', cut at a length; NUL-terminated. */
void response_text_clean(struct slice text, char ret[RESPONSE_TEXT_MAXIMUM + 1]);
