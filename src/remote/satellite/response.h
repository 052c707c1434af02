/* SPDX-License-Identifier: Apache-2.0
 *
 * The response to one call, assembled from its frames.
 */
#pragma once

#include "remote/satellite/frame.h"

enum {
        RESPONSE_TRAFFIC_MAXIMUM =
                4 * FRAME_DATA_MAXIMUM, /* bytes by which the response must be complete */
};

struct response {
        uint64_t stream; /* of the call; frames of other streams are ignored */
        uint64_t message;
        uint8_t kind;
        bool is_begun;   /* a part of a packet has arrived */
        struct buf data; /* of the packet */
        size_t n_read;   /* bytes of all frames so far, of any stream */
};

#define RESPONSE_INIT(stream_)                                                                     \
        {                                                                                          \
                .stream = (stream_), .data = BUF_INIT(FRAME_DATA_MAXIMUM)                          \
        }

enum response_step {
        RESPONSE_MORE,    /* not complete yet */
        RESPONSE_MESSAGE, /* the data is the response */
        RESPONSE_ERROR,   /* the data is a code and a text: see response_error() */
        RESPONSE_NONE,    /* the stream was ended without a response */
        RESPONSE_BROKEN,  /* this violates the protocol */
};

void response_deinit(struct response *response);

/* Reads frames until the response is complete, and removes them from the bytes. */
enum response_step response_read(struct response *response, struct slice *bytes);

/* An error response. */
struct response_error {
        uint64_t code;
        struct slice text; /* borrowed; from the network: see response_text_clean() */
};

/* Return: false if the data is shorter than a code. */
bool response_error_read(struct slice data, struct response_error *ret);

enum { RESPONSE_TEXT_MAXIMUM = 120 };

/* The text for the log: printable ASCII, other characters as '?', truncated and NUL-terminated. */
void response_text_clean(struct slice text, char ret[RESPONSE_TEXT_MAXIMUM + 1]);
