/* SPDX-License-Identifier: Apache-2.0
 *
 * Cookies, read and written.
 */
#include "http/cookie.h"

#include "base/macros.h"
#include "http/respond.h"

enum { COOKIE_MAXIMUM = 1024 }; /* of the whole Set-Cookie value */

/* What a browser calls the cookie. */
static void name_put(struct buf *out, struct cookie cookie)
{
        buf_put_string(out, cookie.https ? "__Host-" : "_");
        buf_put_string(out, cookie.name);
}

enum err cookie_read(struct http_call *call, struct cookie cookie, struct secret *ret_value)
{
        struct buf wanted CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct slice rest = call->request.headers.cookie;
        struct slice value = {0};
        bool found = false;

        name_put(&wanted, cookie);
        while (rest.size) {
                struct slice pair, name;

                (void)slice_cut(&rest, ';', &pair);
                (void)slice_cut(&pair, '=', &name);
                if (!slice_equal(slice_trim(name), buf_slice(&wanted)))
                        continue;
                if (found)
                        return ERR_INVALID_REQUEST;
                found = true;
                value = slice_trim(pair);
        }
        *ret_value = secret_copy(call->arena, value);
        return ERR_OK;
}

static void set_cookie(struct http_call *call, struct cookie cookie, struct slice value,
                       int64_t seconds)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(COOKIE_MAXIMUM);

        name_put(&text, cookie);
        buf_put(&text, SLICE("="));
        buf_put(&text, value);
        buf_put(&text, SLICE("; Path=/; Max-Age="));
        buf_put_int64(&text, seconds);
        buf_put(&text, SLICE("; HttpOnly; SameSite=Lax"));
        if (cookie.https)
                buf_put(&text, SLICE("; Secure"));
        respond_header(call, "Set-Cookie", buf_slice(&text));
}

void respond_cookie(struct http_call *call, struct cookie cookie, struct secret value,
                    int64_t seconds)
{
        call->no_store = true;
        set_cookie(call, cookie, secret_reveal(value), seconds);
}

void respond_cookie_gone(struct http_call *call, struct cookie cookie)
{
        set_cookie(call, cookie, SLICE(""), 0);
}
