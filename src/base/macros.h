/* SPDX-License-Identifier: Apache-2.0
 *
 * The few macros every file may use. Nothing here does I/O or allocates.
 * TRY is the only macro in the code base that contains a `return`.
 */
#pragma once

#include <stddef.h>

/* Returns the error of `expr`, of any error enum, if there is one. */
#define TRY(expr)                                                                                  \
        do {                                                                                       \
                __typeof__(expr) try_ = (expr);                                                    \
                if (try_)                                                                          \
                        return try_;                                                               \
        } while (0)

/* Moves an owned pointer out: returns its value and sets the variable to NULL. */
#define take(pointer_to)                                                                           \
        __extension__({                                                                            \
                __typeof__(*(pointer_to)) taken_ = *(pointer_to);                                  \
                *(pointer_to) = NULL;                                                              \
                taken_;                                                                            \
        })

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Runs `function(&variable)` when the variable leaves its scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))
