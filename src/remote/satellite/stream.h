/* SPDX-License-Identifier: Apache-2.0
 *
 * One call to a satellite: a stream of its own on a connection, which carries one at a time.
 */
#pragma once

#include "remote/satellite/connection.h"
#include "remote/satellite/response.h"

/* What a call returns besides its outcome. */
struct stream_result {
        struct buf message; /* of ERR_OK */
        uint64_t code;      /* of a refusal; else 0 */
        char text[RESPONSE_TEXT_MAXIMUM + 1];
};

#define STREAM_RESULT_INIT                                                                         \
        {                                                                                          \
                .message = BUF_INIT(FRAME_DATA_MAXIMUM)                                            \
        }

void stream_result_deinit(struct stream_result *result);

/* Sends the request and waits for the response. After ERR_OK or a refusal the connection can carry
 * another call; after any other outcome it must be closed. `deadline`: of monotonic_now().
 * Return: ERR_OK; refusals by the satellite: ERR_SATELLITE_KEY_REFUSED, ERR_SATELLITE_KEY_INVALID,
 *         ERR_SATELLITE_BUSY, ERR_SATELLITE_FAILED; ERR_SATELLITE_UNAVAILABLE: nothing was sent;
 *         ERR_SATELLITE_OUTCOME_UNKNOWN: some or all of the request was sent, and no response came;
 *         ERR_SATELLITE_PROTOCOL: the peer did not send a response. */
enum err stream_call(struct satellite_connection *connection, struct slice name,
                     const struct buf *request, int64_t deadline, struct stream_result *ret);

/* Return: whether the satellite itself refused the call, so that the connection is still usable. */
bool stream_is_refusal(enum err error);
