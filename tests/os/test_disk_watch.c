/* SPDX-License-Identifier: Apache-2.0
 *
 * How low a disk is, and the reserved space.
 */
#include "os/disk_watch.h"

#include <stdlib.h>
#include <unistd.h>

#include "os/disk_space.h"
#include "test.h"

enum { MIN_FREE = 800 };

TEST(a_disk_is_low_below_the_limit_a_half_and_an_eighth_of_it)
{
        CHECK_INT(disk_level_of(MIN_FREE, MIN_FREE, DISK_PLENTY), DISK_PLENTY);
        CHECK_INT(disk_level_of(MIN_FREE - 1, MIN_FREE, DISK_PLENTY), DISK_LOW);
        CHECK_INT(disk_level_of(MIN_FREE / 2, MIN_FREE, DISK_PLENTY), DISK_LOW);
        CHECK_INT(disk_level_of(MIN_FREE / 2 - 1, MIN_FREE, DISK_PLENTY), DISK_VERY_LOW);
        CHECK_INT(disk_level_of(MIN_FREE / 8, MIN_FREE, DISK_PLENTY), DISK_VERY_LOW);
        CHECK_INT(disk_level_of(MIN_FREE / 8 - 1, MIN_FREE, DISK_PLENTY), DISK_FULL);
        CHECK_INT(disk_level_of(0, MIN_FREE, DISK_PLENTY), DISK_FULL);
}

TEST(a_disk_is_better_again_an_eighth_above_the_bound)
{
        CHECK_INT(disk_level_of(MIN_FREE + 99, MIN_FREE, DISK_LOW), DISK_LOW);
        CHECK_INT(disk_level_of(MIN_FREE + 100, MIN_FREE, DISK_LOW), DISK_PLENTY);
        CHECK_INT(disk_level_of(MIN_FREE / 2 + 49, MIN_FREE, DISK_VERY_LOW), DISK_VERY_LOW);
        CHECK_INT(disk_level_of(MIN_FREE / 2 + 50, MIN_FREE, DISK_VERY_LOW), DISK_LOW);
        CHECK_INT(disk_level_of(MIN_FREE / 8 + 11, MIN_FREE, DISK_FULL), DISK_FULL);
        CHECK_INT(disk_level_of(MIN_FREE / 8 + 12, MIN_FREE, DISK_FULL), DISK_VERY_LOW);
        CHECK_INT(disk_level_of(UINT64_MAX, MIN_FREE, DISK_FULL), DISK_PLENTY);
}

TEST(a_limit_of_nothing_is_never_reached)
{
        CHECK_INT(disk_level_of(0, 0, DISK_PLENTY), DISK_PLENTY);
        CHECK_INT(disk_level_of(0, 0, DISK_FULL), DISK_PLENTY);
}

TEST(room_is_held_back_and_given_up)
{
        char folder[] = "/tmp/grantd-disk-XXXXXX", path[64];
        struct disk_space space;

        assert_non_null(mkdtemp(folder));
        (void)snprintf(path, sizeof(path), "%s/reserve", folder);
        CHECK(disk_space_read(folder, &space));
        CHECK(space.total_bytes >= space.free_bytes);
        CHECK_INT(disk_file_size(path), 0);
        if (!disk_reserve_hold(path, 1 << 20)) {
                (void)rmdir(folder);
                skip(); /* this file system does not preallocate */
        }
        CHECK_INT(disk_file_size(path), 1 << 20);
        CHECK(disk_reserve_hold(path, 1 << 20));
        disk_reserve_release(path);
        CHECK_INT(disk_file_size(path), 0);
        disk_reserve_release(path);
        CHECK_INT(rmdir(folder), 0);
        CHECK(!disk_space_read(folder, &space));
        CHECK(!disk_reserve_hold(path, 1));
}
