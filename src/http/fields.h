/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows that decode a JSON object or a query string into a struct, so that handlers see only valid
 * values. Unknown fields are ignored; a repeated field is refused; an empty string and a JSON null
 * count as absent. Decoded values live in the call's arena.
 *
 *      static const struct field fields[] = {
 *              {"client_id", FIELD_UUID, offsetof(struct form, client_id), .flags =
 * FIELD_REQUIRED},
 *              {"name", FIELD_NAME, offsetof(struct form, name), .maximum = LIMIT_NAME},
 *              {"grant_type", FIELD_REFUSED, .malformed = ERR_GRANT_TYPE},
 *      };
 */
#pragma once

#include "http/call.h"
#include "http/field.h"

/* Decodes the body into the zeroed struct `ret_form`. An empty body is an object without fields,
 * whatever its type. If the refusal is about a field, `call->problem_field` names it; do not read
 * `ret_form` then.
 * Return: ERR_OK; ERR_UNSUPPORTED_MEDIA_TYPE: not application/json; ERR_BODY_NOT_JSON;
 *         ERR_JSON_DUPLICATE; ERR_JSON_TOO_DEEP; ERR_FIELD_MISSING, _TYPE, _TOO_LONG, _MALFORMED,
 *         _RANGE, _TEXT; or the row's own error instead of one of these. */
enum err fields_decode_json(struct http_call *call, const struct field *fields, size_t n_fields,
                            void *ret_form);

/* The same for the query string; "+" is a space, numbers are decimal, booleans true and false.
 * FIELD_TEXTS is not supported.
 * Return: as above, without those about JSON; a parameter twice is ERR_JSON_DUPLICATE. */
enum err fields_decode_query(struct http_call *call, const struct field *fields, size_t n_fields,
                             void *ret_form);

/* The text of one value of a query: percent-decoded, with "+" for a space as browsers write it. It
 * lives in the arena; an empty one is not absent. Return: ERR_OK; ERR_FIELD_MALFORMED. */
enum err query_decode(struct arena *arena, struct slice encoded, struct slice *ret_text);
