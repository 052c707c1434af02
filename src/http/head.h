/* SPDX-License-Identifier: Apache-2.0
 *
 * The head of a request, judged: what the library hands over line by line becomes a request, or is
 * refused because another server in front of us could have read it in another way (request
 * smuggling). Copies what it keeps, so that a request outlives its connection.
 */
#pragma once

#include "base/error.h"
#include "http/call.h"

struct http_head {
        struct arena *arena;
        struct http_request *request;
        struct slice authority; /* of a target in absolute form */
        unsigned seen;          /* which fields came already, one bit a row of the table */
        enum err refusal;       /* the first thing that is wrong with it, or ERR_OK */
        size_t size;            /* bytes of the fields */
        unsigned n_fields;
        bool chunked;
        bool has_length;
        uint64_t length; /* Content-Length */
};

/* What stands between the method and the version of the first line, as sent. */
void head_take_target(struct http_head *head, struct slice target);

/* One header field. */
void head_take_field(struct http_head *head, struct slice name, struct slice value);

/* After the last field. HTTP/1.0 may leave the Host out; it is absent then.
 * Return: ERR_OK; ERR_REQUEST_HEAD: a target that is none, a field name that is no token, a control
 * character in a value, no Host, or any of these twice or both: Host, Content-Length,
 * Transfer-Encoding, Authorization, Origin, Content-Type, Sec-Fetch-Site; a transfer coding other
 * than chunked; ERR_TARGET_TOO_LONG; ERR_PARAMETERS; ERR_HEAD_TOO_LARGE. The connection is to be
 * closed after any of them. */
enum err head_finish(struct http_head *head, struct slice method, struct slice version);
