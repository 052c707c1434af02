/* SPDX-License-Identifier: Apache-2.0
 *
 * Parses from left to right, as RFC 3986 appendix B does.
 */
#include "base/uri.h"

#include "base/network.h"
#include "base/number.h"

static bool is_bracketed(struct slice host)
{
        return host.size >= 2 && host.data[0] == '[' && host.data[host.size - 1] == ']';
}

bool host_port_parse(struct slice text, struct host_port *ret)
{
        struct host_port parts = {.host = text};
        struct slice inner, rest = text;

        if (text.size && text.data[0] == '[') {
                if (!slice_cut(&rest, ']', &inner) || (rest.size && rest.data[0] != ':'))
                        return false;
                parts.host = slice_to(text, inner.size + 1);
                rest = slice_from(text, parts.host.size);
        }
        if (slice_cut(&rest, ':', &inner)) {
                parts.host = slice_to(text, (size_t)(rest.data - text.data) - 1);
                parts.port = rest;
        }
        *ret = parts;
        return true;
}

bool port_parse(struct slice text, uint16_t *ret)
{
        int64_t number;

        if (!int64_parse(text, &number) || number < 0 || number > UINT16_MAX)
                return false;
        *ret = (uint16_t)number;
        return true;
}

struct slice host_without_brackets(struct slice host)
{
        return is_bracketed(host) ? slice_new(host.data + 1, host.size - 2) : host;
}

bool host_ip_parse(struct slice host, uint8_t ret[16], unsigned *ret_width)
{
        return ip_parse(host_without_brackets(host), ret, ret_width) &&
               is_bracketed(host) == (*ret_width == IPV6_WIDTH);
}

struct slice authority_cut(struct slice *rest)
{
        struct slice authority;
        size_t size = 0;

        while (size < rest->size && !slice_contains_byte(SLICE("/?#"), rest->data[size]))
                size++;
        authority = slice_to(*rest, size);
        *rest = slice_from(*rest, size);
        return authority;
}

static bool scheme_is_valid(struct slice scheme)
{
        return scheme.size && slice_consists_of(slice_to(scheme, 1), "") &&
               !(scheme.data[0] >= '0' && scheme.data[0] <= '9') &&
               slice_consists_of(scheme, "+-.");
}

/* [ userinfo "@" ] host [ ":" port ]; userinfo holds no '@' (RFC 3986 section 3.2.1). */
static bool authority_parse(struct slice text, struct uri *uri)
{
        struct slice before, rest = text;

        if (slice_cut(&rest, '@', &before)) {
                uri->userinfo = before;
                text = rest;
        }
        return host_port_parse(text, &uri->at);
}

bool uri_parse(struct slice text, struct uri *ret)
{
        struct uri uri = {.rest = text};

        if (!slice_cut(&uri.rest, ':', &uri.scheme) || !scheme_is_valid(uri.scheme))
                return false;
        uri.has_authority = slice_starts_with(uri.rest, SLICE("//"));
        if (uri.has_authority) {
                uri.rest = slice_from(uri.rest, 2);
                if (!authority_parse(authority_cut(&uri.rest), &uri))
                        return false;
        }
        *ret = uri;
        return true;
}
