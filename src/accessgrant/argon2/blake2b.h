/* SPDX-License-Identifier: Apache-2.0
 *
 * BLAKE2b (RFC 7693) without a key, for hashes of 1 to 64 bytes. OpenSSL 3.0 has only the hash of
 * 64 bytes, and WebAssembly has no library at all, so this is ours. It needs no C library.
 * libargon2.a has a blake2b_init(), which is another.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
        BLAKE2B_SIZE = 64,   /* bytes of the longest hash */
        BLAKE2B_BLOCK = 128, /* bytes that are compressed at a time */
        BLAKE2B_WORDS = 8,   /* of the state */
};

struct blake2b {
        uint64_t state[BLAKE2B_WORDS];
        uint64_t n_compressed; /* bytes */
        uint8_t block[BLAKE2B_BLOCK];
        size_t n_buffered; /* bytes of `block` */
        size_t size;       /* bytes of the hash */
};

/* Begins a hash of `size` bytes, 1 to BLAKE2B_SIZE. */
void blake2b_begin(struct blake2b *, size_t size);

/* Adds bytes; `data` may be NULL if there are none. */
void blake2b_add(struct blake2b *, const void *data, size_t size);

/* Adds a number as RFC 9106 writes it: 32 bits, least significant byte first. */
void blake2b_add_number(struct blake2b *, uint32_t number);

/* Ends the hash and writes its bytes. The state still depends on the input: wipe it if that is
 * secret. */
void blake2b_end(struct blake2b *, uint8_t *ret_hash);
