/* SPDX-License-Identifier: Apache-2.0
 *
 * Watches how full the disk of the database is. It checks every second; while the disk is low also
 * before a request is refused, at most once a millisecond, so that nothing is refused after space
 * was freed.
 *
 * A file next to the database reserves some space. When the disk is full it is deleted, for
 * operations that are never refused: then a revocation still finds space, even if another program
 * has filled the disk. It is created again when there is plenty.
 */
#pragma once

#include "core/ports.h"

struct disk_watch_options {
        const char *path;  /* of the database */
        uint64_t min_free; /* bytes below which the disk is low; at most a tenth of the disk; 0: it
                              is never low */
        uint64_t (*spare)(void *context); /* bytes that are free inside the database */
        void *context;
};

struct disk_watch;

/* Return: the watch, which has checked once; NULL with errno set. What the options point to must
 *         outlive it. */
struct disk_watch *disk_watch_start(const struct disk_watch_options *options);

/* Stops it. NULL does nothing. */
void disk_watch_stop(struct disk_watch *watch);

struct disk_port disk_watch_port(struct disk_watch *watch);

/* Bytes that were free at the last check. */
uint64_t disk_watch_free(const struct disk_watch *watch);

/* The level of a disk with `usable` bytes free. `was` is the previous level: the free space must
 * rise an eighth above a bound before the level improves, so that it does not oscillate. */
enum disk_level disk_level_of(uint64_t usable, uint64_t min_free, enum disk_level was);
