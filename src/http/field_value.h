/* SPDX-License-Identifier: Apache-2.0
 *
 * One value of a row, whichever form it came in: what fields.c and query.c share.
 */
#pragma once

#include "http/call.h"
#include "http/field.h"

/* Checks text against its row and stores it; empty text leaves `ret_value` as it is. Not for
 * FIELD_TEXTS and FIELD_REFUSED. Return: ERR_OK; ERR_FIELD_TYPE: not the text of a number or of a
 * boolean; ERR_FIELD_TOO_LONG; ERR_FIELD_MALFORMED; ERR_FIELD_TEXT; ERR_FIELD_RANGE. */
enum err field_from_text(struct arena *arena, const struct field *field, struct slice text,
                         void *ret_value);

/* Return: ERR_OK; ERR_FIELD_RANGE. */
enum err field_from_integer(const struct field *field, int64_t value,
                            struct field_integer *ret_value);

/* Ends a row whose decoding gave `error`: refuses it if it is required and still absent, puts in
 * the row's own error and names the field in the call. */
enum err field_finish(struct http_call *call, const struct field *field, enum err error,
                      const void *value);
