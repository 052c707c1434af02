/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists in pages: which part a request asks for, and how the response says where the next one is.
 * A list that is an array names it in a Link header (RFC 8288), one that is an object in a field
 * `next_cursor` as well.
 */
#pragma once

#include <jansson.h>

#include "core/model.h"
#include "http/call.h"

/* `limit` and `cursor` of the query; without a limit it is `most`, which is also the highest.
 * Return: ERR_OK; as fields_decode_query(). */
enum err page_read(struct http_call *call, int64_t most, struct list_page *ret);

/* A cursor as it stands in a query; absent is none. What does not come from us is refused, naming
 * the field. Return: ERR_OK; ERR_FIELD_MALFORMED. */
enum err cursor_read(struct http_call *call, struct slice text, struct list_cursor *ret);

/* The Link to what follows: the same query with another cursor. No cursor: nothing. */
void respond_next(struct http_call *call, const struct list_cursor *next);

/* The cursor as a JSON text. */
json_t *json_from_cursor(const struct list_cursor *next);
