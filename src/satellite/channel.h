/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls over a link, one after the other.
 */
#pragma once

#include "satellite/answer.h"
#include "satellite/link.h"

struct channel {
        struct link *link;
        uint64_t stream; /* of the last call */
        struct buf left; /* what was read and not used yet */
};

/* Takes the link. */
void channel_init(struct channel *channel, struct link *link);

/* Closes the link. */
void channel_deinit(struct channel *channel);

/* What a call tells beside its outcome. */
struct channel_answer {
        struct buf message; /* of ERR_OK */
        uint64_t code;      /* of a refusal; else 0 */
        char text[ANSWER_TEXT_MAXIMUM + 1];
};

#define CHANNEL_ANSWER_INIT                                                                        \
        {                                                                                          \
                .message = BUF_INIT(FRAME_DATA_MAXIMUM)                                            \
        }

void channel_answer_deinit(struct channel_answer *answer);

/* Asks and waits for the answer. After ERR_OK and after a refusal the channel may be used again,
 * else it is to be closed.
 * Return: ERR_OK;
 * refusals by the satellite: ERR_SATELLITE_KEY_REFUSED, ERR_SATELLITE_KEY_INVALID,
 * ERR_SATELLITE_BUSY, ERR_SATELLITE_FAILED;
 * ERR_SATELLITE_UNAVAILABLE: nothing was asked; ERR_SATELLITE_LOST: it was, or part of it was, and
 * the answer has not come; ERR_SATELLITE_NONSENSE: what came is no answer. */
enum err channel_call(struct channel *channel, struct slice name, const struct buf *request,
                      int64_t deadline, struct channel_answer *ret);

/* Return: whether the satellite itself has said no, so that the channel is still good. */
bool channel_is_refusal(enum err error);
