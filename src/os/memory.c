/* SPDX-License-Identifier: Apache-2.0
 *
 * By /proc.
 */
#include "os/memory.h"

#include <stdio.h>
#include <unistd.h>

uint64_t os_resident_bytes(void)
{
        FILE *file = fopen("/proc/self/statm", "re");
        unsigned long long size = 0, resident = 0;
        int n = file ? fscanf(file, "%llu %llu", &size, &resident) : 0;

        if (file)
                (void)fclose(file);
        return n == 2 ? resident * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}
