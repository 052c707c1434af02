/* SPDX-License-Identifier: Apache-2.0
 *
 * One HTTP exchange as handlers see it: the complete request, the answer being written, and the
 * memory of both. The engine makes it, a handler fills the response by the functions of respond.h.
 * Everything it points to is good until the handler returns, or the call is finished.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"
#include "http/vocabulary.h"

enum http_method {
        HTTP_GET, /* HEAD too: the engine leaves the body out */
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
        HTTP_HEADERS_MAXIMUM = 12, /* of an answer, beside those of the engine */
        HTTP_RESPONSE_MAXIMUM = 8 * 1024 * 1024,
};

/* What stood in the place of each `{name}` of a pattern, in order: raw, never empty. */
struct http_params {
        struct slice values[HTTP_PARAMS_MAXIMUM];
        size_t n_values;
};

/* Absent where the request does not carry it. A field of this list that may stand only once and
 * stands twice never reaches a handler; several X-Forwarded-For and If-None-Match are joined by
 * commas. */
struct http_headers {
        struct slice host;
        struct slice origin;
        struct slice content_type;
        struct slice authorization;
        struct slice cookie;
        struct slice user_agent;
        struct slice sec_fetch_site;
        struct slice forwarded_for;   /* X-Forwarded-For: believe it only from a trusted peer */
        struct slice forwarded_proto; /* X-Forwarded-Proto: the same */
        struct slice if_none_match;
        struct slice accept_encoding;
};

struct http_request {
        enum http_method method;
        struct slice path;  /* byte for byte as sent, still percent-encoded; begins with '/' */
        struct slice query; /* what follows '?', raw; absent without one */
        struct http_headers headers;
        struct slice body; /* at most LIMIT_BODY */
        struct slice peer; /* the other end's IP address as text, without port or brackets */
        struct slice id;   /* what the answer's X-Request-Id says */
        struct http_params params;
};

/* Both end in NUL and live in the call's arena or for ever. */
struct http_header {
        const char *name;
        const char *value;
};

/* A body that is made piece by piece while it is sent. */
struct http_stream {
        /* Appends the next piece and says whether there is another one. Runs on a thread that may
         * wait, one call at a time. Return: ERR_OK; anything else ends the response in its middle,
         * which the client notices. */
        enum err (*next)(void *context, struct buf *out, bool *ret_has_more);
        void (*free)(void *context); /* after the last call, however the response ends */
        void *context;
};

struct http_response {
        int status; /* 0 until a respond function was called */
        struct http_header headers[HTTP_HEADERS_MAXIMUM];
        size_t n_headers;
        bool broken; /* a header could not be written as it was meant */
        struct buf body;
        struct http_stream stream; /* what follows the body; without `next` nothing */
};

/* What a handler has done with a call. */
enum http_handled {
        HTTP_ANSWERED,
        HTTP_LATER,     /* handed it on: `finish` is called once it is answered, on whatever thread.
                         * From then on the handler must not touch the call. */
        HTTP_MUST_WAIT, /* nothing: it is to be called again where it may wait */
};

struct http_call {
        struct arena *arena; /* wiped when the answer is handed over */
        struct http_request request;
        struct http_response response;
        const char *problem_field;           /* which field a decoder's refusal is about, or NULL */
        const struct vocabulary *vocabulary; /* in which outcomes are told */
        unsigned allowed_methods;            /* HTTP_BITs: what a 405 names */
        unsigned route;                      /* which one it took, numbered by api/; 0: none */
        unsigned retry_after; /* seconds, for 429 and 503; 0: the default of respond.h */
        bool no_store;        /* this answer, a refusal too, must not be kept by any cache */

        /* The engine's: whether a handler may wait here, and what to call after HTTP_LATER. */
        bool may_wait;
        void (*finish)(struct http_call *call);
};
