/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing Host and Origin with who we are.
 */
#include "http/origin.h"

#include "base/macros.h"
#include "base/number.h"

/* "https://host:port" taken apart; the port is always there. */
struct authority {
        struct slice host;
        int64_t port;
};

/* Where the ":port" of an authority begins, or its size; a colon within [::1] is none. */
static size_t port_find(struct slice text)
{
        for (size_t at = text.size; at > 0 && text.data[at - 1] != ']'; at--)
                if (text.data[at - 1] == ':')
                        return at - 1;
        return text.size;
}

static bool authority_parse(struct slice text, int64_t default_port, struct authority *ret)
{
        size_t colon = port_find(text);
        int64_t port = default_port;

        if (colon < text.size && !int64_parse(slice_from(text, colon + 1), &port))
                return false;
        if (colon == 0 || port < 1 || port > 65535)
                return false;
        *ret = (struct authority){.host = slice_to(text, colon), .port = port};
        return true;
}

static bool authority_equal(struct authority a, struct authority b)
{
        return a.port == b.port && slice_equal_in_any_case(a.host, b.host);
}

/* Splits "scheme://authority[/...]" for the two schemes we know. */
static bool url_parse(struct slice url, bool *ret_https, struct slice *ret_authority)
{
        struct slice https = SLICE("https://");
        struct slice http = SLICE("http://");
        bool is_https = slice_starts_with(url, https);
        struct slice rest;

        if (!is_https && !slice_starts_with(url, http))
                return false;
        rest = slice_from(url, is_https ? https.size : http.size);
        (void)slice_cut(&rest, '/', ret_authority);
        *ret_https = is_https;
        return true;
}

static int64_t default_port(bool https)
{
        return https ? 443 : 80;
}

static bool host_is_public(const struct http_site *site, struct slice host)
{
        struct authority ours, theirs;
        struct slice authority;
        bool https;

        return url_parse(site->public_url, &https, &authority) &&
               authority_parse(authority, default_port(https), &ours) &&
               authority_parse(host, default_port(https), &theirs) && authority_equal(ours, theirs);
}

static bool host_is_loopback(const struct http_site *site, struct slice host)
{
        static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
        struct authority theirs;

        if (!site->loopback || !authority_parse(host, default_port(false), &theirs) ||
            theirs.port != site->port)
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

/* An origin is scheme, host and port: a browser sends nothing behind them. */
static bool origin_is_ours(const struct http_site *site, const struct http_request *request)
{
        struct authority theirs, accepted;
        struct slice authority, ours;
        bool https, our_https;

        if (!url_parse(request->headers.origin, &https, &authority) ||
            !authority_parse(authority, default_port(https), &theirs))
                return false;
        if (url_parse(site->public_url, &our_https, &ours) && https == our_https &&
            authority_parse(ours, default_port(our_https), &accepted) &&
            authority_equal(theirs, accepted))
                return true;
        return !https && host_is_loopback(site, request->headers.host) &&
               authority_parse(request->headers.host, default_port(false), &accepted) &&
               authority_equal(theirs, accepted);
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
