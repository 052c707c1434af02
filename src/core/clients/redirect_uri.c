/* SPDX-License-Identifier: Apache-2.0
 *
 * Redirect URIs are compared as bytes; taking them apart serves registration and the one exception
 * for ports on loopback addresses.
 */
#include "core/clients/redirect_uri.h"

#include "base/encode.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/number.h"

struct uri {
        struct slice scheme;
        bool has_authority;
        struct slice userinfo; /* absent without '@' */
        struct slice host;     /* with the brackets of an IPv6 address */
        struct slice port;     /* absent without ':' */
        struct slice rest;     /* path and query, from the first '/' or '?' on */
        struct slice query;    /* absent without '?' */
};

static bool is_letter(uint8_t byte)
{
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(uint8_t byte)
{
        return byte >= '0' && byte <= '9';
}

/* The characters RFC 3986 allows, less '#' (no fragment) and '*' (no wildcard). A NUL is none of
 * them, so that what is looked at afterwards holds none. */
static bool characters_are_valid(struct slice text)
{
        for (size_t i = 0; i < text.size; i++) {
                uint8_t byte = text.data[i];

                if (!is_letter(byte) && !is_digit(byte) &&
                    !(byte && strchr("-._~:/?[]@!$&'()+,;=%", byte)))
                        return false;
        }
        return true;
}

static bool scheme_is_valid(struct slice scheme)
{
        if (scheme.size == 0 || !is_letter(scheme.data[0]))
                return false;
        for (size_t i = 0; i < scheme.size; i++)
                if (!is_letter(scheme.data[i]) && !is_digit(scheme.data[i]) &&
                    !strchr("+-.", scheme.data[i]))
                        return false;
        return true;
}

/* Where the authority ends: at the first '/' or '?'. */
static size_t authority_size(struct slice text)
{
        size_t size = 0;

        while (size < text.size && text.data[size] != '/' && text.data[size] != '?')
                size++;
        return size;
}

static bool authority_parse(struct slice text, struct uri *uri)
{
        struct slice before, rest = text;

        if (slice_contains_byte(text, '@')) {
                (void)slice_cut(&rest, '@', &uri->userinfo);
                text = rest;
        }
        if (text.size && text.data[0] == '[') {
                if (!slice_cut(&rest, ']', &before))
                        return false;
                uri->host = slice_to(text, before.size + 1);
                if (rest.size && rest.data[0] != ':')
                        return false;
                if (rest.size)
                        uri->port = slice_from(rest, 1);
                return rest.size != 1;
        }
        if (slice_cut(&rest, ':', &uri->host))
                uri->port = rest.size ? rest : SLICE("");
        return true;
}

static bool uri_parse(struct slice text, struct uri *ret_uri)
{
        struct uri uri = {0};
        struct slice rest = text, path;

        if (!characters_are_valid(text) || !slice_cut(&rest, ':', &uri.scheme) ||
            !scheme_is_valid(uri.scheme))
                return false;
        if (slice_starts_with(rest, SLICE("//"))) {
                size_t size;

                rest = slice_from(rest, 2);
                size = authority_size(rest);
                uri.has_authority = true;
                if (!authority_parse(slice_to(rest, size), &uri))
                        return false;
                rest = slice_from(rest, size);
        }
        uri.rest = rest;
        uri.query = rest;
        if (!slice_cut(&uri.query, '?', &path))
                uri.query = (struct slice){0};
        *ret_uri = uri;
        return true;
}

static bool port_is_valid(struct slice port)
{
        int64_t number;

        return !port.data || (int64_parse(port, &number) && number > 0 && number <= 65535);
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
        for (size_t i = 0; i < host.size; i++)
                if (!is_letter(host.data[i]) && !is_digit(host.data[i]) &&
                    !strchr("-._~", host.data[i]))
                        return false;
        return host.size > 0;
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

static bool query_is_valid(struct slice query)
{
        while (query.size) {
                struct buf name CLEANUP(buf_deinit) = BUF_INIT(LIMIT_REDIRECT_URI);
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
                return uri->has_authority && host_is_valid(uri->host);
        if (slice_equal(uri->scheme, SLICE("http")))
                return uri->has_authority && (is_loopback_address(uri->host) ||
                                              slice_equal(uri->host, SLICE("localhost")));
        return slice_contains_byte(uri->scheme, '.'); /* a private scheme, RFC 8252 section 7.1 */
}

enum err redirect_uri_check(struct slice text)
{
        struct uri uri;

        if (text.size > LIMIT_REDIRECT_URI || !uri_parse(text, &uri) || uri.userinfo.data ||
            !port_is_valid(uri.port) || !scheme_and_host_are_valid(&uri) ||
            !query_is_valid(uri.query))
                return ERR_REDIRECT_URI_MALFORMED;
        return ERR_OK;
}

static bool has_floating_port(const struct uri *uri)
{
        return slice_equal(uri->scheme, SLICE("http")) && is_loopback_address(uri->host) &&
               !uri->userinfo.data && port_is_valid(uri->port);
}

bool redirect_uri_matches(struct slice registered, struct slice requested)
{
        struct uri a, b;

        if (slice_equal(registered, requested))
                return true;
        return uri_parse(registered, &a) && uri_parse(requested, &b) && has_floating_port(&a) &&
               has_floating_port(&b) && slice_equal(a.host, b.host) && slice_equal(a.rest, b.rest);
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
        return arena_copy(arena, buf_slice(&text));
}
