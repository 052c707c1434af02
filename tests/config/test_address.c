/* SPDX-License-Identifier: Apache-2.0
 *
 * Which addresses only this machine can reach.
 */
#include "config/address.h"

#include "http/origin.h"
#include "test.h"

TEST(loopback_is_told_by_the_address)
{
        CHECK(address_is_loopback(SLICE("127.0.0.1:1")));
        CHECK(address_is_loopback(SLICE("127.9.9.9:1")));
        CHECK(address_is_loopback(SLICE("[::1]:1")));
        CHECK(!address_is_loopback(SLICE("127.0.0.1.example.com:1")));
        CHECK(!address_is_loopback(SLICE("0.0.0.0:1")));
        CHECK(!address_is_loopback(SLICE("[::]:1")));
        CHECK(!address_is_loopback(SLICE("")));
}

TEST(loopback_is_told_by_the_url)
{
        CHECK(origin_url_is_loopback(SLICE("http://localhost:10100")));
        CHECK(origin_url_is_loopback(SLICE("http://localhost")));
        CHECK(origin_url_is_loopback(SLICE("https://127.9.9.9:1")));
        CHECK(origin_url_is_loopback(SLICE("http://[::1]:1")));
        CHECK(origin_url_is_loopback(SLICE("http://[::1]")));
        CHECK(!origin_url_is_loopback(SLICE("https://127.0.0.1.example.com:1")));
        CHECK(!origin_url_is_loopback(SLICE("https://localhost.example.com")));
        CHECK(!origin_url_is_loopback(SLICE("https://grants.example")));
        CHECK(!origin_url_is_loopback(SLICE("")));
}
