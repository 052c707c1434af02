/* SPDX-License-Identifier: Apache-2.0
 *
 * The soft limit on open files, which is often only 1,024 because of programs that use select().
 */
#include "os/descriptors.h"

#include <sys/resource.h>

uint64_t descriptors_raise(uint64_t wanted)
{
        struct rlimit limit;
        uint64_t before;

        if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
                return 0;
        before = limit.rlim_cur;
        if (before >= wanted)
                return before;
        limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
        return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}
