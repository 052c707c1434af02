/* SPDX-License-Identifier: Apache-2.0
 *
 * Cookies: `__Host-NAME` on https, `_NAME` on loopback http; HttpOnly, SameSite=Lax, Path=/ and
 * never a Domain.
 */
#pragma once

#include "base/error.h"
#include "base/secret.h"
#include "http/call.h"

#define COOKIE_SESSION "tokenKey" /* the session's token */
#define COOKIE_LOGIN   "login"    /* a log-in with a provider, begun or just done */
#define COOKIE_BROWSER "browser"  /* an id that a page of /oauth2-integration is bound to */
#define COOKIE_KNOWN   "known"    /* by which accounts know a browser again */

/* A kind of cookie on this site. */
struct cookie {
        const char *name; /* COOKIE_... */
        bool https;       /* the public URL's scheme */
};

/* The cookie's value; absent if there is none.
 * Return: ERR_OK; ERR_INVALID_REQUEST: two cookies of that name. */
enum err cookie_read(struct http_call *call, struct cookie cookie, struct secret *ret_value);

/* Sets the cookie for `seconds`; the value must be of cookie characters, as base64url is. */
void respond_cookie(struct http_call *call, struct cookie cookie, struct secret value,
                    int64_t seconds);

/* Makes the browser delete the cookie. */
void respond_cookie_gone(struct http_call *call, struct cookie cookie);
