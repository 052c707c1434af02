/* SPDX-License-Identifier: Apache-2.0
 *
 * Eight words in a vector (AVX-512 F): the quads of two rows, which are also those of two columns.
 */
#pragma once

#include <immintrin.h>
#include <stdint.h>

#define VARIANT_FILL argon2_fill_avx512

enum { WIDTH = 8, N_CHAINS = 4, TOGETHER = 4 };

typedef uint64_t vector __attribute__((vector_size(64)));

#include "accessgrant/argon2/rotations.h" /* of this vector */

/* The product of the lower halves of each pair of words. */
static inline vector low_product(vector x, vector y)
{
        return (vector)_mm512_mul_epu32((__m512i)x, (__m512i)y);
}

static inline vector loaded(vector x)
{
        return x;
}

/* Vector 4 i + k has the words 4 k to 4 k + 3 of the rows 2 i and 2 i + 1. */
static inline unsigned position_of(unsigned row, unsigned word)
{
        return WIDTH * (4 * (row / 2) + word / 4) + 4 * (row % 2) + word % 4;
}

static inline unsigned row_vector(unsigned role, unsigned chain)
{
        return 4 * chain + role;
}

static inline unsigned column_vector(unsigned role, unsigned chain)
{
        return 4 * role + chain;
}

/* A row's quad is half a vector. */
static inline void turn_rows(vector x[TOGETHER], int by)
{
        for (int i = 0; i < TOGETHER; i++) {
                if (by == 1)
                        x[i] = __builtin_shufflevector(x[i], x[i], 1, 2, 3, 0, 5, 6, 7, 4);
                if (by == 2)
                        x[i] = __builtin_shufflevector(x[i], x[i], 2, 3, 0, 1, 6, 7, 4, 5);
                if (by == 3)
                        x[i] = __builtin_shufflevector(x[i], x[i], 3, 0, 1, 2, 7, 4, 5, 6);
        }
}

/* A column's quad is two words of the lower half and two of the upper. */
static inline void turn_columns(vector x[TOGETHER], int by)
{
        for (int i = 0; i < TOGETHER; i++) {
                if (by == 1)
                        x[i] = __builtin_shufflevector(x[i], x[i], 1, 4, 3, 6, 5, 0, 7, 2);
                if (by == 2)
                        x[i] = __builtin_shufflevector(x[i], x[i], 4, 5, 6, 7, 0, 1, 2, 3);
                if (by == 3)
                        x[i] = __builtin_shufflevector(x[i], x[i], 5, 0, 7, 2, 1, 4, 3, 6);
        }
}
