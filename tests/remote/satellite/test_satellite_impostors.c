/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls to an address where the satellite is not: another server is there, nothing is there, or it
 * may not be called.
 */
#include "satellite_calls.h"

static void check_mismatch(enum stand_in_chain chain)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct stand_in_seen seen;

        manner.chain = chain;
        world_open(&world, &manner, times_short());
        check_ask(&world, ERR_SATELLITE_IDENTITY_MISMATCH);
        seen = stand_in_seen(world.stand_in);
        CHECK_INT(seen.n_plain, 8); /* the prelude */
        CHECK_INT(seen.n_bytes, 0);
        CHECK_INT(seen.n_handshakes, 0);
        CHECK_INT(seen.n_certificates, 0);
}

TEST(a_leaf_alone_is_an_impostor)
{
        check_mismatch(CHAIN_LEAF);
}

TEST(a_leaf_that_the_authority_has_not_signed_is_an_impostor)
{
        check_mismatch(CHAIN_FOREIGN);
}

TEST(a_signer_that_is_no_authority_is_an_impostor)
{
        check_mismatch(CHAIN_NO_CA);
}

TEST(an_identity_of_a_version_that_does_not_exist_is_an_impostor)
{
        check_mismatch(CHAIN_VERSION_1);
}

TEST(another_satellite_at_the_address_is_told_nothing)
{
        struct satellite_project project;
        SATELLITE(world, VECTOR_INFO_RESPONSE, times_short());

        CHECK_ERR(ask_at(&world, stand_in_other_address(world.stand_in), &project),
                  ERR_SATELLITE_IDENTITY_MISMATCH);
        CHECK_INT(stand_in_seen(world.stand_in).n_bytes, 0);
        CHECK_INT(stand_in_seen(world.stand_in).n_certificates, 0);
}

#define LOCAL_NAME "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@localhost:7777"

TEST(an_address_that_is_not_allowed_is_not_even_connected_to)
{
        WORLD(world);
        struct satellite_project project;
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);

        world_open(&world, &manner, times_short());
        CHECK(allowlist_parse(&world.arena, SLICE("public"), &world.allowlist));
        check_ask(&world, ERR_SATELLITE_FORBIDDEN);
        /* The outcome does not reveal that a name exists. */
        CHECK_ERR(ask_at(&world, SLICE(LOCAL_NAME), &project), ERR_SATELLITE_UNAVAILABLE);
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 0);
}

TEST(nobody_there_is_a_satellite_that_is_away)
{
        struct slice address;
        struct satellite_project project;
        SATELLITE(world, VECTOR_INFO_RESPONSE, times_short());

        address = arena_copy(&world.arena, stand_in_address(world.stand_in));
        stand_in_freep(&world.stand_in);
        CHECK_ERR(ask_at(&world, address, &project), ERR_SATELLITE_UNAVAILABLE);
}
