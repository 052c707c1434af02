/* SPDX-License-Identifier: Apache-2.0
 *
 * The variants for 64-bit x86. The compiler's library asks the processor what it has, and the
 * operating system whether it keeps those registers.
 */
#include "accessgrant/argon2/variants.h"

static bool has_avx512(void)
{
        return __builtin_cpu_supports("avx512f");
}

static bool has_avx2(void)
{
        return __builtin_cpu_supports("avx2");
}

static bool has_sse2(void)
{
        return true;
}

const struct argon2_variant *argon2_variants(size_t *ret_n)
{
        static const struct argon2_variant variants[] = {
                {"AVX-512", argon2_fill_avx512, has_avx512},
                {"AVX2", argon2_fill_avx2, has_avx2},
                {"SSE2", argon2_fill_sse2, has_sse2},
                {"plain", argon2_fill_plain, has_sse2}, /* so that it is tested here too */
        };

        *ret_n = sizeof(variants) / sizeof(*variants);
        return variants;
}
