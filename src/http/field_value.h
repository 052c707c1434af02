/* SPDX-License-Identifier: Apache-2.0
 *
 * One value of a row, from JSON or from a query: what fields.c and query.c share.
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

/* Finishes a row whose decoding returned `error`: refuses a required field that is absent, replaces
 * the error by the row's own, and names the field in the call. */
enum err field_finish(struct http_call *call, const struct field *field, enum err error,
                      const void *value);
