/* SPDX-License-Identifier: Apache-2.0
 *
 * 64-bit words as bytes, least significant first, on a processor of either order.
 */
#pragma once

#include <stdint.h>

static inline uint64_t word_load(const uint8_t bytes[8])
{
        uint64_t word = 0;

        for (unsigned i = 0; i < sizeof(word); i++)
                word |= (uint64_t)bytes[i] << 8 * i;
        return word;
}

static inline void word_store(uint8_t bytes[8], uint64_t word)
{
        for (unsigned i = 0; i < sizeof(word); i++)
                bytes[i] = (uint8_t)(word >> 8 * i);
}
