/* SPDX-License-Identifier: Apache-2.0
 *
 * `Authorization: Bearer <token>` (RFC 6750 section 2.1).
 */
#pragma once

#include "base/error.h"
#include "base/secret.h"
#include "http/call.h"

enum { BEARER_MAXIMUM = 512 }; /* ours are much shorter */

/* The token of the Authorization header; absent without that header.
 * Return: ERR_OK; ERR_UNAUTHENTICATED: another scheme, or not the form of a token. */
enum err bearer_read(struct http_call *call, struct secret *ret_token);
