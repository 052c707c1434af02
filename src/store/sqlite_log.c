/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite hands a page for the log to the system in two writes, its head and its body, and a commit
 * of many exchanges has dozens of pages: the calls cost more than the copying. Here they gather in
 * memory, and go out as one write when the log is synced.
 *
 * Nobody can miss them meanwhile: a page of the log is not shown to other connections before its
 * commit has been synced, and whatever else this connection does with the log writes them first. A
 * write that fails is reported then, and what was gathered is given up with its transaction.
 */
#include "store/sqlite_log.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

enum { ROOM = 31 * (4096 + 24) }; /* pages with their heads; SQLite writes less than 128 KiB */

struct log_file {
        sqlite3_file base;
        sqlite3_file *real; /* behind this struct */
        char *gathered;     /* ROOM bytes, from the first write on */
        size_t size;        /* gathered */
        sqlite3_int64 at;   /* where they go */
};

static sqlite3_vfs *real_vfs;

static struct log_file *of(sqlite3_file *file)
{
        return (struct log_file *)file;
}

static int log_flush(struct log_file *log)
{
        size_t size = log->size;

        log->size = 0;
        if (size == 0)
                return SQLITE_OK;
        return log->real->pMethods->xWrite(log->real, log->gathered, (int)size, log->at);
}

/* Without memory, or a write too large, it is as if this layer were not there. */
static int on_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
        struct log_file *log = of(file);
        size_t n = (size_t)size;
        int code = SQLITE_OK;

        if (log->size && (at != log->at + (sqlite3_int64)log->size || n > ROOM - log->size))
                code = log_flush(log);
        if (code != SQLITE_OK)
                return code;
        if (!log->gathered)
                log->gathered = sqlite3_malloc(ROOM);
        if (!log->gathered || n > ROOM)
                return log->real->pMethods->xWrite(log->real, bytes, size, at);
        if (log->size == 0)
                log->at = at;
        memcpy(log->gathered + log->size, bytes, n);
        log->size += n;
        return SQLITE_OK;
}

static int on_sync(sqlite3_file *file, int flags)
{
        int code = log_flush(of(file));

        return code == SQLITE_OK ? of(file)->real->pMethods->xSync(of(file)->real, flags) : code;
}

static int on_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 at)
{
        int code = log_flush(of(file));

        return code == SQLITE_OK ? of(file)->real->pMethods->xRead(of(file)->real, bytes, size, at)
                                 : code;
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
        int code = log_flush(of(file));

        return code == SQLITE_OK ? of(file)->real->pMethods->xTruncate(of(file)->real, size) : code;
}

static int on_file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
        int code = log_flush(of(file));

        return code == SQLITE_OK ? of(file)->real->pMethods->xFileSize(of(file)->real, ret) : code;
}

/* What has not been synced by now belongs to no commit. */
static int on_close(sqlite3_file *file)
{
        sqlite3_free(of(file)->gathered);
        return of(file)->real->pMethods->xClose(of(file)->real);
}

/* --- what a log is not asked for, or what is none of this layer's business --- */

static int on_lock(sqlite3_file *file, int level)
{
        return of(file)->real->pMethods->xLock(of(file)->real, level);
}

static int on_unlock(sqlite3_file *file, int level)
{
        return of(file)->real->pMethods->xUnlock(of(file)->real, level);
}

static int on_check_reserved_lock(sqlite3_file *file, int *ret)
{
        return of(file)->real->pMethods->xCheckReservedLock(of(file)->real, ret);
}

static int on_file_control(sqlite3_file *file, int operation, void *argument)
{
        return of(file)->real->pMethods->xFileControl(of(file)->real, operation, argument);
}

static int on_sector_size(sqlite3_file *file)
{
        return of(file)->real->pMethods->xSectorSize(of(file)->real);
}

static int on_device_characteristics(sqlite3_file *file)
{
        return of(file)->real->pMethods->xDeviceCharacteristics(of(file)->real);
}

static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = on_close,
        .xRead = on_read,
        .xWrite = on_write,
        .xTruncate = on_truncate,
        .xSync = on_sync,
        .xFileSize = on_file_size,
        .xLock = on_lock,
        .xUnlock = on_unlock,
        .xCheckReservedLock = on_check_reserved_lock,
        .xFileControl = on_file_control,
        .xSectorSize = on_sector_size,
        .xDeviceCharacteristics = on_device_characteristics,
};

/* Only logs are gathered; other files are opened as if this layer were not there. */
static int on_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags,
                   int *ret_flags)
{
        struct log_file *log = of(file);
        int code;

        (void)vfs;
        if (!(flags & SQLITE_OPEN_WAL))
                return real_vfs->xOpen(real_vfs, path, file, flags, ret_flags);
        *log = (struct log_file){.real = (sqlite3_file *)(log + 1)};
        code = real_vfs->xOpen(real_vfs, path, log->real, flags, ret_flags);
        if (code == SQLITE_OK)
                log->base.pMethods = &methods;
        return code;
}

static const char *made;

/* All but opening is the real one's, which finds what it needs in the copy. */
static void vfs_make(void)
{
        static sqlite3_vfs vfs;

        real_vfs = sqlite3_initialize() == SQLITE_OK ? sqlite3_vfs_find(NULL) : NULL;
        if (!real_vfs)
                return;
        vfs = *real_vfs;
        vfs.zName = "gathered-log";
        vfs.szOsFile = (int)sizeof(struct log_file) + real_vfs->szOsFile;
        vfs.pNext = NULL;
        vfs.xOpen = on_open;
        if (sqlite3_vfs_register(&vfs, 0) == SQLITE_OK)
                made = vfs.zName;
}

const char *sqlite_log_vfs(void)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;

        (void)pthread_once(&once, vfs_make);
        return made;
}
