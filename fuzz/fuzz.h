/* SPDX-License-Identifier: Apache-2.0
 *
 * What every fuzz target has. The same file is built twice: with libFuzzer, and with replay.c,
 * which gives it the files of its corpus.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must be true of every input. */
#define REQUIRE(condition)                                                                         \
        do {                                                                                       \
                if (!(condition)) {                                                                \
                        fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
                        abort();                                                                   \
                }                                                                                  \
        } while (0)

/* Inputs of several parts have them on lines. */
static inline struct slice next_line(struct slice *rest)
{
        struct slice line;

        (void)slice_cut(rest, '\n', &line);
        return line;
}
