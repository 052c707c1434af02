/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON over jansson, strictly read, and small words for writing it. All memory of jansson is wiped
 * when freed, since passphrases pass through it. CLEANUP(json_decrefp) is jansson's own.
 */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/slice.h"

/* Reads one JSON object: UTF-8, no NUL, no name twice, nesting up to LIMIT_JSON_DEPTH, nothing
 * behind it. Return: ERR_OK; ERR_BODY_NOT_JSON; ERR_JSON_DUPLICATE; ERR_JSON_TOO_DEEP. */
enum err json_read(struct slice text, json_t **ret_object);

static inline struct slice json_slice(const json_t *string)
{
        return slice_new(json_string_value(string), json_string_length(string));
}

/* Values for json_object_set_new() and json_array_append_new(). Absent text gives null; text must
 * be UTF-8. */
json_t *json_from_slice(struct slice text);
json_t *json_from_uuid(const struct uuid *uuid);
json_t *json_from_instant(struct instant instant); /* RFC 3339; zero gives null */
