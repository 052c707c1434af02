/* SPDX-License-Identifier: Apache-2.0
 *
 * x86-64: the result is in rax.
 */
#include "os/syscall_result.h"

#include <ucontext.h>

void syscall_result_set(void *context, int result)
{
        ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = result;
}
