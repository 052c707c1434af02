/* SPDX-License-Identifier: Apache-2.0
 *
 * arm64: the result is in x0.
 */
#include "os/syscall_result.h"

#include <ucontext.h>

void syscall_result_set(void *context, int result)
{
        ((ucontext_t *)context)->uc_mcontext.regs[0] = (unsigned long long)(long long)result;
}
