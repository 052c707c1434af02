/* SPDX-License-Identifier: Apache-2.0
 *
 * The compression function G of RFC 9106 section 3.5, over vectors of any width. A block is a
 * square of 8 rows and 8 columns of 16 bytes. The permutation P takes 16 words, as four quads a, b,
 * c and d, and mixes them four at a time: first the columns of a, b, c and d, then their diagonals.
 * Here all rows are permuted at once, then all columns, so that the processor always has several
 * chains of instructions that do not wait for each other.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "accessgrant/argon2/block.h"

/* ARGON2_VECTOR names the header of the variant. It defines
 *
 * - vector, WIDTH, and N_CHAINS, the vectors that have the same role in P;
 * - TOGETHER: how many chains are computed at once, as many as the registers allow;
 * - row_vector(), column_vector(): which vector of a block has a role (0: a ... 3: d) in a chain;
 * - position_of(): where a word of a row is stored;
 * - low_product(), rotate_32() and so on: arithmetic on each word;
 * - loaded(): its argument, which the compiler is to load only once where registers are few;
 * - turn_rows(), turn_columns(): turn each quad to the left, `by` words. */
#include ARGON2_VECTOR

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum {
        N_VECTORS = BLOCK_WORDS / WIDTH,
        N_BATCHES = N_CHAINS / TOGETHER,                    /* of the rows, and of the columns */
        LINE_SIZE = 64,                                     /* of the cache, in bytes */
        N_LINES = BLOCK_SIZE / LINE_SIZE / (2 * N_BATCHES), /* fetched in each batch */
};

_Static_assert(N_VECTORS == 4 * N_CHAINS, "each vector has one role");

/* As blocks are stored: aligned as malloc() does. */
typedef vector stored_vector __attribute__((aligned(16), may_alias));

/* The vectors of some chains, by their role in P. */
struct quads {
        vector a[TOGETHER], b[TOGETHER], c[TOGETHER], d[TOGETHER];
};

typedef unsigned vector_fn(unsigned role, unsigned chain);
typedef void turn_fn(vector x[TOGETHER], int by);

/* The blocks that will be read and written soon. The memory is asked for them in passing. */
struct ahead {
        const uint64_t *to_read;
        const uint64_t *to_write;
};

/* Asks for a line of each: one in a step, since many requests at once would stop the processor.
 * They go to the second-level cache (hint 2): the first level has room for few outstanding
 * requests, and loading from the second costs little. The assembly keeps the compiler from
 * collecting them. */
ALWAYS_INLINE void line_fetch(const struct ahead *ahead, unsigned batch, unsigned step)
{
        size_t at = (batch * N_LINES + step) * (LINE_SIZE / sizeof(uint64_t));

        if (step >= N_LINES)
                return;
        __builtin_prefetch(ahead->to_read + at, 0, 2);
        __builtin_prefetch(ahead->to_write + at, 1, 2);
        __asm__ volatile("");
}

/* x + y + 2 * low(x) * low(y), RFC 9106 section 3.6. */
ALWAYS_INLINE vector multiply_add(vector x, vector y)
{
        vector once = loaded(x);
        vector product = low_product(once, y);

        return once + y + (product + product);
}

/* The function GB of RFC 9106 section 3.6, on all chains. `step` counts the steps of P. */
ALWAYS_INLINE void mix(struct quads *q, const struct ahead *ahead, unsigned batch, unsigned step)
{
        line_fetch(ahead, batch, step);
        for (int i = 0; i < TOGETHER; i++) {
                q->a[i] = multiply_add(q->a[i], q->b[i]);
                q->d[i] = rotate_32(q->d[i] ^ q->a[i]);
        }
        line_fetch(ahead, batch, step + 1);
        for (int i = 0; i < TOGETHER; i++) {
                q->c[i] = multiply_add(q->c[i], q->d[i]);
                q->b[i] = rotate_24(q->b[i] ^ q->c[i]);
        }
        line_fetch(ahead, batch, step + 2);
        for (int i = 0; i < TOGETHER; i++) {
                q->a[i] = multiply_add(q->a[i], q->b[i]);
                q->d[i] = rotate_16(q->d[i] ^ q->a[i]);
        }
        line_fetch(ahead, batch, step + 3);
        for (int i = 0; i < TOGETHER; i++) {
                q->c[i] = multiply_add(q->c[i], q->d[i]);
                q->b[i] = rotate_63(q->b[i] ^ q->c[i]);
        }
}

/* The permutation P of RFC 9106 section 3.6. The diagonals become columns by turning the quads
 * against each other; b, which is ready last, is not turned. */
ALWAYS_INLINE void permute(struct quads *q, turn_fn *turn, const struct ahead *ahead,
                           unsigned batch)
{
        mix(q, ahead, batch, 0);
        turn(q->a, 3);
        turn(q->c, 1);
        turn(q->d, 2);
        mix(q, ahead, batch, 4);
        turn(q->a, 1);
        turn(q->c, 3);
        turn(q->d, 2);
}

/* P on all rows or all columns of a block, whose first batch has the number `batch`. */
ALWAYS_INLINE void permute_all(vector block[N_VECTORS], vector_fn *at, turn_fn *turn,
                               const struct ahead *ahead, unsigned batch)
{
        for (unsigned first = 0; first < N_CHAINS; first += TOGETHER, batch++) {
                struct quads q;

                for (unsigned i = 0; i < TOGETHER; i++) {
                        q.a[i] = block[at(0, first + i)];
                        q.b[i] = block[at(1, first + i)];
                        q.c[i] = block[at(2, first + i)];
                        q.d[i] = block[at(3, first + i)];
                }
                permute(&q, turn, ahead, batch);
                for (unsigned i = 0; i < TOGETHER; i++) {
                        block[at(0, first + i)] = q.a[i];
                        block[at(1, first + i)] = q.b[i];
                        block[at(2, first + i)] = q.c[i];
                        block[at(3, first + i)] = q.d[i];
                }
        }
}

/* G(x, y) = P(x ^ y) ^ x ^ y. `ret` may be x or y. Only one copy of this function is made, so that
 * it stays in the cache. */
__attribute__((noinline)) static void compress(const uint64_t *x, const uint64_t *y, uint64_t *ret,
                                               const struct ahead *ahead)
{
        const stored_vector *x_vectors = (const stored_vector *)(const void *)x;
        const stored_vector *y_vectors = (const stored_vector *)(const void *)y;
        stored_vector *ret_vectors = (stored_vector *)(void *)ret;
        vector block[N_VECTORS];

        for (int i = 0; i < N_VECTORS; i++)
                block[i] = x_vectors[i] ^ y_vectors[i];
        permute_all(block, row_vector, turn_rows, ahead, 0);
        permute_all(block, column_vector, turn_columns, ahead, N_BATCHES);
        for (int i = 0; i < N_VECTORS; i++)
                ret_vectors[i] = block[i] ^ x_vectors[i] ^ y_vectors[i];
}
