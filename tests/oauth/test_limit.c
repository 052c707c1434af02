/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose failures to log in are counted together.
 */
#include "oauth/limit.h"

#include "oauth/policy.h"
#include "os/attempts.h"
#include "test.h"

struct world {
        struct attempts *attempts;
        struct policy policy;
        struct ports ports;
        struct instant now;
        unsigned wait;
};

static struct instant now_of(void *context)
{
        return ((const struct world *)context)->now;
}

static void world_begin(struct world *world)
{
        *world = (struct world){.attempts = attempts_new(),
                                .policy = {.login_failures = 100},
                                .now = {1767225600000}};
        world->ports = (struct ports){.policy = &world->policy,
                                      .clock = {.now = now_of, .context = world},
                                      .attempt = attempts_port(world->attempts)};
}

static void world_end(struct world *world)
{
        attempts_free(world->attempts);
}

#define WORLD(name)                                                                                \
        struct world name CLEANUP(world_end);                                                      \
        world_begin(&name)

/* One try from there at that account, with this outcome. */
static enum err try(struct world *world, const char *address, const char *email, enum err outcome)
{
        struct caller caller = {.address = slice_from_string(address), .wait = &world->wait};
        struct login_attempt attempt;

        world->wait = 0;
        TRY(limit_login_begin(&world->ports, &caller, slice_from_string(email), &attempt));
        limit_login_end(&world->ports, &attempt, outcome);
        return ERR_OK;
}

/* The failures until it must wait. */
static int failures(struct world *world, const char *address, const char *email)
{
        int n = 0;

        while (n < 1000 && try(world, address, email, ERR_INVALID_CREDENTIALS) == ERR_OK)
                n++;
        return n;
}

TEST(an_account_and_an_address_wait_together_and_nobody_else)
{
        WORLD(world);

        CHECK_INT(failures(&world, "192.0.2.1", "a@example.com"), 5);
        CHECK_INT(world.wait, 2);
        CHECK_OK(try(&world, "192.0.2.2", "a@example.com", ERR_OK));
        CHECK_OK(try(&world, "192.0.2.1", "b@example.com", ERR_OK));
        CHECK_ERR(try(&world, "192.0.2.1", "a@example.com", ERR_OK), ERR_TOO_MANY_REQUESTS);
        world.now = instant_add_seconds(world.now, 2);
        CHECK_OK(try(&world, "192.0.2.1", "a@example.com", ERR_OK));
        CHECK_INT(failures(&world, "192.0.2.1", "a@example.com"), 5);
}

TEST(the_addresses_of_one_ipv6_network_are_one)
{
        WORLD(world);

        CHECK_INT(failures(&world, "2001:db8:1:2::1", "a@example.com"), 5);
        CHECK_INT(failures(&world, "2001:db8:1:2:ffff::7", "a@example.com"), 0);
        CHECK_INT(failures(&world, "2001:db8:1:3::1", "a@example.com"), 5);
        CHECK_INT(failures(&world, "::ffff:192.0.2.1", "a@example.com"), 5);
        CHECK_INT(failures(&world, "::ffff:192.0.2.2", "a@example.com"), 5);
}

TEST(an_address_has_its_failures_in_ten_minutes_whatever_the_accounts)
{
        WORLD(world);
        char email[32];

        for (int i = 0; i < 100; i++) {
                (void)snprintf(email, sizeof(email), "%d@example.com", i);
                CHECK_OK(try(&world, "192.0.2.1", email, ERR_INVALID_CREDENTIALS));
        }
        CHECK_ERR(try(&world, "192.0.2.1", "a@example.com", ERR_OK), ERR_TOO_MANY_REQUESTS);
        CHECK_INT(world.wait, 600);
        CHECK_OK(try(&world, "192.0.2.2", "a@example.com", ERR_OK));
        world.now = instant_add_seconds(world.now, 600);
        CHECK_INT(failures(&world, "192.0.2.1", "a@example.com"), 5);
}

TEST(only_wrong_passwords_count)
{
        WORLD(world);

        for (int i = 0; i < 500; i++) {
                CHECK_OK(try(&world, "192.0.2.1", "a@example.com", ERR_OK));
                CHECK_OK(try(&world, "192.0.2.1", "a@example.com", ERR_BUSY));
        }
        CHECK_INT(failures(&world, "192.0.2.1", "a@example.com"), 5);
}
