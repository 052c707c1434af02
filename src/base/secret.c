/* SPDX-License-Identifier: Apache-2.0
 *
 * Clearing the vector registers, where copies of secrets remain.
 */
#include "base/secret.h"

/* The C library copies through vector registers, up to eight of 64 bytes, and never clears them: a
 * core dump would show what was copied last. The size decides which registers it uses, so zeros are
 * copied once in each size. The calls go through pointers, so that the compiler does not inline
 * them. */
void registers_wipe(void)
{
        static const uint8_t nothing[512];
        static void *(*const volatile copy)(void *, const void *, size_t) = memcpy;
        uint8_t anywhere[sizeof(nothing)];

        for (size_t size = sizeof(nothing); size >= 32; size /= 2)
                copy(anywhere, nothing, size);
}
