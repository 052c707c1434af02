/* SPDX-License-Identifier: Apache-2.0
 *
 * A core dump would write keys and passphrases to disk.
 */
#include "os/sandbox.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void sandbox_enter(void)
{
        const struct rlimit none = {0};

        (void)setrlimit(RLIMIT_CORE, &none);
        (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
