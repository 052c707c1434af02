/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients behind proxies.
 */
#include "http/forwarded.h"

#include "test.h"

static void check_client(const char *trusted, const char *peer, const char *forwarded_for,
                         const char *expected)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct networks networks;

        CHECK(networks_parse(&arena, slice_from_string(trusted), &networks));
        CHECK_TEXT(forwarded_client(&arena, &networks, slice_from_string(peer),
                                    slice_from_string(forwarded_for)),
                   expected);
}

TEST(without_trusted_proxies_the_peer_is_the_client)
{
        check_client("", "192.0.2.1", "198.51.100.7", "192.0.2.1");
}

TEST(a_stranger_who_claims_to_forward_is_not_believed)
{
        check_client("10.0.0.0/8", "192.0.2.1", "198.51.100.7", "192.0.2.1");
}

TEST(what_a_trusted_proxy_wrote_is_believed)
{
        check_client("10.0.0.0/8", "10.1.2.3", "198.51.100.7", "198.51.100.7");
        check_client("127.0.0.1", "127.0.0.1", "2001:db8::1", "2001:db8::1");
        check_client("fd00::/8", "fd00::1", "198.51.100.7", "198.51.100.7");
}

TEST(what_the_client_wrote_before_is_not_believed)
{
        check_client("10.0.0.0/8", "10.1.2.3", "203.0.113.9, 198.51.100.7", "198.51.100.7");
}

TEST(a_chain_of_trusted_proxies_is_followed)
{
        check_client("10.0.0.0/8,192.168.1.7", "10.1.2.3",
                     "203.0.113.9, 198.51.100.7,10.9.9.9 , 192.168.1.7", "198.51.100.7");
        check_client("10.0.0.0/8", "10.1.2.3", "10.0.0.1, 10.0.0.2", "10.0.0.1");
}

TEST(what_is_no_address_is_an_unknown_client_and_never_the_proxy)
{
        static const char *const items[] = {"unknown",
                                            "_x",
                                            "1.2.3.4:",
                                            "1.2.3.4:x",
                                            "1.2.3.4:70000",
                                            "[1.2.3.4]",
                                            "[2001:db8::1",
                                            "2001:db8::1]",
                                            "[2001:db8::1]x",
                                            "1.2.3.4.5",
                                            "[2001:db8::1]:",
                                            "\"",
                                            "\"1.2.3.4",
                                            ":80",
                                            "[]",
                                            "1.2.3.4:-1",
                                            "[]:80",
                                            "\"1.2.3.4\":80",
                                            "1.2.3.4 5"};

        for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
                char list[64];

                snprintf(list, sizeof(list), "198.51.100.7, %s", items[i]);
                check_client("10.0.0.0/8", "10.1.2.3", list, FORWARDED_UNKNOWN);
                snprintf(list, sizeof(list), "%s, 10.0.0.2", items[i]);
                check_client("10.0.0.0/8", "10.1.2.3", list, FORWARDED_UNKNOWN);
        }
}

TEST(an_address_may_have_a_port_brackets_and_quotes)
{
        check_client("10.0.0.0/8", "10.1.2.3", "198.51.100.7:5678", "198.51.100.7");
        check_client("10.0.0.0/8", "10.1.2.3", "[2001:db8::1]:443", "2001:db8::1");
        check_client("10.0.0.0/8", "10.1.2.3", "[2001:db8::1]", "2001:db8::1");
        check_client("10.0.0.0/8", "10.1.2.3", "\"[2001:db8::1]:443\"", "2001:db8::1");
        check_client("10.0.0.0/8", "10.1.2.3", "\"198.51.100.7\"", "198.51.100.7");
        check_client("10.0.0.0/8", "10.1.2.3", "198.51.100.7:80, 10.0.0.9:81", "198.51.100.7");
        check_client("10.0.0.0/8", "10.1.2.3", "2001:db8::1:443", "2001:db8::1:443");
}

TEST(an_empty_item_is_none)
{
        check_client("10.0.0.0/8", "10.1.2.3", ",", "10.1.2.3");
        check_client("10.0.0.0/8", "10.1.2.3", "", "10.1.2.3");
        check_client("10.0.0.0/8", "10.1.2.3", "198.51.100.7, ,", "198.51.100.7");
}

TEST(addresses_come_out_in_their_one_form)
{
        check_client("10.0.0.0/8", "10.1.2.3", "2001:DB8:0:0::1", "2001:db8::1");
        check_client("10.0.0.0/8", "10.1.2.3", "::ffff:198.51.100.7", "198.51.100.7");
}

TEST(networks_end_at_their_bit)
{
        check_client("192.0.2.128/25", "192.0.2.127", "1.2.3.4", "192.0.2.127");
        check_client("192.0.2.128/25", "192.0.2.128", "1.2.3.4", "1.2.3.4");
        check_client("0.0.0.0/0", "192.0.2.128", "1.2.3.4", "1.2.3.4");
        check_client("0.0.0.0/0", "2001:db8::1", "1.2.3.4", "2001:db8::1");
        check_client("2001:db8::/33", "2001:db8:8000::1", "1.2.3.4", "2001:db8:8000::1");
}

TEST(what_is_no_network_is_refused)
{
        static const char *const texts[] = {"x",         "10.0.0.0/33", "10.0.0.0/-1",
                                            "10.0.0.0/", "::/129",      "10.0.0.1,,10.0.0.2",
                                            "10.0.0.256"};
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct networks networks;

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
                CHECK(!networks_parse(&arena, slice_from_string(texts[i]), &networks));
}
