/* SPDX-License-Identifier: Apache-2.0
 *
 * Only forms are looked at; nothing is resolved.
 */
#include "config/address.h"

#include <arpa/inet.h>

#include "base/number.h"

static bool number_parse(struct slice text, int64_t maximum, int64_t *ret)
{
        return int64_parse(text, ret) && *ret >= 0 && *ret <= maximum;
}

static bool ip_is_valid(int family, struct slice text)
{
        char string[INET6_ADDRSTRLEN] = "";
        uint8_t bytes[16];

        if (text.size >= sizeof(string) || slice_contains_byte(text, 0))
                return false;
        if (text.size)
                memcpy(string, text.data, text.size);
        return inet_pton(family, string, bytes) == 1;
}

/* What stands before the last colon, and the number behind it. */
static bool port_cut(struct slice text, struct slice *ret_host, uint16_t *ret_port)
{
        const uint8_t *colon = text.size ? memrchr(text.data, ':', text.size) : NULL;
        int64_t port;
        size_t at;

        if (!colon)
                return false;
        at = (size_t)(colon - text.data);
        if (!number_parse(slice_from(text, at + 1), UINT16_MAX, &port))
                return false;
        *ret_host = slice_to(text, at);
        *ret_port = (uint16_t)port;
        return true;
}

/* "[::1]" without its brackets. */
static bool brackets_cut(struct slice *text)
{
        if (text->size < 2 || text->data[0] != '[' || text->data[text->size - 1] != ']')
                return false;
        *text = slice_new(text->data + 1, text->size - 2);
        return true;
}

bool address_parse(struct slice text, uint16_t *ret_port)
{
        struct slice host;
        uint16_t port;
        bool is_valid;

        if (!port_cut(text, &host, &port))
                return false;
        is_valid = brackets_cut(&host)
                           ? ip_is_valid(AF_INET6, host)
                           : slice_equal(host, SLICE("localhost")) || ip_is_valid(AF_INET, host);
        if (is_valid)
                *ret_port = port;
        return is_valid;
}

bool address_is_loopback(struct slice text)
{
        uint16_t port;

        return address_parse(text, &port) && (slice_starts_with(text, SLICE("127.")) ||
                                              slice_starts_with(text, SLICE("localhost:")) ||
                                              slice_starts_with(text, SLICE("[::1]:")));
}

/* Names and IPv4 addresses. */
static bool name_is_valid(struct slice name)
{
        for (size_t i = 0; i < name.size; i++) {
                uint8_t byte = name.data[i];

                if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && byte != '-' &&
                    byte != '.')
                        return false;
        }
        return name.size > 0 && name.size <= 253;
}

/* What stands behind the scheme. */
static bool authority_cut(struct slice text, struct slice *ret)
{
        if (slice_starts_with(text, SLICE("https://")))
                *ret = slice_from(text, sizeof("https://") - 1);
        else if (slice_starts_with(text, SLICE("http://")))
                *ret = slice_from(text, sizeof("http://") - 1);
        else
                return false;
        return true;
}

static bool authority_is_valid(struct slice host)
{
        uint16_t port;

        if (!slice_contains_byte(host, ':') || brackets_cut(&host))
                return name_is_valid(host) || ip_is_valid(AF_INET6, host);
        if (!port_cut(host, &host, &port))
                return false;
        return brackets_cut(&host) ? ip_is_valid(AF_INET6, host) : name_is_valid(host);
}

bool origin_url_is_valid(struct slice text)
{
        struct slice authority;

        return authority_cut(text, &authority) && authority_is_valid(authority);
}

bool origin_url_is_loopback(struct slice text)
{
        struct slice authority, host;
        uint16_t port;

        if (!authority_cut(text, &authority) || !authority_is_valid(authority))
                return false;
        host = authority;
        if (authority.data[authority.size - 1] != ']')
                (void)port_cut(authority, &host, &port);
        return slice_equal(host, SLICE("localhost")) || slice_equal(host, SLICE("[::1]")) ||
               (slice_starts_with(host, SLICE("127.")) && ip_is_valid(AF_INET, host));
}

static struct slice spaces_cut(struct slice text)
{
        while (text.size && text.data[0] == ' ')
                text = slice_from(text, 1);
        while (text.size && text.data[text.size - 1] == ' ')
                text = slice_to(text, text.size - 1);
        return text;
}

static bool network_is_valid(struct slice text)
{
        struct slice address, bits = text;
        bool has_bits = slice_cut(&bits, '/', &address);
        int64_t number;

        if (ip_is_valid(AF_INET, address))
                return !has_bits || number_parse(bits, 32, &number);
        return ip_is_valid(AF_INET6, address) && (!has_bits || number_parse(bits, 128, &number));
}

bool networks_are_valid(struct slice text)
{
        struct slice network;

        while (text.size) {
                (void)slice_cut(&text, ',', &network);
                if (!network_is_valid(spaces_cut(network)))
                        return false;
        }
        return true;
}
