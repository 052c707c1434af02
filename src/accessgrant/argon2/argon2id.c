/* SPDX-License-Identifier: Apache-2.0
 *
 * Argon2id, by the steps of RFC 9106 section 3.2. Steps 5 and 7 are in fill.c; step 6, further
 * passes, never happens.
 */
#include "accessgrant/argon2/argon2id.h"

#include "accessgrant/argon2/blake2b.h"

enum {
        VERSION = 0x13,
        COLUMNS_LEAST = 8,       /* two for each slice */
        LINK = BLAKE2B_SIZE / 2, /* what each link of a long hash's chain contributes, in bytes */
        FIRST_COLUMNS = 2,
};

/* Overwrites what must not stay on the stack, in a way that the compiler keeps. */
static void secret_clear(void *memory, size_t size)
{
        volatile uint8_t *bytes = memory;

        while (size--)
                *bytes++ = 0;
}

/* Step 1: H0, from all inputs. There is neither a secret value nor associated data. */
static void inputs_hash(const struct argon2id *input, uint8_t ret_hash[BLAKE2B_SIZE])
{
        struct blake2b hash;

        blake2b_begin(&hash, BLAKE2B_SIZE);
        blake2b_add_number(&hash, input->lanes);
        blake2b_add_number(&hash, ARGON2ID_SIZE);
        blake2b_add_number(&hash, input->memory_kib);
        blake2b_add_number(&hash, PASSES);
        blake2b_add_number(&hash, VERSION);
        blake2b_add_number(&hash, ARGON2ID);
        blake2b_add_number(&hash, input->password_size);
        blake2b_add(&hash, input->password, input->password_size);
        blake2b_add_number(&hash, input->salt_size);
        blake2b_add(&hash, input->salt, input->salt_size);
        blake2b_add_number(&hash, 0);
        blake2b_add_number(&hash, 0);
        blake2b_end(&hash, ret_hash);
        secret_clear(&hash, sizeof(hash));
}

/* Step 2: whole columns in each slice. */
static uint32_t columns_of(const struct argon2id *input)
{
        return input->memory_kib / (N_SLICES * input->lanes) * N_SLICES;
}

/* The rest of H' of RFC 9106 section 3.3, for a block: of each link of the chain the first half,
 * of the last one everything. `hash` has been given the input. */
static void chain_write(struct blake2b *hash, uint8_t ret_block[BLOCK_SIZE])
{
        uint8_t link[BLAKE2B_SIZE];
        size_t at = 0;

        blake2b_end(hash, link);
        for (; at < BLOCK_SIZE - BLAKE2B_SIZE; at += LINK) {
                for (size_t i = 0; i < LINK; i++)
                        ret_block[at + i] = link[i];
                blake2b_begin(hash, BLAKE2B_SIZE);
                blake2b_add(hash, link, sizeof(link));
                blake2b_end(hash, link);
        }
        for (size_t i = 0; i < BLAKE2B_SIZE; i++)
                ret_block[at + i] = link[i];
        secret_clear(link, sizeof(link));
}

/* Steps 3 and 4: B[lane][column] = H'(H0 || column || lane), for the first two columns. */
static void first_block_make(const uint8_t inputs[BLAKE2B_SIZE], uint32_t column, uint32_t lane,
                             uint8_t ret_block[BLOCK_SIZE])
{
        struct blake2b hash;

        blake2b_begin(&hash, BLAKE2B_SIZE);
        blake2b_add_number(&hash, BLOCK_SIZE);
        blake2b_add(&hash, inputs, BLAKE2B_SIZE);
        blake2b_add_number(&hash, column);
        blake2b_add_number(&hash, lane);
        chain_write(&hash, ret_block);
        secret_clear(&hash, sizeof(hash));
}

static void first_columns_make(const struct argon2id *input, uint8_t *memory)
{
        uint8_t inputs[BLAKE2B_SIZE];

        inputs_hash(input, inputs);
        for (uint32_t column = 0; column < FIRST_COLUMNS; column++)
                for (uint32_t lane = 0; lane < input->lanes; lane++, memory += BLOCK_SIZE)
                        first_block_make(inputs, column, lane, memory);
        secret_clear(inputs, sizeof(inputs));
}

/* Step 8: H' of the last block, which for a result this short is one hash. */
static void result_make(const uint8_t last[BLOCK_SIZE], uint8_t ret_hash[ARGON2ID_SIZE])
{
        struct blake2b hash;

        blake2b_begin(&hash, ARGON2ID_SIZE);
        blake2b_add_number(&hash, ARGON2ID_SIZE);
        blake2b_add(&hash, last, BLOCK_SIZE);
        blake2b_end(&hash, ret_hash);
        secret_clear(&hash, sizeof(hash));
}

bool argon2id(const struct argon2id *input, fill_fn *fill, uint8_t ret_hash[ARGON2ID_SIZE])
{
        uint8_t last[BLOCK_SIZE];
        struct matrix matrix = {.blocks = input->memory, .lanes = input->lanes};

        if (input->lanes == 0 || input->lanes > ARGON2ID_LANES ||
            input->memory_kib / COLUMNS_LEAST < input->lanes)
                return false;
        matrix.columns = columns_of(input);
        first_columns_make(input, input->memory);
        fill(&matrix, last);
        result_make(last, ret_hash);
        secret_clear(last, sizeof(last));
        return true;
}
