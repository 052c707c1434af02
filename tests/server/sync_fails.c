/* SPDX-License-Identifier: Apache-2.0
 *
 * To be loaded before the C library: while the file of $SYNC_FAILS is there, no sync succeeds, as
 * on a disk that is breaking.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int sync_unless_told(long call, int descriptor)
{
        const char *path = getenv("SYNC_FAILS");

        if (!path || access(path, F_OK) != 0)
                return (int)syscall(call, descriptor);
        errno = EIO;
        return -1;
}

int fsync(int descriptor)
{
        return sync_unless_told(SYS_fsync, descriptor);
}

int fdatasync(int descriptor)
{
        return sync_unless_told(SYS_fdatasync, descriptor);
}
