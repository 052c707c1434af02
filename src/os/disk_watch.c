/* SPDX-License-Identifier: Apache-2.0
 *
 * The disk watch. Whether space is reserved is read from the file itself, since several nodes may
 * serve one database.
 */
#include "os/disk_watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/event.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "base/periodic.h"
#include "os/disk_space.h"

enum {
        PERIOD_MS = 1000,
        LOOK_AGAIN_MS = 1,
        DISK_SHARE = 10,    /* of the disk: the limit is at most a tenth of it */
        RESERVE_SHARE = 32, /* of the limit: is reserved */
        LIMIT_PATH_TEXT = 4200,
};

struct disk_watch {
        struct disk_watch_options options;
        char reserve[LIMIT_PATH_TEXT];
        pthread_mutex_t lock; /* one thread checks at a time */
        atomic_int level;
        atomic_uint_least64_t free_bytes;
        atomic_int_least64_t looked_at; /* of monotonic_now() */
        struct periodic *periodic;
};

/* --- levels --- */

/* The part of the limit below which a level begins. */
static uint64_t bound_of(enum disk_level level, uint64_t min_free)
{
        switch (level) {
        case DISK_PLENTY:
                return UINT64_MAX;
        case DISK_LOW:
                return min_free;
        case DISK_VERY_LOW:
                return min_free / 2;
        case DISK_FULL:
                return min_free / 8;
        }
        return 0;
}

enum disk_level disk_level_of(uint64_t usable, uint64_t min_free, enum disk_level was)
{
        enum disk_level level = DISK_PLENTY;

        for (enum disk_level at = DISK_LOW; at <= DISK_FULL; at++) {
                uint64_t bound = bound_of(at, min_free);

                if (usable < (at <= was ? bound + bound / 8 : bound))
                        level = at;
        }
        return level;
}

static const char *level_text(enum disk_level level)
{
        static const char *const texts[] = {[DISK_PLENTY] = "plenty",
                                            [DISK_LOW] = "low",
                                            [DISK_VERY_LOW] = "very low",
                                            [DISK_FULL] = "full"};

        return texts[level];
}

static void level_log(enum disk_level level, uint64_t free_bytes)
{
        int64_t mebibytes = (int64_t)(free_bytes >> 20);

        if (level == DISK_PLENTY)
                EVENT(EVENT_INFO, "disk", EVENT_TEXT("level", level_text(level)),
                      EVENT_INTEGER("free_mib", mebibytes));
        else
                EVENT(EVENT_WARNING, "disk", EVENT_TEXT("level", level_text(level)),
                      EVENT_INTEGER("free_mib", mebibytes),
                      EVENT_TEXT("what", "writes are refused, strangers' first; free some space"));
}

/* --- checking --- */

/* Free space inside the database counts, except for the last level: the log needs space outside. */
static enum disk_level level_now(const struct disk_watch *watch, uint64_t usable, uint64_t min_free,
                                 enum disk_level was)
{
        const struct disk_watch_options *options = &watch->options;
        enum disk_level level = disk_level_of(usable, min_free, was);

        if (level == DISK_PLENTY || level == DISK_FULL)
                return level;
        return disk_level_of(usable + options->spare(options->context), min_free, was);
}

static void reserve_adjust(const struct disk_watch *watch, enum disk_level level, uint64_t size)
{
        if (level == DISK_FULL)
                disk_reserve_release(watch->reserve);
        if (level == DISK_PLENTY && size)
                (void)disk_reserve_hold(watch->reserve, size);
}

static void look_locked(struct disk_watch *watch)
{
        enum disk_level was = (enum disk_level)atomic_load(&watch->level), level;
        uint64_t min_free = watch->options.min_free, reserve, usable;
        struct disk_space space;

        atomic_store(&watch->looked_at, monotonic_now());
        if (!disk_space_read(watch->options.path, &space))
                return;
        if (min_free > space.total_bytes / DISK_SHARE)
                min_free = space.total_bytes / DISK_SHARE;
        reserve = min_free / RESERVE_SHARE;
        usable = space.free_bytes;
        if (!disk_file_size(watch->reserve))
                usable = usable > reserve ? usable - reserve : 0;
        level = level_now(watch, usable, min_free, was);
        atomic_store(&watch->free_bytes, space.free_bytes);
        atomic_store(&watch->level, (int)level);
        if (level != was)
                level_log(level, space.free_bytes);
        reserve_adjust(watch, level, reserve);
}

/* A thread that finds another one checking uses the last result. */
static void look(struct disk_watch *watch)
{
        if (pthread_mutex_trylock(&watch->lock) != 0)
                return;
        look_locked(watch);
        pthread_mutex_unlock(&watch->lock);
}

static enum disk_level level_read(void *context)
{
        struct disk_watch *watch = context;

        if (atomic_load(&watch->level) != DISK_PLENTY &&
            atomic_load(&watch->looked_at) < monotonic_in(-LOOK_AGAIN_MS))
                look(watch);
        return (enum disk_level)atomic_load(&watch->level);
}

static void watch_round(struct periodic *periodic, void *context)
{
        (void)periodic;
        look(context);
}

/* --- life --- */

struct disk_watch *disk_watch_start(const struct disk_watch_options *options)
{
        struct disk_watch *watch = calloc(1, sizeof(*watch));

        if (!watch)
                return NULL;
        watch->options = *options;
        (void)snprintf(watch->reserve, sizeof(watch->reserve), "%s-reserve", options->path);
        pthread_mutex_init(&watch->lock, NULL);
        look(watch);
        if (!options->min_free)
                disk_reserve_release(watch->reserve);
        watch->periodic = periodic_start(PERIOD_MS, watch_round, watch);
        if (watch->periodic)
                return watch;
        disk_watch_stop(watch);
        return NULL;
}

void disk_watch_stop(struct disk_watch *watch)
{
        if (!watch)
                return;
        periodic_stop(watch->periodic);
        pthread_mutex_destroy(&watch->lock);
        free(watch);
}

struct disk_port disk_watch_port(struct disk_watch *watch)
{
        return (struct disk_port){.level = level_read, .context = watch};
}

uint64_t disk_watch_free(const struct disk_watch *watch)
{
        return atomic_load(&watch->free_bytes);
}
