/* SPDX-License-Identifier: Apache-2.0
 *
 * The files, their unsynced writes, and what a power cut leaves of them.
 */
#include "crash_disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"

enum { SECTOR = 512, NAMES = 16 };

/* A write, or a change of the size where `bytes` is NULL. */
struct change {
        int64_t at;
        size_t size;
        uint8_t *bytes;
};

struct disk_file {
        struct disk_file *older;
        uint8_t *synced;
        size_t size, capacity;
        struct change *changes; /* since the last sync, oldest first */
        size_t n_changes, room; /* of changes */
};

/* The file of a name for the running system, and after a power cut. */
struct name {
        char path[256];
        struct disk_file *now, *synced;
};

static struct disk_file *files;
static struct name names[NAMES];
static size_t n_names;

uint64_t seed_next(uint64_t *seed)
{
        uint64_t z = *seed += 0x9e3779b97f4a7c15U;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
}

static size_t seed_below(uint64_t *seed, size_t end)
{
        return end ? (size_t)(seed_next(seed) % end) : 0;
}

static void *grow(void *memory, size_t size)
{
        void *more = realloc(memory, size ? size : 1);

        if (!more)
                abort();
        return more;
}

/* --- contents --- */

static void content_resize(struct disk_file *file, size_t size)
{
        if (size > file->capacity) {
                file->capacity = 2 * size;
                file->synced = grow(file->synced, file->capacity);
        }
        if (size > file->size)
                memset(file->synced + file->size, 0, size - file->size);
        file->size = size;
}

static void change_apply(struct disk_file *file, const struct change *change)
{
        if (!change->bytes) {
                content_resize(file, change->size);
                return;
        }
        if ((size_t)change->at + change->size > file->size)
                content_resize(file, (size_t)change->at + change->size);
        memcpy(file->synced + change->at, change->bytes, change->size);
}

static void changes_drop(struct disk_file *file)
{
        for (size_t i = 0; i < file->n_changes; i++)
                free(file->changes[i].bytes);
        file->n_changes = 0;
}

static void change_add(struct disk_file *file, struct change change)
{
        if (file->n_changes == file->room) {
                file->room = file->room ? file->room * 2 : 16;
                file->changes = grow(file->changes, file->room * sizeof(change));
        }
        file->changes[file->n_changes++] = change;
}

void disk_write(struct disk_file *file, int64_t at, const void *bytes, size_t size)
{
        struct change change = {.at = at, .size = size, .bytes = grow(NULL, size)};

        memcpy(change.bytes, bytes, size);
        change_add(file, change);
}

void disk_truncate(struct disk_file *file, int64_t size)
{
        change_add(file, (struct change){.size = (size_t)size});
}

void disk_sync(struct disk_file *file)
{
        for (size_t i = 0; i < file->n_changes; i++)
                change_apply(file, &file->changes[i]);
        changes_drop(file);
}

void disk_sync_fail(struct disk_file *file)
{
        changes_drop(file);
}

/* --- names --- */

static struct disk_file *file_new(void)
{
        struct disk_file *file = calloc(1, sizeof(*file));

        if (!file)
                abort();
        file->older = files;
        return files = file;
}

static struct disk_file *file_load(FILE *stream)
{
        struct disk_file *file = file_new();
        uint8_t chunk[4096];
        size_t got;

        while ((got = fread(chunk, 1, sizeof(chunk), stream)) > 0) {
                content_resize(file, file->size + got);
                memcpy(file->synced + file->size - got, chunk, got);
        }
        (void)fclose(stream);
        return file;
}

static struct name *name_find(const char *path)
{
        struct name *name;
        FILE *stream;

        for (size_t i = 0; i < n_names; i++)
                if (strcmp(names[i].path, path) == 0)
                        return &names[i];
        if (n_names == NAMES || strlen(path) >= sizeof(name->path))
                abort();
        name = &names[n_names++];
        (void)snprintf(name->path, sizeof(name->path), "%s", path);
        stream = fopen(path, "rb");
        if (stream)
                name->now = name->synced = file_load(stream);
        return name;
}

struct disk_file *disk_open(const char *path, bool create)
{
        struct name *name = name_find(path);

        if (!name->now && create)
                name->now = file_new();
        return name->now;
}

void disk_unlink(const char *path)
{
        name_find(path)->now = NULL;
}

void disk_sync_folder(void)
{
        for (size_t i = 0; i < n_names; i++)
                names[i].synced = names[i].now;
}

void disk_forget(void)
{
        while (files) {
                struct disk_file *file = files;

                files = file->older;
                changes_drop(file);
                free(file->changes);
                free(file->synced);
                free(file);
        }
        memset(names, 0, sizeof(names));
        n_names = 0;
}

/* --- the power cut --- */

/* The unsynced writes split into sectors, in order. Their bytes are borrowed from the file. */
static struct change *sectors_of(const struct disk_file *file, size_t *ret_n)
{
        struct change *sectors = NULL;
        size_t n = 0;

        for (size_t i = 0; i < file->n_changes; i++) {
                struct change rest = file->changes[i];

                do {
                        struct change part = rest;
                        size_t end = SECTOR - (size_t)rest.at % SECTOR;

                        if (rest.bytes && rest.size > end) {
                                part.size = end;
                                rest.bytes += end;
                                rest.at += (int64_t)end;
                                rest.size -= end;
                        } else {
                                rest.size = 0;
                        }
                        sectors = grow(sectors, (n + 1) * sizeof(part));
                        sectors[n++] = part;
                } while (rest.bytes && rest.size);
        }
        *ret_n = n;
        return sectors;
}

/* Some of its bytes arrive; the others are as they were, or anything. */
static void sector_tear(struct disk_file *file, struct change sector, uint64_t *seed)
{
        uint8_t torn[SECTOR];
        size_t whole = seed_below(seed, sector.size);

        if (!sector.bytes)
                return;
        memcpy(torn, sector.bytes, sector.size);
        if (seed_below(seed, 2))
                for (size_t i = whole; i < sector.size; i++)
                        torn[i] = (uint8_t)seed_next(seed);
        else
                sector.size = whole;
        sector.bytes = torn;
        if (sector.size)
                change_apply(file, &sector);
}

static void sectors_tear(struct disk_file *file, const struct change *sectors, size_t n,
                         uint64_t *seed)
{
        size_t end = seed_below(seed, n + 1);

        for (size_t i = 0; i < end; i++)
                change_apply(file, &sectors[i]);
        if (end < n)
                sector_tear(file, sectors[end], seed);
}

static void sectors_reorder(struct disk_file *file, struct change *sectors, size_t n,
                            uint64_t *seed)
{
        size_t odds = 1 + seed_below(seed, 7); /* of 8 */

        for (size_t i = n; i > 1; i--) {
                size_t other = seed_below(seed, i);
                struct change moved = sectors[i - 1];

                sectors[i - 1] = sectors[other];
                sectors[other] = moved;
        }
        for (size_t i = 0; i < n; i++)
                if (seed_below(seed, 8) < odds)
                        change_apply(file, &sectors[i]);
}

static void file_lose_power(struct disk_file *file, enum crash_mode mode, uint64_t *seed)
{
        size_t n;
        struct change *sectors = sectors_of(file, &n);

        switch (mode) {
        case CRASH_DROP:
                break;
        case CRASH_TEAR:
                sectors_tear(file, sectors, n, seed);
                break;
        case CRASH_REORDER:
                sectors_reorder(file, sectors, n, seed);
                break;
        }
        free(sectors);
        changes_drop(file);
}

static void file_store(const struct disk_file *file, const char *path)
{
        FILE *stream = fopen(path, "wb");

        if (!stream || (file->size && fwrite(file->synced, 1, file->size, stream) != file->size) ||
            fclose(stream) != 0)
                abort();
}

void disk_lose_power(enum crash_mode mode, uint64_t seed)
{
        for (size_t i = 0; i < n_names; i++) {
                struct name *name = &names[i];
                bool kept = mode != CRASH_DROP && seed_below(&seed, 2);
                struct disk_file *file = kept ? name->now : name->synced;
                char memory[sizeof(name->path) + 8];

                (void)snprintf(memory, sizeof(memory), "%.255s-shm", name->path);
                (void)unlink(memory);
                (void)unlink(name->path);
                if (!file)
                        continue;
                file_lose_power(file, mode, &seed);
                file_store(file, name->path);
        }
        disk_forget();
}
