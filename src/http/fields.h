/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows that decode a JSON object, a form or a query string into a struct, so that handlers see only
 * valid values. Unknown fields are ignored, except, where the vocabulary is strict, those that are
 * written like a known one but for case, hyphens and underscores; a repeated field is refused; an
 * empty string and a JSON null count as absent. Decoded values live in the call's arena.
 *
 *      static const struct field fields[] = {
 *              {"client_id", FIELD_UUID, offsetof(struct form, client_id), .flags =
 * FIELD_REQUIRED},
 *              {"name", FIELD_NAME, offsetof(struct form, name), .maximum = LIMIT_NAME},
 *              {"grant_type", FIELD_REFUSED, .malformed = ERR_GRANT_TYPE},
 *      };
 */
#pragma once

#include <jansson.h>

#include "http/call.h"
#include "http/field.h"

/* Decodes the body into the zeroed struct `ret_form`. An empty body is an object without fields,
 * whatever its type. If the refusal is about a field, `call->problem_field` names it; do not read
 * `ret_form` then.
 * Return: ERR_OK; ERR_UNSUPPORTED_MEDIA_TYPE: not application/json; ERR_BODY_NOT_JSON;
 *         ERR_FIELD_NAME; ERR_JSON_DUPLICATE; ERR_JSON_TOO_DEEP; ERR_FIELD_MISSING, _TYPE,
 * _TOO_LONG, _MALFORMED, _RANGE, _TEXT; or the row's own error instead of one of these. */
enum err fields_decode_json(struct http_call *call, const struct field *fields, size_t n_fields,
                            void *ret_form);

/* A body that is decoded by more than one table of rows, or may be a form. */
struct fields_body {
        bool is_form;
        json_t *object;     /* of a body in JSON */
        struct slice pairs; /* of a form, application/x-www-form-urlencoded */
};

/* Reads a body in JSON or, if its type says so, a form; to be closed if it returns ERR_OK.
 * Return: ERR_OK; ERR_UNSUPPORTED_MEDIA_TYPE: neither; ERR_BODY_NOT_JSON; ERR_JSON_DUPLICATE;
 *         ERR_JSON_TOO_DEEP. */
enum err fields_body_open(struct http_call *call, struct fields_body *ret);
void fields_body_close(struct fields_body *body);

/* Whether the body says that it is a form. */
bool fields_body_is_form(const struct http_call *call);

/* As fields_decode_json(), or as fields_decode_query() for a form. */
enum err fields_decode_body(struct http_call *call, const struct fields_body *body,
                            const struct field *fields, size_t n_fields, void *ret_form);

/* The same for the query string; "+" is a space, numbers are decimal, booleans true and false.
 * FIELD_TEXTS is a parameter that may be repeated; empty ones are left out.
 * Return: as above, without those about JSON; a parameter twice is ERR_JSON_DUPLICATE. */
enum err fields_decode_query(struct http_call *call, const struct field *fields, size_t n_fields,
                             void *ret_form);

/* The same for other text of this form. */
enum err fields_decode_pairs(struct http_call *call, struct slice pairs, const struct field *fields,
                             size_t n_fields, void *ret_form);

/* The text of one value of a query: percent-decoded, with "+" for a space as browsers write it. It
 * lives in the arena; an empty one is not absent. Return: ERR_OK; ERR_FIELD_MALFORMED. */
enum err query_decode(struct arena *arena, struct slice encoded, struct slice *ret_text);
