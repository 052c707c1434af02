/* SPDX-License-Identifier: Apache-2.0
 *
 * Which failures are counted together, and what happens after too many.
 */
#include "core/upkeep/rate_limit.h"

#include "limits_world.h"
#include "test.h"

/* One attempt from that address at that account, with this outcome. */
static enum err try(struct world *world, const char *address, const char *email, enum err outcome)
{
        struct caller caller = {.address = slice_from_string(address), .wait = &world->wait};
        struct login_attempt attempt;

        world->wait = 0;
        TRY(limit_login_begin(OP(&world->ports, NULL, &caller, NULL), slice_from_string(email),
                              &attempt));
        limit_login_end(OP(&world->ports, NULL, NULL, NULL), &attempt, outcome);
        return ERR_OK;
}

/* The number of failures until it must wait. */
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
        world.now += 2;
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
        world.now += 600;
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

TEST(an_address_that_is_none_is_counted_as_it_stands)
{
        WORLD(world);
        const char *text = "no address, and longer than the longest that there is in any form";

        CHECK_INT(failures(&world, "", "a@example.com"), 5);
        CHECK_INT(failures(&world, text, "a@example.com"), 5);
        CHECK_INT(failures(&world, text, "a@example.com"), 0);
}

TEST(whoever_does_not_ask_how_long_to_wait_waits_all_the_same)
{
        WORLD(world);
        struct caller caller = {.address = SLICE("192.0.2.1")};
        struct login_attempt attempt;

        CHECK_INT(failures(&world, "192.0.2.1", "a@example.com"), 5);
        CHECK_ERR(limit_login_begin(OP(&world.ports, NULL, &caller, NULL), SLICE("a@example.com"),
                                    &attempt),
                  ERR_TOO_MANY_REQUESTS);
}

/* --- the audit trail --- */

TEST(an_address_has_a_budget_of_failures_in_the_audit_trail_whatever_they_are_about)
{
        WORLD(world);
        struct caller here = {.address = SLICE("192.0.2.1")}, there = {.address = SLICE("::1")};

        for (int i = 0; i < 10; i++)
                CHECK(limit_lets_audit(OP(&world.ports, NULL, &here, NULL)));
        CHECK_INT(world.n_left_out, 0);
        CHECK(!limit_lets_audit(OP(&world.ports, NULL, &here, NULL)));
        CHECK_INT(world.n_left_out, 1);
        CHECK(limit_lets_audit(OP(&world.ports, NULL, &there, NULL)));
        world.now += 3600;
        CHECK(limit_lets_audit(OP(&world.ports, NULL, &here, NULL)));
}

/* An exchange of an application of that account. Return: whether a refusal would be written. */
static bool exchanges(struct world *world, const struct uuid *account, enum err outcome)
{
        bool may = limit_audit_begin(OP(&world->ports, NULL, NULL, NULL), account);

        limit_audit_end(OP(&world->ports, NULL, NULL, NULL), account, may, outcome);
        return may;
}

TEST(the_applications_of_an_account_have_such_a_budget_together)
{
        const struct uuid one = {{1}}, other = {{2}};
        WORLD(world);

        for (int i = 0; i < 50; i++)
                CHECK(exchanges(&world, &one, i % 2 ? ERR_OK : ERR_BUSY));
        for (int i = 0; i < 10; i++)
                CHECK(exchanges(&world, &one, ERR_CODE_USED));
        CHECK(!exchanges(&world, &one, ERR_OK));
        CHECK_INT(world.n_left_out, 0);
        CHECK(!exchanges(&world, &one, ERR_CODE_USED));
        CHECK_INT(world.n_left_out, 1);
        CHECK(exchanges(&world, &other, ERR_CODE_USED));
}

/* --- registrations --- */

static enum err registers(struct world *world, const char *address, enum err outcome)
{
        struct caller caller = {.address = slice_from_string(address), .wait = &world->wait};
        struct digest attempt;

        TRY(limit_registration_begin(OP(&world->ports, NULL, &caller, NULL), &attempt));
        limit_registration_end(OP(&world->ports, NULL, NULL, NULL), &attempt, outcome);
        return ERR_OK;
}

TEST(an_address_has_its_registrations_in_an_hour_whether_they_succeed_or_not)
{
        WORLD(world);

        for (int i = 0; i < 50; i++)
                CHECK_OK(registers(&world, "192.0.2.1", ERR_BUSY));
        for (int i = 0; i < 5; i++)
                CHECK_OK(registers(&world, "192.0.2.1", i % 2 ? ERR_OK : ERR_EMAIL_TAKEN));
        world.now += 600;
        CHECK_ERR(registers(&world, "192.0.2.1", ERR_OK), ERR_TOO_MANY_REGISTRATIONS);
        CHECK_INT(world.wait, 3000);
        CHECK_OK(registers(&world, "192.0.2.2", ERR_OK));
        for (int i = 0; i < 5; i++)
                CHECK_OK(registers(&world, "2001:db8:1:2::1", ERR_OK));
        CHECK_ERR(registers(&world, "2001:db8:1:2::2", ERR_OK), ERR_TOO_MANY_REGISTRATIONS);
        CHECK_OK(registers(&world, "2001:db8:1:3::1", ERR_OK));
}

/* --- penalties stay --- */

TEST(no_number_of_other_accounts_or_addresses_frees_anybody_of_a_penalty)
{
        WORLD(world);
        char text[64];

        CHECK_INT(failures(&world, "192.0.2.1", "a@example.com"), 5);
        world.policy.login_failures = 5000;
        for (int i = 0; i < 4000; i++) {
                (void)snprintf(text, sizeof(text), "%d@example.com", i);
                (void)!try(&world, "192.0.2.1", text, ERR_INVALID_CREDENTIALS);
                (void)snprintf(text, sizeof(text), "198.51.%d.%d", i / 256, i % 256);
                (void)!try(&world, text, "a@example.com", ERR_INVALID_CREDENTIALS);
        }
        CHECK_ERR(try(&world, "192.0.2.1", "a@example.com", ERR_OK), ERR_TOO_MANY_REQUESTS);
}

TEST(a_site_of_ipv6_networks_fills_a_small_part_of_the_table_and_nobody_else_notices)
{
        WORLD(world);
        char network[64], email[64];

        for (int i = 0; i < 65536; i++) {
                (void)snprintf(network, sizeof(network), "2001:db8:1:%x::1", (unsigned)i);
                (void)snprintf(email, sizeof(email), "%d@example.com", i);
                (void)!try(&world, network, email, ERR_INVALID_CREDENTIALS);
        }
        CHECK(rate_limits_count(world.rate_limits) <= 8 * 256 + 1);
        CHECK_INT(failures(&world, "2001:db8:2:1::1", "a@example.com"), 5);
        CHECK_INT(failures(&world, "192.0.2.1", "a@example.com"), 5);
}

TEST(the_least_budget_is_one)
{
        WORLD(world);

        world.policy.login_failures = world.policy.registrations_per_address = 1;
        CHECK_INT(failures(&world, "192.0.2.1", "a@example.com"), 1);
        CHECK_OK(registers(&world, "192.0.2.1", ERR_OK));
        CHECK_ERR(registers(&world, "192.0.2.1", ERR_OK), ERR_TOO_MANY_REGISTRATIONS);
}

/* --- counting --- */

static enum err refuse(struct world *world, const char *address, enum err refusal)
{
        struct caller caller = {.address = slice_from_string(address)};

        return limit_address(OP(&world->ports, NULL, &caller, NULL), refusal);
}

TEST(a_network_has_a_budget_of_refusals_in_a_minute)
{
        WORLD(world);

        for (int i = 0; i < 20; i++)
                CHECK_ERR(refuse(&world, "2001:db8::1", ERR_NOT_FOUND), ERR_NOT_FOUND);
        CHECK_ERR(refuse(&world, "2001:db8::2", ERR_NOT_FOUND), ERR_TOO_MANY_REQUESTS);
        CHECK_ERR(refuse(&world, "2001:db8:0:1::1", ERR_NOT_FOUND), ERR_NOT_FOUND);
        CHECK_ERR(refuse(&world, "0:0:1::1", ERR_NOT_FOUND), ERR_NOT_FOUND);
        CHECK_ERR(refuse(&world, "::1:2:3", ERR_NOT_FOUND), ERR_NOT_FOUND);
        CHECK_ERR(refuse(&world, "192.0.2.1", ERR_NOT_FOUND), ERR_NOT_FOUND);
        world.now += 60;
        CHECK_ERR(refuse(&world, "2001:db8::1", ERR_NOT_FOUND), ERR_NOT_FOUND);
}

TEST(what_is_no_refusal_is_no_part_of_a_budget)
{
        static const enum err others[] = {ERR_OK, ERR_BUSY, ERR_COMMIT_UNKNOWN,
                                          ERR_TOO_MANY_REQUESTS};
        const struct uuid client = {{1}};
        const struct caller nobody = {0};
        WORLD(world);

        for (int n = 0; n < 50; n++)
                for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
                        CHECK_ERR(refuse(&world, "192.0.2.1", others[i]), others[i]);
                        CHECK_ERR(limit_client(OP(&world.ports, NULL, &nobody, NULL), &client,
                                               others[i]),
                                  others[i]);
                }
        CHECK_ERR(refuse(&world, "192.0.2.1", ERR_NOT_FOUND), ERR_NOT_FOUND);
        CHECK_ERR(limit_client(OP(&world.ports, NULL, &nobody, NULL), &client, ERR_CODE_USED),
                  ERR_CODE_USED);
}

TEST(an_application_has_a_budget_of_its_own)
{
        const struct uuid one = {{1}}, other = {{2}};
        const struct caller nobody = {0};
        WORLD(world);

        for (int i = 0; i < 30; i++)
                CHECK_ERR(limit_client(OP(&world.ports, NULL, &nobody, NULL), &one, ERR_CODE_USED),
                          ERR_CODE_USED);
        CHECK_ERR(limit_client(OP(&world.ports, NULL, &nobody, NULL), &one, ERR_CODE_USED),
                  ERR_CLIENT_FAILURES);
        CHECK_ERR(limit_client(OP(&world.ports, NULL, &nobody, NULL), &other, ERR_CODE_USED),
                  ERR_CODE_USED);
}

/* --- satellites --- */

/* One call for that account, with this outcome. */
static enum err call(struct world *world, const struct uuid *account, enum err outcome)
{
        struct caller caller = {.wait = &world->wait};

        TRY(limit_satellite_begin(OP(&world->ports, NULL, &caller, account)));
        limit_satellite_end(OP(&world->ports, NULL, NULL, account), outcome);
        return ERR_OK;
}

TEST(an_account_whose_calls_of_satellites_fail_waits)
{
        const struct uuid one = {{1}}, other = {{2}};
        const struct caller caller = {0};
        WORLD(world);

        for (int i = 0; i < 11; i++)
                CHECK_OK(call(&world, &one, ERR_SATELLITE_UNAVAILABLE));
        CHECK_ERR(call(&world, &one, ERR_OK), ERR_TOO_MANY_REQUESTS);
        CHECK_INT(world.wait, 5);
        CHECK_ERR(limit_satellite_begin(OP(&world.ports, NULL, &caller, &one)),
                  ERR_TOO_MANY_REQUESTS);
        CHECK_OK(call(&world, &other, ERR_OK));
        world.now += 5;
        CHECK_OK(call(&world, &one, ERR_OK));
}

TEST(a_call_that_was_none_of_the_satellites_doing_is_not_counted)
{
        static const enum err outcomes[] = {ERR_OK, ERR_SATELLITE_FORBIDDEN, ERR_BUSY,
                                            ERR_INTERNAL};
        const struct uuid account = {{1}};
        WORLD(world);

        for (int n = 0; n < 20; n++)
                for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
                        CHECK_OK(call(&world, &account, outcomes[i]));
}
