/* SPDX-License-Identifier: Apache-2.0
 *
 * Redirect URIs are compared as bytes; they are parsed only for registration and for the one
 * exception, ports on loopback addresses.
 */
#include "core/clients/redirect_uri.h"

#include "base/encode.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/uri.h"

/* Only the characters RFC 3986 allows, less '#' (no fragment) and '*' (no wildcard). NUL is not
 * among them, so later checks need not consider it. */
static bool redirect_uri_parse(struct slice text, struct uri *ret)
{
        return slice_consists_of(text, "-._~:/?[]@!$&'()+,;=%") && uri_parse(text, ret);
}

static bool port_is_valid(struct slice port)
{
        uint16_t number;

        return !port.data || (port_parse(port, &number) && number > 0);
}

static bool is_loopback_address(struct slice host)
{
        return slice_equal(host, SLICE("127.0.0.1")) || slice_equal(host, SLICE("[::1]"));
}

/* Hexadecimal digits, ':' and '.' in brackets. */
static bool ipv6_is_valid(struct slice host)
{
        if (host.size < 3 || host.data[host.size - 1] != ']')
                return false;
        for (size_t i = 1; i < host.size - 1; i++)
                if (!strchr("0123456789abcdefABCDEF:.", host.data[i]))
                        return false;
        return true;
}

/* Letters, digits, '-' and '.' (a name or an IPv4 address), or an IPv6 address. */
static bool host_is_valid(struct slice host)
{
        if (host.size && host.data[0] == '[')
                return ipv6_is_valid(host);
        return host.size > 0 && slice_consists_of(host, "-._~");
}

static bool is_our_parameter(struct slice name)
{
        static const char *const ours[] = {"code",  "state",        "iss",
                                           "error", "access_grant", "scope"};

        for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
                if (slice_equal(name, slice_from_string(ours[i])))
                        return true;
        return false;
}

/* Checks what follows the '?', if there is one. */
static bool query_is_valid(struct slice rest)
{
        struct slice path, query = rest;

        if (!slice_cut(&query, '?', &path))
                return true;
        while (query.size) {
                struct buf name CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_REDIRECT_URI);
                struct slice pair, encoded;

                (void)slice_cut(&query, '&', &pair);
                (void)slice_cut(&pair, '=', &encoded);
                if (!percent_decode(encoded, &name) || is_our_parameter(buf_slice(&name)))
                        return false;
        }
        return true;
}

static bool scheme_and_host_are_valid(const struct uri *uri)
{
        if (slice_equal(uri->scheme, SLICE("https")))
                return uri->has_authority && host_is_valid(uri->at.host);
        if (slice_equal(uri->scheme, SLICE("http")))
                return uri->has_authority && (is_loopback_address(uri->at.host) ||
                                              slice_equal(uri->at.host, SLICE("localhost")));
        return slice_contains_byte(uri->scheme, '.'); /* a private scheme, RFC 8252 section 7.1 */
}

enum err redirect_uri_check(struct slice text)
{
        struct uri uri;

        if (text.size > LIMIT_REDIRECT_URI || !redirect_uri_parse(text, &uri) ||
            uri.userinfo.data || !port_is_valid(uri.at.port) || !scheme_and_host_are_valid(&uri) ||
            !query_is_valid(uri.rest))
                return ERR_REDIRECT_URI_MALFORMED;
        return ERR_OK;
}

static bool has_floating_port(const struct uri *uri)
{
        return slice_equal(uri->scheme, SLICE("http")) && is_loopback_address(uri->at.host) &&
               !uri->userinfo.data && port_is_valid(uri->at.port);
}

bool redirect_uri_matches(struct slice registered, struct slice requested)
{
        struct uri a, b;

        if (slice_equal(registered, requested))
                return true;
        return redirect_uri_parse(registered, &a) && redirect_uri_parse(requested, &b) &&
               has_floating_port(&a) && has_floating_port(&b) &&
               slice_equal(a.at.host, b.at.host) && slice_equal(a.rest, b.rest);
}

struct slice redirect_uri_answer(struct arena *arena, struct slice uri,
                                 const struct redirect_parameter *parameters, size_t n)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(8 * LIMIT_REDIRECT_URI);
        bool has_query = slice_contains_byte(uri, '?');
        bool needs_separator = has_query && uri.data[uri.size - 1] != '?';

        buf_put(&text, uri);
        for (size_t i = 0; i < n; i++) {
                if (!parameters[i].value.data)
                        continue;
                if (!has_query)
                        buf_put_byte(&text, '?');
                else if (needs_separator)
                        buf_put_byte(&text, '&');
                has_query = needs_separator = true;
                buf_put_string(&text, parameters[i].name);
                buf_put_byte(&text, '=');
                percent_encode(&text, parameters[i].value, "");
        }
        return arena_copy_buf(arena, &text);
}
