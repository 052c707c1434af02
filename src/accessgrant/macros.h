/* SPDX-License-Identifier: Apache-2.0
 *
 * The few macros of the library's own sources. TRY is the only one that contains a `return`.
 */
#pragma once

#include <stddef.h>

/* Leaves the function with the error of `expr`, if it has one. */
#define TRY(expr)                                                                                  \
        do {                                                                                       \
                enum ag_error try_ = (expr);                                                       \
                if (try_)                                                                          \
                        return try_;                                                               \
        } while (0)

/* Hands an owned pointer over: gives its value and sets the variable to NULL. */
#define take(pointer_to)                                                                           \
        __extension__({                                                                            \
                __typeof__(*(pointer_to)) taken_ = *(pointer_to);                                  \
                *(pointer_to) = NULL;                                                              \
                taken_;                                                                            \
        })

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Runs `function(&variable)` when the variable leaves its scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))
