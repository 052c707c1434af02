/* SPDX-License-Identifier: Apache-2.0
 *
 * Four words in a vector (AVX2): a quad of one row, or half a quad of each of two columns.
 */
#pragma once

#include <immintrin.h>
#include <stdint.h>

#define VARIANT_FILL argon2_fill_avx2

enum { WIDTH = 4, N_CHAINS = 8, TOGETHER = 4 };

typedef uint64_t vector __attribute__((vector_size(32)));
typedef uint32_t vector_of_halves __attribute__((vector_size(32)));
typedef uint8_t vector_of_bytes __attribute__((vector_size(32)));

/* The product of the lower halves of each pair of words. */
static inline vector low_product(vector x, vector y)
{
        return (vector)_mm256_mul_epu32((__m256i)x, (__m256i)y);
}

static inline vector loaded(vector x)
{
        __asm__("" : "+x"(x));
        return x;
}

static inline vector rotate_32(vector x)
{
        vector_of_halves h = (vector_of_halves)x;

        return (vector)__builtin_shufflevector(h, h, 1, 0, 3, 2, 5, 4, 7, 6);
}

static inline vector rotate_24(vector x)
{
        vector_of_bytes b = (vector_of_bytes)x;

        return (vector)__builtin_shufflevector(b, b, 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8,
                                               9, 10, 19, 20, 21, 22, 23, 16, 17, 18, 27, 28, 29,
                                               30, 31, 24, 25, 26);
}

static inline vector rotate_16(vector x)
{
        vector_of_bytes b = (vector_of_bytes)x;

        return (vector)__builtin_shufflevector(b, b, 2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15,
                                               8, 9, 18, 19, 20, 21, 22, 23, 16, 17, 26, 27, 28, 29,
                                               30, 31, 24, 25);
}

static inline vector rotate_63(vector x)
{
        return x >> 63 | (x + x);
}

static inline unsigned position_of(unsigned row, unsigned word)
{
        return 16 * row + word;
}

static inline unsigned row_vector(unsigned role, unsigned chain)
{
        return 4 * chain + role;
}

/* The chains 2 k and 2 k + 1 are the halves of the columns' quads that vector k of a row begins. */
static inline unsigned column_vector(unsigned role, unsigned chain)
{
        return 4 * (2 * role + chain % 2) + chain / 2;
}

static inline void turn_rows(vector x[TOGETHER], int by)
{
        for (int i = 0; i < TOGETHER; i++) {
                if (by == 1)
                        x[i] = __builtin_shufflevector(x[i], x[i], 1, 2, 3, 0);
                if (by == 2)
                        x[i] = __builtin_shufflevector(x[i], x[i], 2, 3, 0, 1);
                if (by == 3)
                        x[i] = __builtin_shufflevector(x[i], x[i], 3, 0, 1, 2);
        }
}

/* The end of one vector with the beginning of another, for both columns. */
static inline vector join(vector x, vector y)
{
        return __builtin_shufflevector(x, y, 1, 4, 3, 6);
}

static inline void turn_columns(vector x[TOGETHER], int by)
{
        for (int i = 0; i < TOGETHER; i += 2) {
                vector first = x[i], second = x[i + 1];

                x[i] = by == 1 ? join(first, second) : by == 2 ? second : join(second, first);
                x[i + 1] = by == 1 ? join(second, first) : by == 2 ? first : join(first, second);
        }
}
