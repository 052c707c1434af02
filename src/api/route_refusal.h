/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests for a path that does not exist, or by a method that it does not support.
 */
#pragma once

#include "http/call.h"

/* Says which path was probably meant, or which methods this one supports (call->allowed_methods; 0:
 * it does not exist). Return: ERR_NOT_FOUND; ERR_METHOD_NOT_ALLOWED. */
enum err route_refuse(struct http_call *call);

/* Whether whoever asks wants a page: a browser that shows what it gets. */
bool route_wants_page(const struct http_call *call);
