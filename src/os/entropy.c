/* SPDX-License-Identifier: Apache-2.0
 *
 * Randomness from getrandom(2), which blocks until the kernel's generator is seeded.
 */
#include "os/entropy.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

/* Without randomness secrets would be guessable, so this aborts instead of failing. */
static void entropy_fill(void *context, void *bytes, size_t size)
{
        uint8_t *at = bytes;

        (void)context;
        while (size) {
                ssize_t got = getrandom(at, size, 0);

                if (got < 0 && errno != EINTR)
                        abort();
                if (got > 0) {
                        at += got;
                        size -= (size_t)got;
                }
        }
}

struct entropy_port os_entropy(void)
{
        return (struct entropy_port){.fill = entropy_fill};
}
