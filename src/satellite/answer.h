/* SPDX-License-Identifier: Apache-2.0
 *
 * The answer to one call, put together from the frames in which it comes.
 */
#pragma once

#include "satellite/frame.h"

enum {
        ANSWER_TRAFFIC_MAXIMUM = 4 * FRAME_DATA_MAXIMUM, /* bytes until the answer must be whole */
};

struct answer {
        uint64_t stream; /* of the call; frames of other streams are ignored */
        uint64_t message;
        uint8_t kind;
        bool is_begun;   /* a part of a packet is there */
        struct buf data; /* of the packet */
        size_t n_read;   /* bytes of frames so far, whosever they are */
};

#define ANSWER_INIT(stream_)                                                                       \
        {                                                                                          \
                .stream = (stream_), .data = BUF_INIT(FRAME_DATA_MAXIMUM)                          \
        }

enum answer_step {
        ANSWER_MORE,    /* not whole yet */
        ANSWER_MESSAGE, /* the data is what was asked for */
        ANSWER_ERROR,   /* the data is a code and a text: see answer_error() */
        ANSWER_NONE,    /* the stream was ended without an answer */
        ANSWER_BROKEN,  /* this is not how a satellite speaks */
};

void answer_deinit(struct answer *answer);

/* Reads frames until the answer is whole, and takes them off the bytes. */
enum answer_step answer_read(struct answer *answer, struct slice *bytes);

/* What an error says. */
struct answer_error {
        uint64_t code;
        struct slice text; /* borrowed; from the network: see answer_text_clean() */
};

/* Return: false if the data is shorter than a code. */
bool answer_error_read(struct slice data, struct answer_error *ret);

enum { ANSWER_TEXT_MAXIMUM = 120 };

/* The text for a log: printable ASCII, the rest as '?', cut at a length; NUL-terminated. */
void answer_text_clean(struct slice text, char ret[ANSWER_TEXT_MAXIMUM + 1]);
