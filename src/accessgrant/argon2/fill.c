/* SPDX-License-Identifier: Apache-2.0
 *
 * Argon2id's memory, filled in one pass (RFC 9106 section 3.2, steps 5 and 7, with t = 1). Compiled
 * for each variant, with ARGON2_VECTOR naming the header of its vectors. It needs no C library.
 *
 * Fetching a block from a random place takes the memory longer than computing one. So up to eight
 * lanes advance together, a block each in turn: which block a lane reads next is known as soon as
 * its last one is done, and it is fetched while those of the other lanes are computed.
 */
#include "accessgrant/argon2/fill.h"

#include "accessgrant/argon2/bytes.h"
#include "accessgrant/argon2/compress.h"

enum {
        GROUP = 8,       /* lanes that advance together */
        INDEPENDENT = 2, /* slices in which what is read does not depend on the password */
        CODE_LINES = 64, /* of compress(), in lines of the cache; more than most variants have */
};

/* Some lanes of one slice; a segment is one of these lanes in this slice. */
struct group {
        const struct matrix *matrix;
        uint32_t slice;
        uint32_t length;             /* columns of a segment */
        uint32_t first;              /* lane */
        uint32_t n;                  /* lanes */
        const uint64_t *next[GROUP]; /* the block each lane reads next */
        uint64_t addresses[GROUP][BLOCK_WORDS] __attribute__((aligned(LINE_SIZE)));
};

static uint64_t *block_at(const struct matrix *matrix, uint32_t column, uint32_t lane)
{
        return matrix->blocks + ((size_t)column * matrix->lanes + lane) * BLOCK_WORDS;
}

static uint64_t *word_at(uint64_t *block, unsigned word)
{
        return block + position_of(word / 16, word % 16);
}

/* --- which block to read --- */

/* The block of addresses for BLOCK_WORDS columns of lane i's segment from `at` on, RFC 9106
 * section 3.4.1.2. */
static void addresses_make(struct group *group, uint32_t i, uint32_t at)
{
        const struct matrix *matrix = group->matrix;
        uint64_t *block = group->addresses[i];
        const uint64_t zero[BLOCK_WORDS] __attribute__((aligned(LINE_SIZE))) = {0};
        struct ahead nothing = {.to_read = block, .to_write = block};

        for (unsigned word = 0; word < BLOCK_WORDS; word++)
                block[word] = 0; /* the number of the pass is 0 */
        *word_at(block, 1) = group->first + i;
        *word_at(block, 2) = group->slice;
        *word_at(block, 3) = (uint64_t)matrix->lanes * matrix->columns;
        *word_at(block, 4) = PASSES;
        *word_at(block, 5) = ARGON2ID;
        *word_at(block, 6) = at / BLOCK_WORDS + 1;
        compress(zero, block, block, &nothing);
        compress(zero, block, block, &nothing);
}

/* J1 and J2 of RFC 9106 section 3.4.1, in one word: those of the block at `at` in lane i's segment.
 */
static uint64_t pseudo_random(struct group *group, uint32_t i, uint32_t at)
{
        const struct matrix *matrix = group->matrix;
        uint32_t column = group->slice * group->length + at;

        if (group->slice < INDEPENDENT)
                return *word_at(group->addresses[i], at % BLOCK_WORDS);
        return *word_at(block_at(matrix, column - 1, group->first + i), 0);
}

/* The mapping of RFC 9106 section 3.4.2, in the first pass. */
static const uint64_t *reference_of(const struct group *group, uint32_t i, uint32_t at,
                                    uint64_t random)
{
        const struct matrix *matrix = group->matrix;
        uint32_t done = group->slice * group->length; /* columns of all lanes */
        uint32_t own = group->first + i;
        uint32_t lane = group->slice ? (uint32_t)(random >> 32) % matrix->lanes : own;
        uint32_t area = lane == own ? done + at - 1 : done - (at == 0);
        uint64_t x = (random & UINT32_MAX) * (random & UINT32_MAX) >> 32;

        return block_at(matrix, area - 1 - (uint32_t)(area * x >> 32), lane);
}

/* Finds what lane i reads for its block at `at`. */
static void reference_find(struct group *group, uint32_t i, uint32_t at)
{
        if (group->slice < INDEPENDENT && at % BLOCK_WORDS == 0)
                addresses_make(group, i, at);
        group->next[i] = reference_of(group, i, at, pseudo_random(group, i, at));
}

/* --- filling --- */

/* The blocks stream through the caches and would push the code out of them, since the processor
 * runs decoded instructions and does not touch it. So each block asks for one line of the code. */
static void code_touch(uint32_t n)
{
        const char *code = (const char *)(uintptr_t)compress;

        __builtin_prefetch(code + (size_t)(n % CODE_LINES) * LINE_SIZE, 0, 2);
}

/* One block of lane i. Then it is known what its next one needs, which is fetched while the blocks
 * of other lanes are computed. */
static void block_fill(struct group *group, uint32_t i, uint32_t at, struct ahead *ahead)
{
        const struct matrix *matrix = group->matrix;
        uint32_t column = group->slice * group->length + at;
        uint64_t *block = block_at(matrix, column, group->first + i);

        code_touch(at * GROUP + i);
        compress(block_at(matrix, column - 1, group->first + i), group->next[i], block, ahead);
        if (at + 1 < group->length) {
                reference_find(group, i, at + 1);
                ahead->to_read = group->next[i];
                ahead->to_write = block_at(matrix, column + 1, group->first + i);
        }
}

/* The first slice begins with the two columns that are given. */
static void group_fill(struct group *group)
{
        uint32_t begin = group->slice ? 0 : 2;
        struct ahead ahead = {.to_read = group->matrix->blocks, .to_write = group->matrix->blocks};

        for (uint32_t i = 0; i < group->n; i++) {
                if (group->slice == 0)
                        addresses_make(group, i, 0);
                if (begin < group->length)
                        reference_find(group, i, begin);
        }
        for (uint32_t at = begin; at < group->length; at++)
                for (uint32_t i = 0; i < group->n; i++)
                        block_fill(group, i, at, &ahead);
}

/* --- the first and the last columns --- */

/* Brings the words of a block, which are in the order of RFC 9106, into that of the variant. */
static void block_import(uint64_t *block)
{
        const uint8_t *bytes = (const uint8_t *)block;
        uint64_t words[BLOCK_WORDS];

        for (unsigned i = 0; i < BLOCK_WORDS; i++)
                words[i] = word_load(bytes + sizeof(uint64_t) * i);
        for (unsigned i = 0; i < BLOCK_WORDS; i++)
                *word_at(block, i) = words[i];
}

/* The block C of RFC 9106 section 3.2, step 7. */
static void last_column_add(const struct matrix *matrix, uint8_t ret_last[BLOCK_SIZE])
{
        for (unsigned i = 0; i < BLOCK_WORDS; i++) {
                uint64_t word = 0;

                for (uint32_t lane = 0; lane < matrix->lanes; lane++)
                        word ^= *word_at(block_at(matrix, matrix->columns - 1, lane), i);
                word_store(ret_last + sizeof(uint64_t) * i, word);
        }
}

void VARIANT_FILL(const struct matrix *matrix, uint8_t ret_last[BLOCK_SIZE])
{
        struct group group;

        group.matrix = matrix;
        group.length = matrix->columns / N_SLICES;
        for (uint32_t lane = 0; lane < matrix->lanes; lane++) {
                block_import(block_at(matrix, 0, lane));
                block_import(block_at(matrix, 1, lane));
        }
        for (group.slice = 0; group.slice < N_SLICES; group.slice++)
                for (group.first = 0; group.first < matrix->lanes; group.first += GROUP) {
                        group.n = matrix->lanes - group.first;
                        group.n = group.n < GROUP ? group.n : GROUP;
                        group_fill(&group);
                }
        last_column_add(matrix, ret_last);
}
