/* SPDX-License-Identifier: Apache-2.0
 *
 * Two words in a vector: half a quad, of a row as of a column. Included by the variants of that
 * width.
 */
#pragma once

#include <stdint.h>

enum { WIDTH = 2, N_CHAINS = 16, TOGETHER = 4 };

typedef uint64_t vector __attribute__((vector_size(16)));

static inline vector loaded(vector x)
{
        return x;
}

static inline unsigned position_of(unsigned row, unsigned word)
{
        return 16 * row + word;
}

/* The chains 2 i and 2 i + 1 are the halves of row i's quads. */
static inline unsigned row_vector(unsigned role, unsigned chain)
{
        return 8 * (chain / 2) + 2 * role + chain % 2;
}

/* The chains 2 i and 2 i + 1 are the halves of column i's quads. */
static inline unsigned column_vector(unsigned role, unsigned chain)
{
        return 8 * (2 * role + chain % 2) + chain / 2;
}

/* The end of one vector with the beginning of another. */
static inline vector join(vector x, vector y)
{
        return __builtin_shufflevector(x, y, 1, 2);
}

static inline void turn_rows(vector x[TOGETHER], int by)
{
        for (int i = 0; i < TOGETHER; i += 2) {
                vector first = x[i], second = x[i + 1];

                x[i] = by == 1 ? join(first, second) : by == 2 ? second : join(second, first);
                x[i + 1] = by == 1 ? join(second, first) : by == 2 ? first : join(first, second);
        }
}

static inline void turn_columns(vector x[TOGETHER], int by)
{
        turn_rows(x, by);
}
