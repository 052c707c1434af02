/* SPDX-License-Identifier: Apache-2.0
 *
 * seccomp: the kernel allows this process the system calls of syscalls.def and refuses all others.
 * The build chooses between syscall_filter.c, which uses libseccomp, and syscall_filter_none.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Why this build has no filter; NULL: it has one. */
const char *syscall_filter_lacks(void);

/* Restricts this thread and those it starts, irrevocably. A call that starts a program or inspects
 * another process ends this one at once. Any other call that is not on the list fails with ENOSYS,
 * and is recorded for syscall_filter_next_refused(). Return: false with errno set. */
bool syscall_filter_enter(void);

/* The name of the next system call that was refused for the first time since the last call of this
 * function. Return: false: there is none. */
bool syscall_filter_next_refused(char *name, size_t size);
