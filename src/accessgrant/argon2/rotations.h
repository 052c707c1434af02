/* SPDX-License-Identifier: Apache-2.0
 *
 * Rotations of the words in a `vector`, for variants where the compiler makes the best of shifts.
 */
#pragma once

static inline vector rotate_32(vector x)
{
        return x >> 32 | x << 32;
}

static inline vector rotate_24(vector x)
{
        return x >> 24 | x << 40;
}

static inline vector rotate_16(vector x)
{
        return x >> 16 | x << 48;
}

static inline vector rotate_63(vector x)
{
        return x >> 63 | x << 1;
}
