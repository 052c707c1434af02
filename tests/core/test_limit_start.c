/* SPDX-License-Identifier: Apache-2.0
 *
 * How much anybody can begin in the name of an application.
 */
#include "core/upkeep/rate_limit.h"

#include "limits_world.h"
#include "test.h"

static enum err starts(struct world *world, const char *address, const struct client *client,
                       const char *kind)
{
        struct caller caller = {.address = slice_from_string(address), .wait = &world->wait};

        return limit_start(OP(&world->ports, NULL, &caller, NULL), client, kind);
}

TEST(an_address_begins_only_so_much_for_applications_that_anybody_can_speak_for)
{
        const struct client public = {.account_id = {{1}}, .auth_method = CLIENT_AUTH_NONE};
        const struct client stranger = {.account_id = *account_of_nobody(),
                                        .auth_method = CLIENT_AUTH_SECRET_JWT};
        const struct client proven = {.account_id = {{1}}, .auth_method = CLIENT_AUTH_SECRET_JWT};
        WORLD(world);

        for (int i = 0; i < 50; i++)
                CHECK_OK(starts(&world, "192.0.2.1", &proven, "device"));
        for (int i = 0; i < 3; i++)
                CHECK_OK(starts(&world, "192.0.2.1", i % 2 ? &public : &stranger, "device"));
        world.now += 100;
        CHECK_ERR(starts(&world, "192.0.2.1", &public, "device"), ERR_TOO_MANY_STARTS);
        CHECK_INT(world.wait, 500);
        CHECK_ERR(starts(&world, "192.0.2.1", &stranger, "device"), ERR_TOO_MANY_STARTS);
        CHECK_OK(starts(&world, "192.0.2.1", &proven, "device"));
        CHECK_OK(starts(&world, "192.0.2.1", &public, "pushed request"));
        CHECK_OK(starts(&world, "192.0.2.2", &public, "device"));
        world.now += 500;
        CHECK_OK(starts(&world, "192.0.2.1", &public, "device"));
}
