/* SPDX-License-Identifier: Apache-2.0
 *
 * seccomp: the kernel serves this process the system calls of syscalls.def and refuses all others.
 * The build chooses between syscall_filter.c, over libseccomp, and syscall_filter_none.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Why this build has no filter; NULL: it has one. */
const char *syscall_filter_lacks(void);

/* For this thread and those it starts, for good. A call that starts a program or looks into another
 * process ends this one at once. Any other that is not on the list fails with ENOSYS, and is
 * remembered for syscall_filter_next_refused(). Return: false, with errno. */
bool syscall_filter_enter(void);

/* The next system call that was refused for the first time since it was last asked for, by name.
 * Return: false: there is none. */
bool syscall_filter_next_refused(char *name, size_t size);
