/* SPDX-License-Identifier: Apache-2.0
 *
 * The result of the system call that raised SIGSYS. Each architecture has a file of its own, which
 * the build chooses.
 */
#pragma once

/* `context` is a signal handler's third argument; `result` is negative for an error. */
void syscall_result_set(void *context, int result);
