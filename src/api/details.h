/* SPDX-License-Identifier: Apache-2.0
 *
 * The parameter authorization_details of every request that may have it (RFC 9396).
 */
#pragma once

#include <jansson.h>

#include "api/api.h"
#include "core/authorize/details.h"
#include "http/field.h"

/* A row that decodes it as text, into a slice. */
#define DETAILS_FIELD(type, member)                                                                \
        {                                                                                          \
                .name = "authorization_details", .kind = FIELD_ARRAY,                              \
                .offset = offsetof(type, member), .maximum = LIMIT_DETAILS_TEXT,                   \
                .too_long = ERR_DETAILS, .malformed = ERR_DETAILS                                  \
        }

/* Reads that text, into the call's arena; NULL if it is absent. Return: ERR_OK; ERR_DETAILS, and
 * the call says where and why; ERR_OUT_OF_MEMORY. */
enum err details_decode(struct http_call *call, struct slice text, const struct details **ret);

/* What the core has written as JSON text. Return: a new reference, or NULL without memory. */
json_t *details_json(struct slice text);
