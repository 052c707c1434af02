/* SPDX-License-Identifier: Apache-2.0
 *
 * The variant for processors that have none of their own.
 */
#include "accessgrant/argon2/variants.h"

static bool is_supported(void)
{
        return true;
}

const struct argon2_variant *argon2_variants(size_t *ret_n)
{
        static const struct argon2_variant variants[] = {
                {"plain", argon2_fill_plain, is_supported},
        };

        *ret_n = sizeof(variants) / sizeof(*variants);
        return variants;
}
