/* SPDX-License-Identifier: Apache-2.0
 *
 * URIs and host:port: the parts, put together again, are the text.
 */
#include "base/macros.h"
#include "base/network.h"
#include "base/uri.h"
#include "fuzz.h"

/* Takes off what the text must begin with. */
static void expect(struct slice *text, struct slice part)
{
        REQUIRE(slice_starts_with(*text, part));
        *text = slice_from(*text, part.size);
}

static void expect_host_port(struct slice *text, const struct host_port *parts)
{
        expect(text, parts->host);
        if (!parts->port.data)
                return;
        expect(text, SLICE(":"));
        expect(text, parts->port);
}

static void host_port_check(struct slice text)
{
        struct host_port parts;
        uint8_t address[16];
        unsigned width;
        uint16_t port;

        if (!host_port_parse(text, &parts))
                return;
        expect_host_port(&text, &parts);
        REQUIRE(text.size == 0);
        REQUIRE(slice_starts_with(parts.host, SLICE("[")) || !slice_contains_byte(parts.host, ':'));
        if (port_parse(parts.port, &port))
                REQUIRE(slice_consists_of(parts.port, "") && parts.port.size <= 5);
        if (host_ip_parse(parts.host, address, &width))
                REQUIRE((width == IPV6_WIDTH) == (parts.host.data[0] == '['));
}

static void uri_check(struct slice text)
{
        struct uri uri;

        if (!uri_parse(text, &uri))
                return;
        expect(&text, uri.scheme);
        expect(&text, SLICE(":"));
        if (uri.has_authority)
                expect(&text, SLICE("//"));
        if (uri.userinfo.data) {
                expect(&text, uri.userinfo);
                expect(&text, SLICE("@"));
        }
        expect_host_port(&text, &uri.at);
        REQUIRE(slice_equal(text, uri.rest));
        REQUIRE(!slice_contains_byte(uri.at.host, '/') && !slice_contains_byte(uri.at.host, '?'));
        REQUIRE(uri.has_authority || (!uri.userinfo.data && !uri.at.host.data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct slice text = slice_new(data, size);

        host_port_check(text);
        uri_check(text);
        return 0;
}
