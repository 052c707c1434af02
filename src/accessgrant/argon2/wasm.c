/* SPDX-License-Identifier: Apache-2.0
 *
 * What the WebAssembly module exports: one derivation. The caller writes the input and what it
 * points to into the module's memory, from __heap_base on; all are numbers of 32 bits.
 */
#include "accessgrant/argon2/argon2id.h"

bool argon2id_derive(const struct argon2id *input, uint8_t ret_hash[ARGON2ID_SIZE]);

/* The matrix is wiped. Return: as argon2id(). */
__attribute__((export_name("argon2id"))) bool argon2id_derive(const struct argon2id *input,
                                                              uint8_t ret_hash[ARGON2ID_SIZE])
{
        if (!argon2id(input, argon2_fill_wasm, ret_hash))
                return false;
        __builtin_memset(input->memory, 0, (size_t)input->memory_kib * 1024);
        return true;
}
