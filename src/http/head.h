/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks the head of a request: the lines that the library passes on become a request, or are
 * refused because a proxy in front of us could have read them differently (request smuggling). What
 * is kept is copied, so that a request may outlive its connection.
 */
#pragma once

#include "base/error.h"
#include "http/call.h"

struct http_head {
        struct arena *arena;
        struct http_request *request;
        struct slice person_field; /* the name of the field for `headers.person`; absent: none */
        struct slice authority;    /* of a target in absolute form */
        unsigned seen;    /* which fields have been seen, one bit for each row of the table */
        enum err refusal; /* the first thing that is wrong with it, or ERR_OK */
        size_t size;      /* bytes of the fields */
        unsigned n_fields;
        bool chunked;
        bool has_length;
        uint64_t length; /* Content-Length */
};

/* Whether fields of this name have a meaning here, in any case of letters. */
bool head_reads(struct slice name);

/* The part of the first line between method and version, as sent. */
void head_take_target(struct http_head *head, struct slice target);

/* One header field. */
void head_take_field(struct http_head *head, struct slice name, struct slice value);

/* Called after the last field. HTTP/1.0 may omit the Host, which is then absent.
 * Return: ERR_OK; ERR_REQUEST_HEAD: an invalid target, a field name that is no token, a control
 *         character in a value, no Host, or any of these repeated: Host, Content-Length,
 *         Transfer-Encoding, Authorization, Origin, Content-Type, Sec-Fetch-Site, the field that
 *         names a person; Content-Length together with Transfer-Encoding; a transfer coding other
 *         than chunked; ERR_TARGET_TOO_LONG; ERR_PARAMETERS; ERR_HEAD_TOO_LARGE. Close the
 *         connection after any of these. */
enum err head_finish(struct http_head *head, struct slice method, struct slice version);
