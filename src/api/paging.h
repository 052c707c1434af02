/* SPDX-License-Identifier: Apache-2.0
 *
 * Paged lists: which page a request wants, and where the response says the next one is. An array
 * has it in a Link header (RFC 8288), an object in the field `next_cursor` as well.
 */
#pragma once

#include <jansson.h>

#include "core/model.h"
#include "http/call.h"

/* Reads `limit` and `cursor` from the query; the limit defaults to `most`, which is also its
 * maximum.
 * Return: ERR_OK; as fields_decode_query(). */
enum err page_read(struct http_call *call, int64_t most, struct list_page *ret);

/* Reads a cursor from a query; absent means none. A cursor that is not ours is refused, with the
 * name of the field. Return: ERR_OK; ERR_FIELD_MALFORMED. */
enum err cursor_read(struct http_call *call, struct slice text, struct list_cursor *ret);

/* Adds the Link to the next page, the same query with another cursor; nothing without a cursor. */
void respond_next(struct http_call *call, const struct list_cursor *next);

/* Puts a page's `limit` and, if there is a next page, its `next_cursor` into the object that has
 * its rows, and adds the Link. */
void page_put(struct http_call *call, json_t *object, int64_t limit,
              const struct list_cursor *next);

/* The cursor as a JSON text. */
json_t *json_from_cursor(const struct list_cursor *next);
