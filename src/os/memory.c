/* SPDX-License-Identifier: Apache-2.0
 *
 * By /proc.
 */
#include "os/memory.h"

#include <stdio.h>
#include <unistd.h>

#include "base/number.h"

/* "123456 7890 ...": pages of the whole and those that are resident. */
uint64_t os_resident_bytes(void)
{
        FILE *file = fopen("/proc/self/statm", "re");
        char text[256] = "";
        struct slice rest, word;
        int64_t pages = 0;

        if (!file)
                return 0;
        rest = slice_from_string(fgets(text, sizeof(text), file));
        (void)fclose(file);
        (void)slice_cut(&rest, ' ', &word);
        (void)slice_cut(&rest, ' ', &word);
        if (!int64_parse(word, &pages) || pages < 0)
                return 0;
        return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
