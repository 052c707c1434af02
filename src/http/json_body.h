/* SPDX-License-Identifier: Apache-2.0
 *
 * The body of a request as a JSON object. A refusal says what is wrong, and where.
 */
#pragma once

#include "base/json.h"
#include "http/call.h"

/* Whether its Content-Type is this one, with or without parameters. */
bool body_type_is(const struct http_call *call, struct slice expected);

/* Nothing comes out for an empty body. Return: ERR_OK; ERR_UNSUPPORTED_MEDIA_TYPE: not
 * application/json; ERR_BODY_NOT_JSON; ERR_JSON_DUPLICATE; ERR_JSON_TOO_DEEP; ERR_INTERNAL. */
enum err json_body_read(struct http_call *call, json_t **ret);
