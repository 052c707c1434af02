/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may have how many places.
 */
#include "http/places.h"

#include "test.h"

enum { NO_SOCKET = -1 };

static void address_of(const char *text, uint8_t ret[16])
{
        unsigned width;

        CHECK(ip_parse(slice_from_string(text), ret, &width));
}

static bool enter(struct places *places, struct place *place, const char *text)
{
        uint8_t address[16];

        address_of(text, address);
        return places_admit(places, address) && places_enter(places, place, address, NO_SOCKET);
}

TEST(an_ipv6_network_has_one_share_and_ipv4_addresses_have_one_each)
{
        struct places *places =
                places_new(&(struct places_options){.connections = 10, .per_address = 1});
        struct place taken[4];

        CHECK(enter(places, &taken[0], "2001:db8::1"));
        CHECK(!enter(places, &taken[1], "2001:db8::ffff:2"));
        CHECK(enter(places, &taken[1], "2001:db8:0:1::1"));
        CHECK(enter(places, &taken[2], "192.0.2.1"));
        CHECK(enter(places, &taken[3], "192.0.2.2"));
        CHECK(!enter(places, &(struct place){0}, "::ffff:192.0.2.1"));
        for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
                places_leave(places, &taken[i]);
        CHECK_INT(places_taken(places), 0);
        CHECK(enter(places, &taken[0], "2001:db8::1"));
        places_leave(places, &taken[0]);
        places_free(places);
}

TEST(a_trusted_proxy_speaks_for_many)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct networks proxies;
        struct place taken[2];
        struct places *places;

        CHECK(networks_parse(&arena, SLICE("10.0.0.0/8"), &proxies));
        places = places_new(
                &(struct places_options){.connections = 10, .per_address = 1, .proxies = &proxies});
        CHECK(enter(places, &taken[0], "10.0.0.1"));
        CHECK(enter(places, &taken[1], "10.0.0.1"));
        places_leave(places, &taken[0]);
        places_leave(places, &taken[1]);
        places_free(places);
}

TEST(who_gave_up_its_place_does_not_get_it_back)
{
        struct places *places = places_new(&(struct places_options){.connections = 1});
        struct place first, second;

        CHECK(enter(places, &first, "192.0.2.1"));
        CHECK(enter(places, &second, "192.0.2.2"));
        CHECK_INT(first.state, PLACE_GIVEN_UP);
        places_set(places, &first, PLACE_BUSY);
        CHECK_INT(first.state, PLACE_GIVEN_UP);
        places_set(places, &second, PLACE_BUSY);
        CHECK_INT(second.state, PLACE_BUSY);
        places_leave(places, &first);
        places_leave(places, &second);
        places_free(places);
}

/* Places are taken in the order given, all within the time that strangers have to speak. */
TEST(of_those_who_came_just_now_the_address_with_the_most_places_gives_one_up)
{
        static const char *const addresses[] = {"192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.3"};
        struct places *places =
                places_new(&(struct places_options){.connections = ARRAY_SIZE(addresses)});
        struct place taken[ARRAY_SIZE(addresses)], late;

        for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
                CHECK(enter(places, &taken[i], addresses[i]));
        CHECK(enter(places, &late, "192.0.2.4"));
        for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
                CHECK_INT(taken[i].state, i == 1 ? PLACE_GIVEN_UP : PLACE_STRANGER);
        for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
                places_leave(places, &taken[i]);
        places_leave(places, &late);
        places_free(places);
}
