/* SPDX-License-Identifier: Apache-2.0
 *
 * Filling Argon2's memory: all of the work. fill.c is compiled once for each kind of processor.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "accessgrant/argon2/block.h"

enum {
        N_SLICES = 4,
        PASSES = 1,
        ARGON2ID = 2, /* the type, in RFC 9106 section 3.2 */
};

/* The matrix B of RFC 9106 section 3.2, column by column: block c * lanes + l is B[l][c]. So what
 * the lanes write in turn lies side by side. */
struct matrix {
        uint64_t *blocks; /* lanes * columns of them, aligned as malloc() does */
        uint32_t lanes;
        uint32_t columns; /* a multiple of 4, at least 8 */
};

/* Fills the matrix, whose first two columns are given. In it the words of a block have an order of
 * the variant's own. `ret_last` is the exclusive or of the blocks of the last column. */
typedef void fill_fn(const struct matrix *, uint8_t ret_last[BLOCK_SIZE]);

/* Those that are built depend on the processor; see variants.h. */
fill_fn argon2_fill_avx512, argon2_fill_avx2, argon2_fill_sse2, argon2_fill_plain, argon2_fill_wasm;
