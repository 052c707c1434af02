/* SPDX-License-Identifier: Apache-2.0
 *
 * One HTTP exchange as handlers see it: the complete request, the response being written, and the
 * memory of both. The engine creates it, and a handler fills in the response with the functions of
 * respond.h. Everything it points to is valid until the handler returns, or until the call is
 * finished.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/explanation.h"
#include "base/slice.h"
#include "http/vocabulary.h"

enum http_method {
        HTTP_GET, /* HEAD too: the engine omits the body */
        HTTP_POST,
        HTTP_PUT,
        HTTP_PATCH,
        HTTP_DELETE,
        HTTP_OPTIONS,
        HTTP_OTHER,
};

/* A set of methods is the sum of these. */
#define HTTP_BIT(method) (1u << (method))

enum {
        HTTP_PARAMS_MAXIMUM = 4,
        HTTP_HEADERS_MAXIMUM = 12, /* of a response, besides those of the engine */
        HTTP_RESPONSE_MAXIMUM = 8 * 1024 * 1024,
};

/* What matched each `{name}` of a pattern, in order: raw, never empty. */
struct http_params {
        struct slice values[HTTP_PARAMS_MAXIMUM];
        size_t n_values;
};

/* Absent if the request does not have it. A request that repeats a field that may occur only once
 * never reaches a handler; several X-Forwarded-For and If-None-Match are joined by commas. */
struct http_headers {
        struct slice host;
        struct slice origin;
        struct slice content_type;
        struct slice authorization;
        struct slice cookie;
        struct slice user_agent;
        struct slice sec_fetch_site;
        struct slice forwarded_for;   /* X-Forwarded-For: trust it only from a trusted proxy */
        struct slice forwarded_proto; /* X-Forwarded-Proto: the same */
        struct slice if_none_match;
        struct slice accept;
        struct slice accept_encoding;
        struct slice accept_language;
        struct slice person; /* whom a proxy names in the field of engine_options.person_field:
                                trust it only from a trusted proxy */
};

struct http_request {
        enum http_method method;
        struct slice path;  /* byte for byte as sent, still percent-encoded; begins with '/' */
        struct slice query; /* what follows '?', raw; absent without one */
        struct http_headers headers;
        struct slice body; /* at most LIMIT_BODY */
        struct slice peer; /* the peer's IP address as text, without port or brackets */
        struct slice id;   /* the X-Request-Id of the response */
        struct http_params params;
};

/* Both are NUL-terminated, and in the call's arena or static. */
struct http_header {
        const char *name;
        const char *value;
};

/* A body that is produced piece by piece while it is sent. */
struct http_stream {
        /* Appends the next piece and reports whether there is another one. Runs on a thread that
         * may block, one call at a time. Return: ERR_OK; any other outcome breaks the response off,
         * which the client notices. */
        enum err (*next)(void *context, struct buf *out, bool *ret_has_more);
        void (*free)(void *context); /* after the last call, however the response ends */
        void *context;
};

struct http_response {
        int status; /* 0 until a respond function is called */
        struct http_header headers[HTTP_HEADERS_MAXIMUM];
        size_t n_headers;
        bool broken; /* a header could not be written as intended */
        struct buf body;
        struct http_stream stream; /* what follows the body; nothing if `next` is NULL */
};

/* What a handler has done with a call. */
enum http_handled {
        HTTP_ANSWERED,
        HTTP_LATER, /* passed it on: `finish` will be called when the response is written, on any
                       thread. The handler must not touch the call any more. */
        HTTP_MUST_WAIT, /* nothing: call it again on a thread that may block */
};

struct http_call {
        struct arena *arena; /* wiped when the response is handed to the library */
        struct http_request request;
        struct http_response response;
        const char *problem_field; /* which field a decoder's refusal is about, or NULL */
        struct explanation explanation;
        const struct vocabulary *vocabulary; /* with the status and code of each outcome */
        unsigned allowed_methods;            /* HTTP_BITs: for the Allow header of a 405 */
        unsigned route;                      /* the matched route, numbered by api/; 0: none */
        unsigned retry_after; /* seconds, for 429 and 503; 0: the default of respond.h */
        enum err refusal;     /* what the response refuses; ERR_OK: nothing */
        bool no_store;        /* this response, even a refusal, must not be cached */

        /* Set by the engine: whether a handler may block here, and what to call after HTTP_LATER.
         */
        bool may_wait;
        void (*finish)(struct http_call *call);
};
