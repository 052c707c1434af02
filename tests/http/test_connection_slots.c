/* SPDX-License-Identifier: Apache-2.0
 *
 * How many slots an address may have.
 */
#include "http/connection_slots.h"

#include "test.h"

enum { NO_SOCKET = -1 };

static void address_of(const char *text, uint8_t ret[16])
{
        unsigned width;

        CHECK(ip_parse(slice_from_string(text), ret, &width));
}

static bool enter(struct connection_slots *slots, struct connection_slot *slot, const char *text)
{
        uint8_t address[16];

        address_of(text, address);
        return connection_slots_admit(slots, address) &&
               connection_slots_take(slots, slot, address, NO_SOCKET);
}

TEST(an_ipv6_network_has_one_share_and_ipv4_addresses_have_one_each)
{
        struct connection_slots *slots = connection_slots_new(
                &(struct connection_slots_options){.connections = 10, .per_address = 1});
        struct connection_slot taken[4];

        CHECK(enter(slots, &taken[0], "2001:db8::1"));
        CHECK(!enter(slots, &taken[1], "2001:db8::ffff:2"));
        CHECK(enter(slots, &taken[1], "2001:db8:0:1::1"));
        CHECK(enter(slots, &taken[2], "192.0.2.1"));
        CHECK(enter(slots, &taken[3], "192.0.2.2"));
        CHECK(!enter(slots, &(struct connection_slot){0}, "::ffff:192.0.2.1"));
        for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
                connection_slots_release(slots, &taken[i]);
        CHECK_INT(connection_slots_taken(slots), 0);
        CHECK(enter(slots, &taken[0], "2001:db8::1"));
        connection_slots_release(slots, &taken[0]);
        connection_slots_free(slots);
}

TEST(a_trusted_proxy_speaks_for_many)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct networks proxies;
        struct connection_slot taken[2];
        struct connection_slots *slots;

        CHECK(networks_parse(&arena, SLICE("10.0.0.0/8"), &proxies));
        slots = connection_slots_new(&(struct connection_slots_options){
                .connections = 10, .per_address = 1, .proxies = &proxies});
        CHECK(enter(slots, &taken[0], "10.0.0.1"));
        CHECK(enter(slots, &taken[1], "10.0.0.1"));
        connection_slots_release(slots, &taken[0]);
        connection_slots_release(slots, &taken[1]);
        connection_slots_free(slots);
}

TEST(who_gave_up_its_place_does_not_get_it_back)
{
        struct connection_slots *slots =
                connection_slots_new(&(struct connection_slots_options){.connections = 1});
        struct connection_slot first, second;

        CHECK(enter(slots, &first, "192.0.2.1"));
        CHECK(enter(slots, &second, "192.0.2.2"));
        CHECK_INT(first.state, CONNECTION_DROPPED);
        connection_slots_set(slots, &first, CONNECTION_BUSY);
        CHECK_INT(first.state, CONNECTION_DROPPED);
        connection_slots_set(slots, &second, CONNECTION_BUSY);
        CHECK_INT(second.state, CONNECTION_BUSY);
        connection_slots_release(slots, &first);
        connection_slots_release(slots, &second);
        connection_slots_free(slots);
}

/* Slots are taken in the given order, all within the time that strangers have to send something. */
TEST(of_those_who_came_just_now_the_address_with_the_most_places_gives_one_up)
{
        static const char *const addresses[] = {"192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.3"};
        struct connection_slots *slots = connection_slots_new(
                &(struct connection_slots_options){.connections = ARRAY_SIZE(addresses)});
        struct connection_slot taken[ARRAY_SIZE(addresses)], late;

        for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
                CHECK(enter(slots, &taken[i], addresses[i]));
        CHECK(enter(slots, &late, "192.0.2.4"));
        for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
                CHECK_INT(taken[i].state, i == 1 ? CONNECTION_DROPPED : CONNECTION_NEW);
        for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
                connection_slots_release(slots, &taken[i]);
        connection_slots_release(slots, &late);
        connection_slots_free(slots);
}
