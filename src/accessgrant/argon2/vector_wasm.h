/* SPDX-License-Identifier: Apache-2.0
 *
 * Two words in a vector of WebAssembly (simd128).
 */
#pragma once

#include <wasm_simd128.h>

#include "accessgrant/argon2/pairs.h"

#define VARIANT_FILL argon2_fill_wasm

/* The lower halves of both words, where the multiplication of halves wants them. The assembly keeps
 * the compiler from seeing that, or it would multiply whole words, which engines do in three steps.
 */
static inline v128_t lower_halves(vector x)
{
        v128_t halves = wasm_i32x4_shuffle((v128_t)x, (v128_t)x, 0, 2, 0, 2);

        __asm__("" : "+r"(halves));
        return halves;
}

/* The product of the lower halves of each pair of words. */
static inline vector low_product(vector x, vector y)
{
        return (vector)wasm_u64x2_extmul_low_u32x4(lower_halves(x), lower_halves(y));
}

static inline vector rotate_32(vector x)
{
        return (vector)wasm_i32x4_shuffle((v128_t)x, (v128_t)x, 1, 0, 3, 2);
}

/* Not a shuffle of bytes: engines build its mask each time. */
static inline vector rotate_24(vector x)
{
        return x >> 24 | x << 40;
}

static inline vector rotate_16(vector x)
{
        return (vector)wasm_i8x16_shuffle((v128_t)x, (v128_t)x, 2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12,
                                          13, 14, 15, 8, 9);
}

static inline vector rotate_63(vector x)
{
        return x >> 63 | (x + x);
}
