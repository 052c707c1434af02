/* SPDX-License-Identifier: Apache-2.0
 *
 * A failed sync, or a commit that fails after its sync: what is on the disk is unknown, so the
 * store stops until it is reopened, and nothing acknowledged is lost.
 */
#include <sqlite3.h>

#include "crash_vfs.h"
#include "fixture.h"

enum {
        PLENTY = 3000,   /* operations; a checkpoint happens long before */
        LARGE = 6 << 20, /* bytes; more than SQLite buffers until the commit */
        ROUNDS = 40,
        PATIENCE = 2, /* seconds */
};

/* No two values share a page. */
static enum err put_sized(struct world *world, int64_t number, size_t size)
{
        static const uint8_t bytes[LARGE];
        struct slice value;
        char name[32];
        enum err error;

        (void)snprintf(name, sizeof(name), "%08lld", (long long)number);
        error = STORE(world, meta_put, &(struct named_value){name, slice_new(bytes, size)}, &value);
        arena_reset(&world->arena);
        return error;
}

static enum err put(struct world *world, int64_t number)
{
        return put_sized(world, number, 3000);
}

static enum err get(struct world *world, int64_t number)
{
        struct slice value;
        char name[32];

        (void)snprintf(name, sizeof(name), "%08lld", (long long)number);
        return STORE(world, meta_get, name, &value);
}

/* An empty store on a simulated disk. */
static struct world world_armed(void)
{
        struct world world = world_new();

        world_close(&world);
        crash_vfs_arm(0);
        world_open(&world);
        return world;
}

static void power_cycle(struct world *world)
{
        world_close(world);
        crash_vfs_lose_power(CRASH_DROP, 1);
        world_open(world);
}

static void check_stopped(struct world *world)
{
        CHECK(!store_is_sound(world->store));
        CHECK_ERR(put(world, -1), ERR_STORE_UNAVAILABLE);
        CHECK_ERR(get(world, 0), ERR_STORE_UNAVAILABLE);
}

/* Writes until the failing sync was requested. Return: how many writes were acknowledged. */
static int64_t put_until_failed(struct world *world, int64_t from)
{
        int64_t n = from;

        while (n < from + PLENTY && !crash_vfs_has_failed())
                if (put(world, n) == ERR_OK)
                        n++;
        CHECK(crash_vfs_has_failed());
        return n;
}

static void check_all_there(struct world *world, int64_t n)
{
        for (int64_t i = 0; i < n; i++)
                CHECK_OK(get(world, i));
}

TEST(a_failed_sync_of_the_log_stops_the_store)
{
        struct world world CLEANUP(world_end) = world_armed();

        CHECK_OK(put(&world, 0));
        crash_vfs_fail_sync(CRASH_SYNC_LOG);
        CHECK_ERR(put(&world, 1), ERR_COMMIT_UNKNOWN);
        check_stopped(&world);
        power_cycle(&world);
        CHECK(store_is_sound(world.store));
        CHECK_OK(get(&world, 0));
        CHECK_OK(put(&world, 2));
}

/* The transaction was rolled back and would be retried, but not on this disk. */
TEST(a_failed_sync_of_the_log_before_the_commit_stops_the_store)
{
        struct world world CLEANUP(world_end) = world_armed();

        crash_vfs_fail_sync(CRASH_SYNC_LOG);
        CHECK_ERR(put_sized(&world, 0, LARGE), ERR_COMMIT_UNKNOWN);
        check_stopped(&world);
        power_cycle(&world);
        CHECK_ERR(get(&world, 0), ERR_NO_ROW);
        CHECK_OK(put_sized(&world, 0, LARGE));
}

TEST(a_failed_sync_of_the_database_stops_the_store)
{
        struct world world CLEANUP(world_end) = world_armed();
        int64_t n;

        crash_vfs_fail_sync(CRASH_SYNC_DATABASE);
        n = put_until_failed(&world, 0);
        check_stopped(&world);
        power_cycle(&world);
        check_all_there(&world, n);
}

/* A reader holds back a part of the log, so the part before it is checkpointed without a sync. The
 * later sync is for both parts, and retrying it does not write the first part again. Return: how
 * many writes were acknowledged. */
static int64_t fail_sync_of_two_parts(struct world *world)
{
        sqlite3 *reader = NULL;
        char path[128];
        int64_t n = 0;

        (void)snprintf(path, sizeof(path), "%s/db", world->folder);
        for (; n < 100; n++)
                CHECK_OK(put(world, n));
        CHECK_INT(sqlite3_open_v2(path, &reader, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
        CHECK_INT(sqlite3_exec(reader, "BEGIN; SELECT COUNT(*) FROM meta", NULL, NULL, NULL),
                  SQLITE_OK);
        for (; n < 500; n++)
                CHECK_OK(put(world, n));
        CHECK_INT(sqlite3_close(reader), SQLITE_OK);
        crash_vfs_fail_sync(CRASH_SYNC_DATABASE);
        return put_until_failed(world, n);
}

TEST(after_a_failed_sync_of_the_database_nothing_is_written_over)
{
        struct world world CLEANUP(world_end) = world_armed();
        int64_t n = fail_sync_of_two_parts(&world);

        for (int64_t i = 0; i < 10; i++)
                CHECK_ERR(put(&world, PLENTY + i), ERR_STORE_UNAVAILABLE);
        power_cycle(&world);
        check_all_there(&world, n);
}

TEST(after_a_failed_sync_of_the_database_closing_keeps_the_log)
{
        struct world world CLEANUP(world_end) = world_armed();
        int64_t n = fail_sync_of_two_parts(&world);

        world_close(&world);
        world_open(&world);
        CHECK_OK(put(&world, PLENTY)); /* syncs the folder, so that a deleted log stays deleted */
        power_cycle(&world);
        check_all_there(&world, n);
}

/* The log is longer than ever before, and synced; what fails is updating its index. */
TEST(a_commit_that_fails_after_its_sync_is_not_said_to_have_not_happened)
{
        struct world world CLEANUP(world_end) = world_armed();
        sqlite3 *reader = NULL;
        char path[128];
        enum err error = ERR_OK;
        int64_t n = 0;

        (void)snprintf(path, sizeof(path), "%s/db", world.folder);
        CHECK_OK(put(&world, n++));
        CHECK_INT(sqlite3_open_v2(path, &reader, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
        CHECK_INT(sqlite3_exec(reader, "BEGIN; SELECT COUNT(*) FROM meta", NULL, NULL, NULL),
                  SQLITE_OK);
        crash_vfs_fail_memory();
        while (n < PLENTY && error == ERR_OK) {
                error = put(&world, n);
                n += error == ERR_OK;
        }
        CHECK(crash_vfs_has_failed());
        CHECK_ERR(error, ERR_COMMIT_UNKNOWN);
        CHECK_INT(sqlite3_close(reader), SQLITE_OK);
        power_cycle(&world);
        check_all_there(&world, n);
        CHECK_OK(get(&world, n)); /* it was committed */
}

/* --- power cuts during checkpoints --- */

static void cut_and_check(struct world *world, uint64_t cut, uint64_t seed)
{
        int64_t n = 0;

        world_close(world);
        crash_vfs_arm(cut);
        world_open(world);
        while (n < PLENTY && put(world, n) == ERR_OK)
                n++;
        CHECK(crash_vfs_is_off());
        world_close(world);
        crash_vfs_lose_power((enum crash_mode)(seed % 3), seed);
        world_open(world);
        for (int64_t i = 0; i < n; i++)
                if (get(world, i) != ERR_OK)
                        fail_msg("cut %llu, seed %llu: %lld is lost", (unsigned long long)cut,
                                 (unsigned long long)seed, (long long)i);
        CHECK_OK(put(world, PLENTY));
}

TEST(a_power_cut_while_the_log_is_brought_into_the_database_loses_nothing)
{
        double began = seconds_now();
        uint64_t seed = (uint64_t)(began * 1e9);

        for (int i = 0; i < ROUNDS && (i < 3 || seconds_now() - began < PATIENCE); i++) {
                struct world world CLEANUP(world_end) = world_new();
                uint64_t cut = 1000 + seed_next(&seed) % 3000;

                cut_and_check(&world, cut, seed);
        }
}
