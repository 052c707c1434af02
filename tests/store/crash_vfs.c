/* SPDX-License-Identifier: Apache-2.0
 *
 * A layer over SQLite's ordinary VFS that reports to crash_disk.h what happens to databases,
 * journals and logs. Locks and shared memory are the ordinary ones.
 */
#include "crash_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#include "base/macros.h"

struct crash_file {
        sqlite3_file base;
        struct disk_file *disk; /* NULL: not tracked */
        bool syncs_folder;      /* with its next sync, as SQLite's own does with a new log */
        bool is_log;
        sqlite3_file *real; /* behind this struct */
};

static sqlite3_vfs *real_vfs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
        bool is_armed, is_off, lies, fails_sync, fails_memory, has_failed;
        enum crash_sync failing;
        uint64_t cut, n_changes;
} state; /* under the lock */

static struct crash_file *of(sqlite3_file *file)
{
        return (struct crash_file *)file;
}

/* The fate of a change. */
enum fate { FATE_DONE, FATE_CUT_SHORT, FATE_NOT_DONE };

/* Under the lock. */
static enum fate change_begin(void)
{
        if (state.is_off)
                return FATE_NOT_DONE;
        state.is_off = ++state.n_changes == state.cut;
        return state.is_off ? FATE_CUT_SHORT : FATE_DONE;
}

static bool is_off(void)
{
        bool off;

        pthread_mutex_lock(&lock);
        off = state.is_off;
        pthread_mutex_unlock(&lock);
        return off;
}

/* --- changes --- */

static int on_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
        struct crash_file *crash = of(file);
        enum fate fate = FATE_DONE;
        int code = SQLITE_IOERR_WRITE;

        if (!crash->disk)
                return crash->real->pMethods->xWrite(crash->real, bytes, size, at);
        pthread_mutex_lock(&lock);
        fate = change_begin();
        if (fate != FATE_NOT_DONE)
                disk_write(crash->disk, at, bytes, (size_t)size);
        if (fate == FATE_DONE)
                code = crash->real->pMethods->xWrite(crash->real, bytes, size, at);
        pthread_mutex_unlock(&lock);
        return code;
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
        struct crash_file *crash = of(file);
        enum fate fate = FATE_DONE;
        int code = SQLITE_IOERR_TRUNCATE;

        if (!crash->disk)
                return crash->real->pMethods->xTruncate(crash->real, size);
        pthread_mutex_lock(&lock);
        fate = change_begin();
        if (fate != FATE_NOT_DONE)
                disk_truncate(crash->disk, size);
        if (fate == FATE_DONE)
                code = crash->real->pMethods->xTruncate(crash->real, size);
        pthread_mutex_unlock(&lock);
        return code;
}

/* Under the lock. */
static int file_sync(struct crash_file *crash)
{
        enum crash_sync kind = crash->is_log ? CRASH_SYNC_LOG : CRASH_SYNC_DATABASE;

        if (change_begin() != FATE_DONE)
                return SQLITE_IOERR_FSYNC;
        if (state.lies)
                return SQLITE_OK;
        if (state.fails_sync && state.failing == kind) {
                state.fails_sync = false;
                state.has_failed = true;
                disk_sync_fail(crash->disk);
                return SQLITE_IOERR_FSYNC;
        }
        disk_sync(crash->disk);
        if (crash->syncs_folder)
                disk_sync_folder();
        crash->syncs_folder = false;
        return SQLITE_OK;
}

/* The real files are replaced after the power cut, so they need no sync. */
static int on_sync(sqlite3_file *file, int flags)
{
        struct crash_file *crash = of(file);
        int code;

        if (!crash->disk)
                return crash->real->pMethods->xSync(crash->real, flags);
        pthread_mutex_lock(&lock);
        code = file_sync(crash);
        pthread_mutex_unlock(&lock);
        return code;
}

static int on_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
        enum fate fate;
        int code = SQLITE_IOERR_DELETE;

        (void)vfs;
        pthread_mutex_lock(&lock);
        if (!state.is_armed) {
                pthread_mutex_unlock(&lock);
                return real_vfs->xDelete(real_vfs, path, sync_folder);
        }
        fate = change_begin();
        if (fate != FATE_NOT_DONE)
                disk_unlink(path);
        if (fate == FATE_DONE)
                code = real_vfs->xDelete(real_vfs, path, 0);
        if (fate == FATE_DONE && sync_folder && !state.lies)
                disk_sync_folder();
        pthread_mutex_unlock(&lock);
        return code;
}

/* --- the rest of a file --- */

static int on_close(sqlite3_file *file)
{
        return of(file)->real->pMethods->xClose(of(file)->real);
}

static int on_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 at)
{
        if (of(file)->disk && is_off())
                return SQLITE_IOERR_READ;
        return of(file)->real->pMethods->xRead(of(file)->real, bytes, size, at);
}

static int on_file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
        if (of(file)->disk && is_off())
                return SQLITE_IOERR_FSTAT;
        return of(file)->real->pMethods->xFileSize(of(file)->real, ret);
}

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

static int on_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
        bool fails;

        pthread_mutex_lock(&lock);
        fails = extend && state.fails_memory;
        state.has_failed |= fails;
        pthread_mutex_unlock(&lock);
        if (fails)
                return SQLITE_NOMEM;
        return of(file)->real->pMethods->xShmMap(of(file)->real, page, size, extend, ret);
}

static int on_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
        return of(file)->real->pMethods->xShmLock(of(file)->real, offset, n, flags);
}

static void on_shm_barrier(sqlite3_file *file)
{
        of(file)->real->pMethods->xShmBarrier(of(file)->real);
}

static int on_shm_unmap(sqlite3_file *file, int delete)
{
        return of(file)->real->pMethods->xShmUnmap(of(file)->real, delete);
}

static const sqlite3_io_methods methods = {
        .iVersion = 2,
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
        .xShmMap = on_shm_map,
        .xShmLock = on_shm_lock,
        .xShmBarrier = on_shm_barrier,
        .xShmUnmap = on_shm_unmap,
};

/* --- opening --- */

/* Under the lock: decides which files are tracked. Return: false if the file no longer exists. */
static bool follow(struct crash_file *crash, const char *path, int flags)
{
        int journals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;

        if (!state.is_armed || !path || !(flags & (journals | SQLITE_OPEN_MAIN_DB)))
                return true;
        if (state.is_off)
                return false;
        crash->is_log = (flags & journals) != 0;
        crash->syncs_folder = crash->is_log && (flags & SQLITE_OPEN_CREATE);
        crash->disk = disk_open(path, (flags & SQLITE_OPEN_CREATE) != 0);
        return true;
}

static int on_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags,
                   int *ret_flags)
{
        struct crash_file *crash = of(file);
        int code = SQLITE_CANTOPEN;

        (void)vfs;
        *crash = (struct crash_file){.real = (sqlite3_file *)(crash + 1)};
        pthread_mutex_lock(&lock);
        if (follow(crash, path, flags))
                code = real_vfs->xOpen(real_vfs, path, crash->real, flags, ret_flags);
        pthread_mutex_unlock(&lock);
        if (code == SQLITE_OK)
                crash->base.pMethods = &methods;
        return code;
}

__attribute__((constructor)) static void crash_vfs_register(void)
{
        static sqlite3_vfs vfs;

        (void)sqlite3_initialize();
        real_vfs = sqlite3_vfs_find(NULL);
        vfs = *real_vfs;
        vfs.zName = "crash";
        vfs.szOsFile = (int)sizeof(struct crash_file) + real_vfs->szOsFile;
        vfs.pNext = NULL;
        vfs.xOpen = on_open;
        vfs.xDelete = on_delete;
        (void)sqlite3_vfs_register(&vfs, 1);
}

/* --- the interface --- */

void crash_vfs_arm(uint64_t cut)
{
        pthread_mutex_lock(&lock);
        disk_forget();
        memset(&state, 0, sizeof(state));
        state.is_armed = true;
        state.cut = cut;
        pthread_mutex_unlock(&lock);
}

uint64_t crash_vfs_count(void)
{
        uint64_t n;

        pthread_mutex_lock(&lock);
        n = state.n_changes;
        pthread_mutex_unlock(&lock);
        return n;
}

bool crash_vfs_is_off(void)
{
        return is_off();
}

void crash_vfs_lie(void)
{
        pthread_mutex_lock(&lock);
        state.lies = true;
        pthread_mutex_unlock(&lock);
}

void crash_vfs_fail_sync(enum crash_sync which)
{
        pthread_mutex_lock(&lock);
        state.fails_sync = true;
        state.failing = which;
        pthread_mutex_unlock(&lock);
}

void crash_vfs_fail_memory(void)
{
        pthread_mutex_lock(&lock);
        state.fails_memory = true;
        pthread_mutex_unlock(&lock);
}

bool crash_vfs_has_failed(void)
{
        bool failed;

        pthread_mutex_lock(&lock);
        failed = state.has_failed;
        pthread_mutex_unlock(&lock);
        return failed;
}

void crash_vfs_lose_power(enum crash_mode mode, uint64_t seed)
{
        pthread_mutex_lock(&lock);
        disk_lose_power(mode, seed);
        memset(&state, 0, sizeof(state));
        pthread_mutex_unlock(&lock);
}
