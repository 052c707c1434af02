/* SPDX-License-Identifier: Apache-2.0
 *
 * Randomness by getrandom(2), which waits until the kernel has gathered enough.
 */
#include "os/entropy.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

/* Going on without randomness would hand out guessable secrets, so there is no way to fail. */
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
