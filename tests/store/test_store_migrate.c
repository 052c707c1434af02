/* SPDX-License-Identifier: Apache-2.0
 *
 * Upgrades of the schema, with steps of the future.
 */
#include "snapshot.h"
#include "store/driver.h"

static const char adds_a_column[] =
        "ALTER TABLE account ADD COLUMN colour INTEGER NOT NULL DEFAULT 7;"
        "CREATE TABLE addition (a INTEGER NOT NULL)";
static const char takes_away[] = "ALTER TABLE account DROP COLUMN full_name;"
                                 "UPDATE schema_version SET oldest = 2";
static const char fails_late[] = "CREATE TABLE addition (a INTEGER NOT NULL);"
                                 "INSERT INTO addition (a) VALUES (NULL)";

/* Opens a closed world with a program that has one step more than this one. */
static enum err open_with(struct world *world, const char *next)
{
        struct embedded steps[16] = {0};
        struct sql_driver driver = sqlite_driver;
        struct store *store = NULL;
        struct store_location location;
        size_t n = 0;
        enum err error;

        for (; sqlite_schema[n].name; n++)
                steps[n] = sqlite_schema[n];
        assert_in_range(n, 1, ARRAY_SIZE(steps) - 2);
        steps[n] = (struct embedded){"next", slice_from_string(next)};
        driver.schema = steps;
        CHECK_OK(store_locate(slice_from_string(world->url), &location));
        location.driver = &driver;
        error = store_open(&location, &store);
        store_close(store);
        return error;
}

static int64_t version_of(const struct world *world)
{
        return snapshot_number(world, "SELECT MAX(version) FROM schema_version");
}

TEST(a_next_step_is_run_once_and_keeps_what_there_is)
{
        struct world world CLEANUP(world_end) = world_with_client();
        int64_t version = version_of(&world);

        world_close(&world);
        for (size_t i = 0; i < 2; i++) {
                CHECK_OK(open_with(&world, adds_a_column));
                CHECK_INT(version_of(&world), version + 1);
                CHECK_INT(snapshot_number(&world, "SELECT colour FROM account "
                                                  "WHERE email = 'user1@example.com'"),
                          7);
        }
}

TEST(a_program_serves_a_database_to_which_a_newer_one_has_only_added)
{
        struct world world CLEANUP(world_end) = world_with_client();
        int64_t version = version_of(&world);
        struct project project = project_of(11, 2);
        struct account other;

        world_close(&world);
        CHECK_OK(open_with(&world, adds_a_column));
        world_open(&world);
        other = account_of(&world, 2);
        CHECK_OK(account_add(&world, &other, &project));
        CHECK_INT(version_of(&world), version + 1);
}

TEST(a_database_of_a_newer_program_is_refused_and_left_alone)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct store_location location;
        struct store *store = NULL;
        int64_t version = version_of(&world);

        world_close(&world);
        CHECK_OK(open_with(&world, takes_away));
        CHECK_OK(store_locate(slice_from_string(world.url), &location));
        CHECK_ERR(store_open(&location, &store), ERR_CONFLICT);
        assert_null(store);
        CHECK_INT(version_of(&world), version + 1);
        CHECK_OK(open_with(&world, takes_away));
}

/* What it would write lacks what the newer ones rely on. */
TEST(a_program_that_runs_stops_once_only_newer_ones_may_serve)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project project = project_of(11, 2);
        struct account other = account_of(&world, 2);
        struct instant now;
        enum err error;

        CHECK_OK(open_with(&world, takes_away));
        CHECK_ERR(account_add(&world, &other, &project), ERR_STORE_UNAVAILABLE);
        do
                error = STORE(&world, ping, &now);
        while (error == ERR_OK);
        CHECK_ERR(error, ERR_PROGRAM_OLD);
        CHECK_ERR(STORE(&world, ping, &now), ERR_PROGRAM_OLD);
        CHECK_ERR(account_add(&world, &other, &project), ERR_PROGRAM_OLD);
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM account "
                                          "WHERE email = 'user2@example.com'"),
                  0);
}

TEST(a_step_that_fails_changes_nothing)
{
        struct world world CLEANUP(world_end) = world_with_client();
        int64_t version = version_of(&world);
        struct instant now;

        world_close(&world);
        CHECK_ERR(open_with(&world, fails_late), ERR_STORE_UNAVAILABLE);
        CHECK_INT(version_of(&world), version);
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM sqlite_schema "
                                          "WHERE name = 'addition'"),
                  0);
        world_open(&world);
        CHECK_OK(STORE(&world, ping, &now));
}
