/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's heap. Every block knows its size, so that ag_free() can wipe it: what held a key
 * is never given back with the key in it.
 */
#pragma once

#include <accessgrant.h>

/* Return: zeroed memory of `size` bytes, which ends with ag_free(); NULL if there is none. */
void *ag_memory_new(size_t size);

/* Zeroes local memory that held a secret, in a way the compiler keeps. */
void ag_wipe(void *memory, size_t size);

/* For CLEANUP on a key. */
void ag_wipe_key(uint8_t (*key)[AG_KEY_SIZE]);
