/* SPDX-License-Identifier: Apache-2.0
 *
 * Two words in a vector, for any processor; the compiler finds the instructions.
 */
#pragma once

#include "accessgrant/argon2/pairs.h"
#include "accessgrant/argon2/rotations.h"

#define VARIANT_FILL argon2_fill_plain

/* The product of the lower halves of each pair of words. */
static inline vector low_product(vector x, vector y)
{
        return (x & UINT32_MAX) * (y & UINT32_MAX);
}
