/* SPDX-License-Identifier: Apache-2.0
 *
 * The session cookie: `__Host-tokenKey` on https, `_tokenKey` on loopback http; HttpOnly,
 * SameSite=Lax, Path=/ and never a Domain.
 */
#pragma once

#include "base/error.h"
#include "base/secret.h"
#include "http/call.h"

/* The session's token from the Cookie header; absent if there is none.
 * Return: ERR_OK; ERR_INVALID_REQUEST: two cookies of that name. */
enum err cookie_read(struct http_call *call, bool https, struct secret *ret_token);

/* Sets the cookie for `seconds`; the token must be of cookie characters, as base64url is. */
void respond_cookie(struct http_call *call, bool https, struct secret token, int64_t seconds);

/* Makes the browser delete the cookie. */
void respond_cookie_gone(struct http_call *call, bool https);
