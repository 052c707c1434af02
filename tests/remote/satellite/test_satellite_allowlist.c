/* SPDX-License-Identifier: Apache-2.0
 *
 * Which addresses may be called.
 */
#include "remote/allowlist.h"
#include "test.h"

/* Whether the setting lets a host of this address be called at port 7777. */
static bool holds(const char *setting, const char *host, const char *address)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct allowlist allowlist;
        uint8_t bytes[16];
        unsigned width;

        CHECK(allowlist_parse(&arena, slice_from_string(setting), &allowlist));
        CHECK(ip_parse(slice_from_string(address), bytes, &width));
        return allowlist_permits(&allowlist, slice_from_string(host), 7777, bytes);
}

TEST(public_is_what_everybody_reaches)
{
        static const char *const yes[] = {
                "1.1.1.1",         "8.8.8.8",      "34.126.92.94",          "172.32.0.1",
                "223.255.255.254", "2606:4700::1", "2a00:1450:4001:801::1",
        };
        static const char *const no[] = {
                "0.0.0.0",
                "10.0.0.1",
                "100.64.0.1",
                "127.0.0.1",
                "127.255.255.255",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "192.0.2.1",
                "198.18.0.1",
                "203.0.113.9",
                "224.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fc00::1",
                "fd00::1",
                "ff02::1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001:db8::1",
                "::ffff:10.0.0.1",
                "::ffff:127.0.0.1",
                "::7f00:1",
                "2001:0:7f00:1::",
        };

        for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
                CHECK(holds("public", "sat.example", yes[i]));
        for (size_t i = 0; i < ARRAY_SIZE(no); i++)
                CHECK(!holds("public", "sat.example", no[i]));
}

TEST(networks_let_in_their_addresses_only)
{
        CHECK(holds("127.0.0.0/8", "localhost", "127.0.0.1"));
        CHECK(!holds("127.0.0.0/8", "sat.example", "1.1.1.1"));
        CHECK(holds("public, 10.0.0.0/8", "sat.example", "10.1.2.3"));
        CHECK(holds("public, 10.0.0.0/8", "sat.example", "1.1.1.1"));
        CHECK(holds("fd00::/8", "sat.example", "fd00::1"));
}

TEST(a_name_with_its_port_is_trusted_wherever_it_points)
{
        CHECK(holds("sat.example:7777", "sat.example", "10.0.0.1"));
        CHECK(holds("sat.example:7777", "SAT.example", "10.0.0.1"));
        CHECK(!holds("sat.example:7778", "sat.example", "10.0.0.1"));
        CHECK(!holds("sat.example:7777", "other.example", "10.0.0.1"));
}

TEST(an_address_with_its_port_is_looked_at_behind_the_name)
{
        CHECK(holds("127.0.0.1:7777", "sat.example", "127.0.0.1"));
        CHECK(!holds("127.0.0.1:7777", "sat.example", "127.0.0.2"));
        CHECK(holds("[::1]:7777", "localhost", "::1"));
}

TEST(nothing_allows_nothing)
{
        CHECK(!holds("", "sat.example", "1.1.1.1"));
}

TEST(what_has_no_such_form_is_refused)
{
        static const char *const wrong[] = {
                "private",         "public,,",          ",public",        "127.0.0.0/33",
                "sat.example",     "sat.example:0",     ":7777",          "a b:1",
                "[::1:7777",       "sat.example:65536", "public;private", "10.0.0.0/-1",
                "[10.1.2.3]:7777",
        };
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct allowlist allowlist;

        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
                bool reads = allowlist_parse(&arena, slice_from_string(wrong[i]), &allowlist);

                if (reads)
                        print_error("taken: %s\n", wrong[i]);
                CHECK(!reads);
        }
}
