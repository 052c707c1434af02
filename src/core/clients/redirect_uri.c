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

/* Schemes that a browser runs, shows or loads itself, or that the system's own programs open. A
 * code must never get there, nor what an attacker writes beside it. */
static bool scheme_is_taken(struct slice scheme)
{
        static const char *const taken[] = {
                "about",  "afp",     "blob",       "chrome", "content",    "data",     "dav",
                "dict",   "dns",     "edge",       "file",   "filesystem", "finger",   "ftp",
                "ftps",   "gopher",  "hcp",        "http",   "https",      "imap",     "intent",
                "irc",    "jar",     "javascript", "ldap",   "ldaps",      "mailto",   "mms",
                "news",   "nfs",     "nntp",       "pop",    "res",        "resource", "rtsp",
                "search", "sftp",    "shell",      "sip",    "sips",       "sms",      "smb",
                "ssh",    "tel",     "telnet",     "urn",    "vbscript",   "wais",     "ws",
                "wss",    "wyciwyg", "x-apple",    "xmpp",
        };

        for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
                if (slice_equal(scheme, slice_from_string(taken[i])))
                        return true;
        return false;
}

/* Families of such schemes, by how they begin. */
static bool scheme_is_of_a_system(struct slice scheme)
{
        static const char *const families[] = {"chrome-", "help-",   "microsoft-", "moz-",
                                               "ms-",     "safari-", "search-",    "view-",
                                               "web+",    "x-apple-"};

        for (size_t i = 0; i < ARRAY_SIZE(families); i++)
                if (slice_starts_with(scheme, slice_from_string(families[i])))
                        return true;
        return false;
}

/* Schemes are the same in upper and lower case (RFC 3986 section 3.1), so only one of them passes.
 */
static bool is_lower_case(struct slice scheme)
{
        for (size_t i = 0; i < scheme.size; i++)
                if (scheme.data[i] >= 'A' && scheme.data[i] <= 'Z')
                        return false;
        return true;
}

/* One with a dot says by its name whose it is (RFC 8252 section 7.1). */
static bool private_scheme_is_valid(struct slice scheme, enum application_type type)
{
        if (slice_contains_byte(scheme, '.'))
                return true;
        return type == APPLICATION_NATIVE && is_lower_case(scheme) && !scheme_is_taken(scheme) &&
               !scheme_is_of_a_system(scheme);
}

static bool is_localhost(struct slice host)
{
        return slice_equal(host, SLICE("localhost"));
}

static bool is_http_on_loopback(const struct uri *uri)
{
        return slice_equal(uri->scheme, SLICE("http")) && uri->has_authority &&
               (is_loopback_address(uri->at.host) || is_localhost(uri->at.host));
}

/* What is wrong with them; NULL: nothing. */
static const char *scheme_and_host_problem(const struct uri *uri, enum application_type type)
{
        bool is_https = slice_equal(uri->scheme, SLICE("https"));

        if (is_https && (!uri->has_authority || !host_is_valid(uri->at.host)))
                return "its host is not a name or an address";
        if (is_https || is_http_on_loopback(uri))
                return NULL;
        if (slice_equal(uri->scheme, SLICE("http")))
                return "http is for localhost, 127.0.0.1 and [::1]; use https";
        if (private_scheme_is_valid(uri->scheme, type))
                return NULL;
        return type == APPLICATION_NATIVE
                       ? "this scheme is not a private one"
                       : "a private scheme without a dot is for application_type native";
}

const char *redirect_uri_problem(struct slice text, enum application_type type)
{
        struct uri uri;

        if (text.size > LIMIT_REDIRECT_URI)
                return "it is longer than 1,024 bytes";
        if (!redirect_uri_parse(text, &uri))
                return "it is not an absolute URI without fragment and wildcard";
        if (uri.userinfo.data)
                return "it holds a user name";
        if (!port_is_valid(uri.at.port))
                return "its port is not a number from 1 to 65535";
        if (!query_is_valid(uri.rest))
                return "its query holds a parameter of the response";
        return scheme_and_host_problem(&uri, type);
}

bool redirect_uri_is_local(struct slice text)
{
        struct uri uri;

        return redirect_uri_parse(text, &uri) && !slice_equal(uri.scheme, SLICE("https")) &&
               (is_http_on_loopback(&uri) || !slice_equal(uri.scheme, SLICE("http")));
}

bool redirect_uri_is_anybodys(struct slice text)
{
        struct uri uri;

        return redirect_uri_parse(text, &uri) && !slice_equal(uri.scheme, SLICE("https")) &&
               !slice_equal(uri.scheme, SLICE("http")) && !slice_contains_byte(uri.scheme, '.');
}

/* A program on a device listens where there is room (RFC 8252 section 7.3). Only one that says that
 * it is such a program may call its address by name, which another resolver could answer. */
static bool has_floating_port(const struct uri *uri, enum application_type type)
{
        return slice_equal(uri->scheme, SLICE("http")) &&
               (is_loopback_address(uri->at.host) ||
                (type == APPLICATION_NATIVE && is_localhost(uri->at.host))) &&
               !uri->userinfo.data && port_is_valid(uri->at.port);
}

bool redirect_uri_matches(struct slice registered, struct slice requested,
                          enum application_type type)
{
        struct uri a, b;

        if (slice_equal(registered, requested))
                return true;
        return redirect_uri_parse(registered, &a) && redirect_uri_parse(requested, &b) &&
               has_floating_port(&a, type) && has_floating_port(&b, type) &&
               slice_equal(a.at.host, b.at.host) && slice_equal(a.rest, b.rest);
}

static uint16_t port_of(const struct uri *uri)
{
        uint16_t port = 0;

        if (uri->at.port.size && port_parse(uri->at.port, &port))
                return port;
        return slice_equal_in_any_case(uri->scheme, SLICE("https")) ? 443 : 80;
}

/* "a.example." is the whole of the name "a.example". */
static struct slice host_without_dot(struct slice host)
{
        return host.size && host.data[host.size - 1] == '.' ? slice_to(host, host.size - 1) : host;
}

/* A server on this machine has several names. */
static bool hosts_are_same(struct slice a, struct slice b)
{
        struct slice whole_a = host_without_dot(a), whole_b = host_without_dot(b);
        bool a_is_here = is_localhost(whole_a) || is_loopback_address(whole_a);
        bool b_is_here = is_localhost(whole_b) || is_loopback_address(whole_b);

        return slice_equal_in_any_case(whole_a, whole_b) || (a_is_here && b_is_here);
}

bool redirect_uri_is_at(struct slice text, struct slice origin)
{
        struct uri a, b;

        return redirect_uri_parse(text, &a) && redirect_uri_parse(origin, &b) && a.has_authority &&
               b.has_authority && port_of(&a) == port_of(&b) &&
               hosts_are_same(a.at.host, b.at.host);
}

/* Of a state and a sentence of which each byte is percent-encoded, and the URI. */
enum { LIMIT_ANSWER = 3 * (LIMIT_STATE + LIMIT_SENTENCE) + 4 * LIMIT_REDIRECT_URI };

struct slice redirect_uri_answer(struct arena *arena, struct slice uri,
                                 const struct redirect_parameter *parameters, size_t n)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_ANSWER);
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
