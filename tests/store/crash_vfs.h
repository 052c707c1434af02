/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite on a disk whose power can be cut, for tests of durability:
 *
 *      crash_vfs_arm(17);                          the 17th change of a file is the last
 *      world_open(&world); ... world_close(&world);
 *      crash_vfs_lose_power(CRASH_TEAR, seed);
 *      world_open(&world);                         what is left, on the ordinary disk
 *
 * A change is a write, a sync, a truncation or a removal. The last one is cut short, and everything
 * after it fails. While it is not armed, SQLite uses the ordinary disk.
 */
#pragma once

#include "crash_disk.h"

/* Changes are counted from here; 0: the power stays on. All databases must be closed. */
void crash_vfs_arm(uint64_t cut);

/* How many changes there were, and whether the power is off. */
uint64_t crash_vfs_count(void);
bool crash_vfs_is_off(void);

/* From now on syncs do nothing and report success, until the power is lost. */
void crash_vfs_lie(void);

/* The next sync of the database, or of its log, fails; the power stays on. */
enum crash_sync { CRASH_SYNC_DATABASE, CRASH_SYNC_LOG };
void crash_vfs_fail_sync(enum crash_sync which);
/* Whether that sync was requested. */
bool crash_vfs_has_failed(void);

/* From now on there is no memory for the index of a longer log. */
void crash_vfs_fail_memory(void);

/* The files are what the power cut leaves, and it is not armed any more. All databases must be
 * closed. */
void crash_vfs_lose_power(enum crash_mode mode, uint64_t seed);
