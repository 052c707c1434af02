/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing responses. Only here does an outcome become an HTTP status, and a secret text that leaves
 * the server. The last respond function called wins.
 */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "base/secret.h"
#include "http/call.h"

enum { RETRY_AFTER_DEFAULT = 1 }; /* seconds */

/* The status and code of an outcome in the vocabulary of this client. */
static inline const struct wire_word *respond_word(const struct http_call *call, enum err error)
{
        return vocabulary_word(call->vocabulary, error);
}

/* What is said of a refusal: its explanation, or its sentence. */
struct slice respond_sentence(const struct http_call *call, enum err error);

/* {"error": code, "error_description": sentence}, the sentence prefixed with `call->problem_field`
 * if set; with the headers that the status requires: WWW-Authenticate, Allow
 * (call->allowed_methods), Retry-After. */
void respond_error(struct http_call *call, enum err error);

/* Replaces the whole response, including its headers, by a fault, without allocating from the
 * arena. The engine calls it for every call whose arena has failed. */
void respond_fault(struct http_call *call, enum err error);

/* Takes ownership of `json` and frees it; NULL (no memory to build it) becomes a 500. */
void respond_json(struct http_call *call, int status, json_t *json);

/* No body: 204, or a redirect together with respond_header(). */
void respond_empty(struct http_call *call, int status);

/* Any other content, copied. */
void respond_text(struct http_call *call, int status, const char *content_type, struct slice text);

/* Content of any length. The first piece is produced at once, so that a failure there still becomes
 * an error response. Takes ownership of the stream, also on failure. Return: ERR_OK; what the first
 * `next` returned. */
enum err respond_stream(struct http_call *call, int status, const char *content_type,
                        struct http_stream stream);

/* Frees the stream of an answer that is not sent. */
void respond_stream_drop(struct http_response *response);

/* Adds a header, or replaces the one of that name (Set-Cookie is always added). The value is
 * copied. A control character in it, or one header too many, is a bug: the response becomes a bare
 * 500. Headers set before a respond function remain. */
void respond_header(struct http_call *call, const char *name, struct slice value);

/* The one function that writes a secret into a response, which becomes `no_store`. An absent secret
 * adds nothing. Call it before respond_json(). */
void respond_secret(struct http_call *call, json_t *object, const char *name, struct secret secret);

/* The status of a page that reports an outcome to a person. Pages do not ask for authentication, so
 * a 401 becomes a 400. */
int respond_page_status(const struct http_call *call, enum err error);

/* The headers a status requires: WWW-Authenticate, Allow, Retry-After. */
void respond_error_headers(struct http_call *call, int status);
