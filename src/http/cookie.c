/* SPDX-License-Identifier: Apache-2.0
 *
 * The session cookie, read and written.
 */
#include "http/cookie.h"

#include "base/macros.h"
#include "http/respond.h"

enum { COOKIE_MAXIMUM = 1024 }; /* of the whole Set-Cookie value */

/* What a browser calls the cookie, by whether the public URL is https. */
static const char *cookie_name(bool https)
{
        return https ? "__Host-tokenKey" : "_tokenKey";
}

enum err cookie_read(struct http_call *call, bool https, struct secret *ret_token)
{
        struct slice wanted = slice_from_string(cookie_name(https));
        struct slice rest = call->request.headers.cookie;
        struct slice value = {0};
        bool found = false;

        while (rest.size) {
                struct slice pair, name;

                (void)slice_cut(&rest, ';', &pair);
                (void)slice_cut(&pair, '=', &name);
                if (!slice_equal(slice_trim(name), wanted))
                        continue;
                if (found)
                        return ERR_INVALID_REQUEST;
                found = true;
                value = slice_trim(pair);
        }
        *ret_token = secret_copy(call->arena, value);
        return ERR_OK;
}

static void set_cookie(struct http_call *call, bool https, struct slice value, int64_t seconds)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(COOKIE_MAXIMUM);

        buf_put_string(&text, cookie_name(https));
        buf_put(&text, SLICE("="));
        buf_put(&text, value);
        buf_put(&text, SLICE("; Path=/; Max-Age="));
        buf_put_int64(&text, seconds);
        buf_put(&text, SLICE("; HttpOnly; SameSite=Lax"));
        if (https)
                buf_put(&text, SLICE("; Secure"));
        respond_header(call, "Set-Cookie", buf_slice(&text));
}

void respond_cookie(struct http_call *call, bool https, struct secret token, int64_t seconds)
{
        call->no_store = true;
        set_cookie(call, https, secret_reveal(token), seconds);
}

void respond_cookie_gone(struct http_call *call, bool https)
{
        set_cookie(call, https, SLICE(""), 0);
}
