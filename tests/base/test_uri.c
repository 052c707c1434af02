/* SPDX-License-Identifier: Apache-2.0
 *
 * URIs, authorities and host:port in their parts.
 */
#include "base/uri.h"

#include "base/network.h"
#include "test.h"

static void check_parts(const char *text, const char *host, const char *port)
{
        struct host_port parts;

        CHECK(host_port_parse(slice_from_string(text), &parts));
        CHECK_TEXT(parts.host, host);
        CHECK(!parts.port.data == !port);
        if (port)
                CHECK_TEXT(parts.port, port);
}

TEST(a_host_ends_at_the_first_colon)
{
        check_parts("id.example", "id.example", NULL);
        check_parts("id.example:443", "id.example", "443");
        check_parts("id.example:", "id.example", "");
        check_parts("a:b:80", "a", "b:80");
        check_parts(":80", "", "80");
        check_parts("", "", NULL);
}

TEST(colons_in_brackets_belong_to_the_host)
{
        check_parts("[::1]", "[::1]", NULL);
        check_parts("[::1]:80", "[::1]", "80");
        check_parts("[::1]:", "[::1]", "");
        check_parts("[]:80", "[]", "80");
}

TEST(brackets_are_closed_and_nothing_but_a_port_follows)
{
        static const char *const wrong[] = {"[", "[::1", "[::1:80", "[::1]80", "[::1]x:80", "[a]]"};
        struct host_port parts;

        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
                CHECK(!host_port_parse(slice_from_string(wrong[i]), &parts));
}

TEST(a_port_is_a_number_of_16_bits_in_one_spelling)
{
        static const char *const wrong[] = {"",    "65536", "-1", "-0",   "080",
                                            "+80", " 80",   "8a", "0x50", "99999999999999999999"};
        uint16_t port = 1;

        CHECK(port_parse(SLICE("0"), &port));
        CHECK_INT(port, 0);
        CHECK(port_parse(SLICE("65535"), &port));
        CHECK_INT(port, 65535);
        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
                CHECK(!port_parse(slice_from_string(wrong[i]), &port));
        CHECK(!port_parse((struct slice){0}, &port));
        CHECK_INT(port, 65535);
}

static unsigned width_of(const char *host)
{
        uint8_t bytes[16];
        unsigned width;

        return host_ip_parse(slice_from_string(host), bytes, &width) ? width : 0;
}

TEST(brackets_are_for_addresses_of_ipv6_and_for_no_other)
{
        CHECK_INT(width_of("127.0.0.1"), IPV4_WIDTH);
        CHECK_INT(width_of("[fd00::1]"), IPV6_WIDTH);
        CHECK_INT(width_of("[::ffff:127.0.0.1]"), IPV6_WIDTH);
        CHECK_INT(width_of("[127.0.0.1]"), 0);
        CHECK_INT(width_of("fd00::1"), 0);
        CHECK_INT(width_of("127.1"), 0);
        CHECK_INT(width_of("localhost"), 0);
        CHECK_INT(width_of("[]"), 0);
        CHECK_INT(width_of(""), 0);
        CHECK_TEXT(host_without_brackets(SLICE("[fd00::1]")), "fd00::1");
        CHECK_TEXT(host_without_brackets(SLICE("id.example")), "id.example");
        CHECK_TEXT(host_without_brackets(SLICE("[")), "[");
}

TEST(an_authority_ends_at_a_path_a_query_or_a_fragment)
{
        static const char *const texts[] = {"host:1/path?a", "host:1?a/b", "host:1#a?b", "host:1"};

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
                struct slice rest = slice_from_string(texts[i]);

                CHECK_TEXT(authority_cut(&rest), "host:1");
                CHECK_TEXT(rest, texts[i] + strlen("host:1"));
        }
}

/* The example of RFC 3986 section 3, and what its grammar allows besides. */
TEST(a_uri_has_the_parts_of_rfc_3986)
{
        struct uri uri;

        CHECK(uri_parse(SLICE("foo://example.com:8042/over/there?name=ferret#nose"), &uri));
        CHECK_TEXT(uri.scheme, "foo");
        CHECK(uri.has_authority && !uri.userinfo.data);
        CHECK_TEXT(uri.at.host, "example.com");
        CHECK_TEXT(uri.at.port, "8042");
        CHECK_TEXT(uri.rest, "/over/there?name=ferret#nose");
        CHECK(uri_parse(SLICE("urn:example:animal://ferret@nose"), &uri));
        CHECK(!uri.has_authority && !uri.userinfo.data && !uri.at.host.data && !uri.at.port.data);
        CHECK_TEXT(uri.rest, "example:animal://ferret@nose");
        CHECK(uri_parse(SLICE("x+y-z.1:"), &uri));
        CHECK_INT(uri.rest.size, 0);
}

TEST(userinfo_is_no_part_of_the_host)
{
        struct uri uri;

        CHECK(uri_parse(SLICE("https://id.example:443@evil.example/"), &uri));
        CHECK_TEXT(uri.userinfo, "id.example:443");
        CHECK_TEXT(uri.at.host, "evil.example");
        CHECK(uri_parse(SLICE("https://@evil.example"), &uri));
        CHECK(uri.userinfo.data && uri.userinfo.size == 0);
        CHECK(uri_parse(SLICE("https://id.example/@evil.example"), &uri));
        CHECK(!uri.userinfo.data);
        CHECK_TEXT(uri.at.host, "id.example");
}

TEST(a_scheme_begins_with_a_letter_and_ends_in_a_colon)
{
        static const char *const wrong[] = {"",        ":",           "://host", "1a://host",
                                            "+a:b",    "a b:c",       "a_b:c",   "https",
                                            "http/:x", "https://[::1"};
        struct uri uri;

        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
                CHECK(!uri_parse(slice_from_string(wrong[i]), &uri));
        CHECK(!uri_parse(slice_new("a\0b:c", 5), &uri));
}
