/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing Host and Origin with who we are.
 */
#include "http/origin.h"

#include "base/macros.h"
#include "base/uri.h"

/* The triple of RFC 6454 section 4; the port is always there. */
struct origin {
        bool is_https;
        struct slice host;
        uint16_t port;
};

static bool origin_make(const struct host_port *at, bool is_https, struct origin *ret)
{
        struct origin origin = {
                .is_https = is_https, .host = at->host, .port = is_https ? 443 : 80};

        if (at->host.size == 0 ||
            (at->port.data && (!port_parse(at->port, &origin.port) || origin.port == 0)))
                return false;
        *ret = origin;
        return true;
}

/* "scheme://host[:port]", with or without a path, for the two schemes we know. */
static bool url_parse(struct slice url, struct origin *ret)
{
        struct uri uri;
        bool is_https;

        if (!uri_parse(url, &uri) || !uri.has_authority || uri.userinfo.data ||
            (uri.rest.size && uri.rest.data[0] != '/'))
                return false;
        is_https = slice_equal(uri.scheme, SLICE("https"));
        return (is_https || slice_equal(uri.scheme, SLICE("http"))) &&
               origin_make(&uri.at, is_https, ret);
}

/* The origin that a Host field names, given the scheme of the site. */
static bool host_parse(struct slice text, bool is_https, struct origin *ret)
{
        struct host_port at;

        return host_port_parse(text, &at) && origin_make(&at, is_https, ret);
}

static bool origin_equal(const struct origin *a, const struct origin *b)
{
        return a->is_https == b->is_https && a->port == b->port &&
               slice_equal_in_any_case(a->host, b->host);
}

static bool host_is_public(const struct http_site *site, struct slice host)
{
        struct origin ours, theirs;

        return url_parse(site->public_url, &ours) && host_parse(host, ours.is_https, &theirs) &&
               origin_equal(&ours, &theirs);
}

static bool host_is_loopback(const struct http_site *site, struct slice host)
{
        static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
        struct origin theirs;

        if (!site->loopback || !host_parse(host, false, &theirs) || theirs.port != site->port)
                return false;
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (slice_equal_in_any_case(theirs.host, slice_from_string(names[i])))
                        return true;
        return false;
}

enum err host_check(const struct http_site *site, const struct http_request *request)
{
        struct slice host = request->headers.host;

        return host_is_public(site, host) || host_is_loopback(site, host) ? ERR_OK : ERR_WRONG_HOST;
}

/* An origin is scheme, host and port; browsers send nothing after them. */
static bool origin_is_ours(const struct http_site *site, const struct http_request *request)
{
        struct origin theirs, ours;

        if (!url_parse(request->headers.origin, &theirs))
                return false;
        if (url_parse(site->public_url, &ours) && origin_equal(&theirs, &ours))
                return true;
        return host_is_loopback(site, request->headers.host) &&
               host_parse(request->headers.host, false, &ours) && origin_equal(&theirs, &ours);
}

enum err cross_site_check(const struct http_site *site, const struct http_request *request)
{
        const struct http_headers *headers = &request->headers;

        if (request->method == HTTP_GET || request->method == HTTP_OPTIONS)
                return ERR_OK;
        if (headers->origin.data)
                return origin_is_ours(site, request) ? ERR_OK : ERR_CSRF_REFUSED;
        if (!headers->cookie.size || slice_equal(headers->sec_fetch_site, SLICE("same-origin")))
                return ERR_OK;
        return ERR_CSRF_REFUSED;
}
