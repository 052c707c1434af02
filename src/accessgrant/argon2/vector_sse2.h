/* SPDX-License-Identifier: Apache-2.0
 *
 * Two words in a vector, with what every 64-bit x86 has (SSE2).
 */
#pragma once

#include <emmintrin.h>

#include "accessgrant/argon2/pairs.h"

#define VARIANT_FILL argon2_fill_sse2

/* The product of the lower halves of each pair of words. */
static inline vector low_product(vector x, vector y)
{
        return (vector)_mm_mul_epu32((__m128i)x, (__m128i)y);
}

static inline vector rotate_32(vector x)
{
        return (vector)_mm_shuffle_epi32((__m128i)x, _MM_SHUFFLE(2, 3, 0, 1));
}

static inline vector rotate_24(vector x)
{
        return x >> 24 | x << 40;
}

static inline vector rotate_16(vector x)
{
        enum { ROTATE = _MM_SHUFFLE(0, 3, 2, 1) };

        return (vector)_mm_shufflehi_epi16(_mm_shufflelo_epi16((__m128i)x, ROTATE), ROTATE);
}

static inline vector rotate_63(vector x)
{
        return x >> 63 | (x + x);
}
