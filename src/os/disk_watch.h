/* SPDX-License-Identifier: Apache-2.0
 *
 * Watches the disk of the database and says how low it is. It looks every second; while it is low
 * also before something is refused, at most once a millisecond, so that nothing is refused after
 * somebody has made room.
 *
 * A file beside the database holds some room back. It is given up when the disk is full, for what
 * is never refused: then a revocation still finds room, even if it was another program that filled
 * the disk. It is made again when there is plenty.
 */
#pragma once

#include "core/ports.h"

struct disk_watch_options {
        const char *path;  /* of the database */
        uint64_t min_free; /* bytes below which the disk is low; a tenth of the disk at most;
                            * 0: it is never low */
        uint64_t (*spare)(void *context); /* bytes that the database has free in itself */
        void *context;
};

struct disk_watch;

/* Return: the watch, which has looked once; NULL with errno set. What the options point to must
 * outlive it. */
struct disk_watch *disk_watch_start(const struct disk_watch_options *options);

/* Ends it. NULL does nothing. */
void disk_watch_stop(struct disk_watch *watch);

struct disk_port disk_watch_port(struct disk_watch *watch);

/* Bytes that were free when it looked last. */
uint64_t disk_watch_free(const struct disk_watch *watch);

/* How low a disk is with so many bytes usable; `was` is what it was before: it must rise an eighth
 * above a bound before it is better again, so that it does not go to and fro. */
enum disk_level disk_level_of(uint64_t usable, uint64_t min_free, enum disk_level was);
