/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict reading of JSON with jansson, and short helpers for writing it. All of jansson's memory is
 * wiped when freed, since passphrases pass through it. CLEANUP(json_decrefp) is jansson's own.
 */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/slice.h"

/* Reads one JSON object: UTF-8, no NUL, no name twice, nesting up to LIMIT_JSON_DEPTH, nothing
 * after it. A number too large for jansson becomes JSON_NUMBER_HUGE with its sign.
 * Return: ERR_OK; ERR_BODY_NOT_JSON; ERR_JSON_DUPLICATE; ERR_JSON_TOO_DEEP; ERR_INTERNAL: no
 *         memory. */
enum err json_read(struct slice text, json_t **ret_object);

/* Where a text stops being JSON; both count from 1, columns in characters. */
struct json_position {
        int line, column;
};

/* The same. With ERR_BODY_NOT_JSON, `ret_position` says where; zeros: as a whole. */
enum err json_read_at(struct slice text, json_t **ret_object, struct json_position *ret_position);

/* The same for one JSON array. */
enum err json_read_array(struct slice text, json_t **ret_array);

static inline struct slice json_slice(const json_t *string)
{
        return slice_new(json_string_value(string), json_string_length(string));
}

/* Whether an allocation of jansson's has failed on this thread since the last call. */
bool json_ran_out(void);

/* Add a value to an object or an array, which then owns it. Without memory a value is NULL and
 * would be missing, so respond_json() calls json_ran_out(). */
static inline void json_put(json_t *object, const char *name, json_t *value)
{
        (void)json_object_set_new(object, name, value);
}
static inline void json_append(json_t *array, json_t *value)
{
        (void)json_array_append_new(array, value);
}

/* Values for json_put() and json_append(). Absent text gives null; text must be UTF-8. */
json_t *json_from_slice(struct slice text);
json_t *json_from_uuid(const struct uuid *uuid);
json_t *json_from_uuid_or_null(const struct uuid *id); /* zeros: null */
json_t *json_from_slice_or_null(struct slice text);    /* absent or empty: null */
json_t *json_from_instant(struct instant instant);     /* RFC 3339; zero gives null */

/* A value without white space, in the arena, which fails if that is not possible. */
struct slice json_text(struct arena *arena, const json_t *json);
