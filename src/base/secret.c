/* SPDX-License-Identifier: Apache-2.0
 *
 * What a secret leaves behind where nobody looks.
 */
#include "base/secret.h"

/* The library copies through wide registers, up to eight of 64 bytes, and nobody empties them: a
 * core dump shows the last of what was copied. Which registers it takes depends on the size, so
 * nothing is copied once in each way. Through pointers, for the library's own code to do it. */
void registers_wipe(void)
{
        static const uint8_t nothing[512];
        static void *(*const volatile copy)(void *, const void *, size_t) = memcpy;
        uint8_t anywhere[sizeof(nothing)];

        for (size_t size = sizeof(nothing); size >= 32; size /= 2)
                copy(anywhere, nothing, size);
}
