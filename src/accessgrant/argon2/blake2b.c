/* SPDX-License-Identifier: Apache-2.0
 *
 * BLAKE2b as RFC 7693 defines it, for any processor. A derivation spends about a hundredth of its
 * time here.
 */
#include "accessgrant/argon2/blake2b.h"

#include "accessgrant/argon2/bytes.h"

enum { ROUNDS = 12, WORK_WORDS = 16 };

/* RFC 7693 section 2.6. */
static const uint64_t initial[BLAKE2B_WORDS] = {
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* RFC 7693 section 2.7: which words of the message each round mixes in. */
static const uint8_t schedule[ROUNDS][WORK_WORDS] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
        {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
        {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
        {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
        {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
        {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
        {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
        {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
        {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
};

/* Which words each of a round's eight mixings works on: four columns, then four diagonals. */
static const uint8_t quads[BLAKE2B_WORDS][4] = {
        {0, 4, 8, 12},  {1, 5, 9, 13},  {2, 6, 10, 14}, {3, 7, 11, 15},
        {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13},  {3, 4, 9, 14},
};

static uint64_t rotate_right(uint64_t word, unsigned by)
{
        return word >> by | word << (64 - by);
}

/* The function G of RFC 7693 section 3.1; `x` and `y` are words of the message. */
static void mix(uint64_t work[WORK_WORDS], const uint8_t quad[4], uint64_t x, uint64_t y)
{
        uint64_t a = work[quad[0]], b = work[quad[1]], c = work[quad[2]], d = work[quad[3]];

        a += b + x;
        d = rotate_right(d ^ a, 32);
        c += d;
        b = rotate_right(b ^ c, 24);
        a += b + y;
        d = rotate_right(d ^ a, 16);
        c += d;
        b = rotate_right(b ^ c, 63);
        work[quad[0]] = a;
        work[quad[1]] = b;
        work[quad[2]] = c;
        work[quad[3]] = d;
}

/* The function F of RFC 7693 section 3.2. `last` is all ones for the last block, otherwise 0. */
static void compress(struct blake2b *hash, uint64_t last)
{
        uint64_t work[WORK_WORDS], message[WORK_WORDS];

        for (unsigned i = 0; i < WORK_WORDS; i++)
                message[i] = word_load(hash->block + sizeof(uint64_t) * i);
        for (unsigned i = 0; i < BLAKE2B_WORDS; i++) {
                work[i] = hash->state[i];
                work[BLAKE2B_WORDS + i] = initial[i];
        }
        work[12] ^= hash->n_compressed;
        work[14] ^= last;
        for (unsigned round = 0; round < ROUNDS; round++)
#pragma GCC unroll 8 /* so that the words stay in registers */
                for (unsigned i = 0; i < BLAKE2B_WORDS; i++)
                        mix(work, quads[i], message[schedule[round][2 * i]],
                            message[schedule[round][2 * i + 1]]);
        for (unsigned i = 0; i < BLAKE2B_WORDS; i++)
                hash->state[i] ^= work[i] ^ work[BLAKE2B_WORDS + i];
}

void blake2b_begin(struct blake2b *hash, size_t size)
{
        hash->n_compressed = 0;
        hash->n_buffered = 0;
        hash->size = size;
        for (unsigned i = 0; i < BLAKE2B_WORDS; i++)
                hash->state[i] = initial[i];
        hash->state[0] ^= 0x01010000 ^ size; /* no key, no tree */
}

void blake2b_add(struct blake2b *hash, const void *data, size_t size)
{
        const uint8_t *bytes = data;

        for (size_t i = 0; i < size; i++) {
                if (hash->n_buffered == BLAKE2B_BLOCK) { /* more follows, so it is not the last */
                        hash->n_compressed += BLAKE2B_BLOCK;
                        compress(hash, 0);
                        hash->n_buffered = 0;
                }
                hash->block[hash->n_buffered++] = bytes[i];
        }
}

void blake2b_add_number(struct blake2b *hash, uint32_t number)
{
        uint8_t bytes[sizeof(number)];

        for (unsigned i = 0; i < sizeof(bytes); i++)
                bytes[i] = (uint8_t)(number >> 8 * i);
        blake2b_add(hash, bytes, sizeof(bytes));
}

void blake2b_end(struct blake2b *hash, uint8_t *ret_hash)
{
        hash->n_compressed += hash->n_buffered;
        while (hash->n_buffered < BLAKE2B_BLOCK)
                hash->block[hash->n_buffered++] = 0;
        compress(hash, UINT64_MAX);
        for (size_t i = 0; i < hash->size; i++)
                ret_hash[i] = (uint8_t)(hash->state[i / 8] >> 8 * (i % 8));
}
