/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing answers. Here, and only here, an outcome becomes an HTTP status, and a secret becomes
 * text that leaves the server. The last respond function called wins.
 */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "base/secret.h"
#include "http/call.h"

enum { RETRY_AFTER_DEFAULT = 1 }; /* seconds */

/* How an outcome is told to this client. */
static inline const struct wire_word *respond_word(const struct http_call *call, enum err error)
{
        return vocabulary_word(call->vocabulary, error);
}

/* {"error": code, "error_description": sentence}, the sentence led by `call->problem_field` if set;
 * with what the status demands: WWW-Authenticate, Allow (call->allowed_methods), Retry-After. */
void respond_error(struct http_call *call, enum err error);

/* A fault in the place of whatever was answered, its headers included, without asking the arena for
 * anything. The engine calls it for every call that ends with an arena that has failed. */
void respond_fault(struct http_call *call, enum err error);

/* Takes over `json`, which is freed; NULL (memory ran out while building it) becomes a 500. */
void respond_json(struct http_call *call, int status, json_t *json);

/* No body: 204, or a redirect together with respond_header(). */
void respond_empty(struct http_call *call, int status);

/* Any other content, copied. */
void respond_text(struct http_call *call, int status, const char *content_type, struct slice text);

/* Content of any length. The first piece is made at once, so that what fails there is still
 * answered as an error. The stream is taken over and freed, also on failure. Return: ERR_OK; what
 * the first `next` returned. */
enum err respond_stream(struct http_call *call, int status, const char *content_type,
                        struct http_stream stream);

/* Frees the stream of an answer that is not sent. */
void respond_stream_drop(struct http_response *response);

/* Adds a header, or replaces the one of that name (Set-Cookie is always added). The value is
 * copied. One with a control character, or one more than there is room for, is a fault of ours: the
 * response becomes a bare 500. Headers set before a respond function stay. */
void respond_header(struct http_call *call, const char *name, struct slice value);

/* The one function that writes a secret into an answer; the answer becomes `no_store`.
 * An absent secret adds nothing. Call it before respond_json(). */
void respond_secret(struct http_call *call, json_t *object, const char *name, struct secret secret);

/* The status of a page that tells a person of an outcome. Nobody is asked to prove himself to
 * a page, so what is 401 elsewhere is 400 there. */
int respond_page_status(const struct http_call *call, enum err error);

/* What a status demands beside the body: WWW-Authenticate, Allow, Retry-After. */
void respond_error_headers(struct http_call *call, int status);
