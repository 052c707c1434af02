/* SPDX-License-Identifier: Apache-2.0
 *
 * The variants of the kernel that this program was built with, and the choice among them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "accessgrant/argon2/fill.h"

struct argon2_variant {
        const char *name;
        fill_fn *fill;
        bool (*is_supported)(void); /* by this processor and its operating system */
};

/* All of them, the fastest first. The last one runs everywhere. */
const struct argon2_variant *argon2_variants(size_t *ret_n);

/* Return: the fastest one that runs here. */
fill_fn *argon2_fill_choose(void);
