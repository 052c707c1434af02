/* SPDX-License-Identifier: Apache-2.0
 *
 * A simulated disk: the synced content of some files, and the writes since, of which a power cut
 * leaves nothing, a part, or a part in any order. Names survive only if their folder was synced.
 * One disk per process, used under its user's lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum crash_mode {
        CRASH_DROP,    /* all that was not synced is lost */
        CRASH_TEAR,    /* sectors arrived in order up to some point, and that one is torn */
        CRASH_REORDER, /* any of the sectors arrived, in any order */
};

struct disk_file;

/* The file of that name; its content at the first opening counts as synced. `create` creates a
 * missing one. Call it before the real file is opened. NULL: it does not exist. */
struct disk_file *disk_open(const char *path, bool create);

void disk_write(struct disk_file *, int64_t at, const void *bytes, size_t size);
void disk_truncate(struct disk_file *, int64_t size);
void disk_sync(struct disk_file *);
/* A sync that fails as on Linux: the unwritten pages count as clean, and are never written. */
void disk_sync_fail(struct disk_file *);
void disk_unlink(const char *path);
void disk_sync_folder(void);

/* Sets the real files to what the power cut left, forgets everything, and removes the files of
 * shared memory. */
void disk_lose_power(enum crash_mode mode, uint64_t seed);

void disk_forget(void);

/* A small random generator with a seed, so that a failure can be reproduced. */
uint64_t seed_next(uint64_t *seed);
