/* SPDX-License-Identifier: Apache-2.0
 *
 * Uses statvfs and fallocate. glibc's posix_fallocate would write the bytes one by one if the file
 * system cannot allocate.
 */
#include "os/disk_space.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool disk_space_read(const char *path, struct disk_space *ret)
{
        struct statvfs status;

        if (statvfs(path, &status) != 0)
                return false;
        *ret = (struct disk_space){
                .free_bytes = (uint64_t)status.f_bavail * status.f_frsize,
                .total_bytes = (uint64_t)status.f_blocks * status.f_frsize,
        };
        return true;
}

uint64_t disk_file_size(const char *path)
{
        struct stat status;

        return stat(path, &status) == 0 && status.st_size > 0 ? (uint64_t)status.st_size : 0;
}

bool disk_reserve_hold(const char *path, uint64_t size)
{
        bool is_allocated;
        int file;

        if (disk_file_size(path))
                return true;
        file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file < 0)
                return false;
        is_allocated = fallocate(file, 0, 0, (off_t)size) == 0;
        (void)close(file);
        if (!is_allocated)
                (void)unlink(path);
        return is_allocated;
}

void disk_reserve_release(const char *path)
{
        (void)unlink(path);
}
