/* SPDX-License-Identifier: Apache-2.0
 *
 * Read from /proc.
 */
#include "os/memory.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/number.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int statm = -1;

static void statm_open(void)
{
        statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
}

/* "123456 7890 ...": total and resident pages. The file stays open, since the sandbox may prevent
 * opening it later. */
uint64_t os_resident_bytes(void)
{
        uint8_t text[256];
        struct slice rest, word;
        int64_t pages = 0;
        ssize_t got;

        (void)pthread_once(&once, statm_open);
        got = pread(statm, text, sizeof(text), 0);
        if (got <= 0)
                return 0;
        rest = slice_new(text, (size_t)got);
        (void)slice_cut(&rest, ' ', &word);
        (void)slice_cut(&rest, ' ', &word);
        if (!int64_parse(word, &pages) || pages < 0)
                return 0;
        return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
