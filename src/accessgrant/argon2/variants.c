/* SPDX-License-Identifier: Apache-2.0
 *
 * The choice among the variants. It costs a few nanoseconds, so nothing is remembered.
 */
#include "accessgrant/argon2/variants.h"

fill_fn *argon2_fill_choose(void)
{
        const struct argon2_variant *variant;
        size_t n;

        for (variant = argon2_variants(&n); !variant->is_supported(); variant++)
                ;
        return variant->fill;
}
