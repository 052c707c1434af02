/* SPDX-License-Identifier: Apache-2.0
 *
 * For builds without libseccomp, or with a sanitizer, whose runtime needs more system calls.
 */
#include <errno.h>

#include "os/syscall_filter.h"

const char *syscall_filter_lacks(void)
{
        return SYSCALL_FILTER_LACKS;
}

bool syscall_filter_enter(void)
{
        errno = ENOSYS;
        return false;
}

bool syscall_filter_next_refused(char *name, size_t size)
{
        (void)name;
        (void)size;
        return false;
}
