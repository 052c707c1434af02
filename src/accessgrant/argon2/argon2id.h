/* SPDX-License-Identifier: Apache-2.0
 *
 * Argon2id version 1.3 (RFC 9106) in one pass, with a result of 32 bytes: what Storj's root key is.
 * The calling thread computes it. It needs no C library, so it runs in a browser as well.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "accessgrant/argon2/fill.h"

enum {
        ARGON2ID_SIZE = 32,             /* bytes of the result */
        ARGON2ID_LANES = (1 << 24) - 1, /* the most */
};

struct argon2id {
        const uint8_t *password; /* may be NULL if it is empty, as the salt may */
        uint32_t password_size;
        const uint8_t *salt;
        uint32_t salt_size;
        uint32_t memory_kib; /* at least 8 for each lane */
        uint32_t lanes;      /* 1 to ARGON2ID_LANES */
        void *memory;        /* the caller's `memory_kib` KiB, aligned as malloc() does */
};

/* The memory is not wiped: it is as secret as the result.
 * Return: false if the number of lanes or the size of the memory is out of range; then nothing is
 *         written. */
bool argon2id(const struct argon2id *input, fill_fn *fill, uint8_t ret_hash[ARGON2ID_SIZE]);
