/* SPDX-License-Identifier: Apache-2.0
 *
 * The head of a request, judged: what the library hands over line by line becomes a request, or is
 * refused because another server in front of us could have read it in another way (request
 * smuggling). Copies what it keeps, so that a request outlives its connection.
 */
#pragma once

#include "http/call.h"

struct http_head {
        struct arena *arena;
        struct http_request *request;
        struct slice authority; /* of a target in absolute form */
        unsigned seen;          /* which fields came already, one bit a row of the table */
        bool broken;
        bool chunked;
        bool has_length;
        uint64_t length; /* Content-Length */
};

/* What stands between the method and the version of the first line, as sent. */
void head_take_target(struct http_head *head, struct slice target);

/* One header field. */
void head_take_field(struct http_head *head, struct slice name, struct slice value);

/* After the last field. Return: false if the request is to be refused with a bare 400: a target
 * that is none, a field name that is no token, a control character in a value, no Host, or any of
 * these twice or both: Host, Content-Length, Transfer-Encoding, Authorization, Cookie, Origin,
 * Content-Type, Sec-Fetch-Site; a transfer coding other than chunked. */
bool head_finish(struct http_head *head, struct slice method, struct slice version);
