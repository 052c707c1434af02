/* SPDX-License-Identifier: Apache-2.0
 *
 * Only the syntax is checked; nothing is resolved.
 */
#include "config/address.h"

#include "base/network.h"
#include "base/uri.h"

enum { HOST_MAXIMUM = 253 };

/* Whether it is an address of this width in bits. */
static bool is_ip(struct slice host, unsigned wanted_width)
{
        uint8_t bytes[16];
        unsigned width;

        return host_ip_parse(host, bytes, &width) && width == wanted_width;
}

static bool is_localhost(struct slice host)
{
        return slice_equal(host, SLICE("localhost"));
}

bool host_is_loopback(struct slice host)
{
        return is_localhost(host) || slice_equal(host, SLICE("[::1]")) ||
               (slice_starts_with(host, SLICE("127.")) && is_ip(host, IPV4_WIDTH));
}

static bool listen_parse(struct slice text, struct slice *ret_host, uint16_t *ret_port)
{
        struct host_port parts;

        if (!host_port_parse(text, &parts) ||
            !(is_localhost(parts.host) || is_ip(parts.host, IPV4_WIDTH) ||
              is_ip(parts.host, IPV6_WIDTH)))
                return false;
        *ret_host = parts.host;
        return port_parse(parts.port, ret_port);
}

bool address_parse(struct slice text, uint16_t *ret_port)
{
        struct slice host;

        return listen_parse(text, &host, ret_port);
}

bool address_is_loopback(struct slice text)
{
        struct slice host;
        uint16_t port;

        return listen_parse(text, &host, &port) && host_is_loopback(host);
}

/* Names in lower case and IPv4 addresses. */
bool address_is_any(struct slice host)
{
        return slice_equal(host, SLICE("0.0.0.0")) || slice_equal(host, SLICE("[::]"));
}

static bool name_is_valid(struct slice name)
{
        for (size_t i = 0; i < name.size; i++)
                if (name.data[i] >= 'A' && name.data[i] <= 'Z')
                        return false;
        return name.size > 0 && name.size <= HOST_MAXIMUM && slice_consists_of(name, "-.");
}

static bool origin_parse(struct slice text, struct slice *ret_host)
{
        struct uri uri;
        uint16_t port;

        if (!uri_parse(text, &uri) || !uri.has_authority || uri.userinfo.data || uri.rest.size)
                return false;
        *ret_host = uri.at.host;
        return (slice_equal(uri.scheme, SLICE("https")) ||
                slice_equal(uri.scheme, SLICE("http"))) &&
               (name_is_valid(uri.at.host) || is_ip(uri.at.host, IPV6_WIDTH)) &&
               (!uri.at.port.data || port_parse(uri.at.port, &port));
}

bool origin_url_is_valid(struct slice text)
{
        struct slice host;

        return origin_parse(text, &host);
}

bool origin_url_is_loopback(struct slice text)
{
        struct slice host;

        return origin_parse(text, &host) && host_is_loopback(host);
}

bool networks_are_valid(struct slice text)
{
        struct network network;
        struct slice item;

        while (text.size) {
                (void)slice_cut(&text, ',', &item);
                if (!network_parse(slice_trim(item), &network))
                        return false;
        }
        return true;
}
